#!/bin/sh
# Replays the samples and past fuzz findings through the fuzz target, each sample also cut short and with bits
# flipped, and .pk files made of samples in the same way. Needs no clang. A sample of up to SMALL bytes is cut at
# every byte, a larger one at PLACES places; MUTATIONS is how often bits are flipped; PROFKIT_EVERY=5 takes a fifth of
# each that is not given. The format samples of PROFKIT_SHARED are replayed too; where they are missing with CI=true,
# that is a failure.
set -eu
srcdir=${srcdir:-.}
REPLAY=${REPLAY:?set REPLAY to the replay program}
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
. "$srcdir/tests/lib.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Sanitizers are five times slower: a fifth of the flips and places, and only the smallest file is cut at every byte.
if grep -q '__[at]san_init' "$REPLAY"; then
  SMALL=${SMALL:-1000} sanitized=5
fi
every=$((${PROFKIT_EVERY:-1} * ${sanitized:-1}))
[ "$every" = 1 ] || echo "one in $every of the cuts and flipped bits"
places() { echo "${PLACES:-$(($1 / every))}"; }
flips() { echo "${MUTATIONS:-$(($1 / every))}"; }
small=${SMALL:-$((20000 / every))}
samples=$(find "$srcdir/samples" -type f \( -name '*.prof' -o -name '*.folded' -o -name '*.out' -o \
  -name '*.txt' \) -size -256k | LC_ALL=C sort)
# shellcheck disable=SC2086 # file names of the tree have no blanks
"$REPLAY" -p "$(places 300)" -s "$small" -m "$(flips 500)" $samples

# Each kind of profile, and several in one; the one with lines is large.
"$PROFKIT" convert -q "$srcdir/samples/pstats/formulas/formulas.prof" -o "$tmp/calls.pk"
"$PROFKIT" convert -q "$srcdir/samples/folded/log-report/log-report.folded" -o "$tmp/stacks.pk"
"$PROFKIT" convert -q "$srcdir/samples/perf/word-count/word-count.perf.txt" -o "$tmp/events.pk"
"$PROFKIT" merge -q "$tmp"/*.pk -o "$tmp/all.pk"
"$REPLAY" -p "$(places 300)" -s "$small" -m "$(flips 500)" "$tmp"/*.pk
"$PROFKIT" convert -q "$srcdir/samples/callgrind/word-count/callgrind.out" -o "$tmp/lines.pk"
"$REPLAY" -p "$(places 50)" -m "$(flips 50)" "$tmp/lines.pk"

shared=${PROFKIT_SHARED:-$srcdir/../shared}/formats/samples
if [ -d "$shared" ]; then
  # shellcheck disable=SC2046
  "$REPLAY" -p "$(places 100)" -m "$(flips 100)" $(find "$shared/pstats" "$shared/collapsed" -type f \
    ! -name '*.json' ! -name '*.txt' | LC_ALL=C sort)
else
  missing 'format samples: set PROFKIT_SHARED'
fi
# The parts, over their seeds and changes of these.
sh "$srcdir/tests/fuzz/part_seeds.sh" "$srcdir" "$PROFKIT" "$tmp/seeds"
for file in $samples; do
  head -c 512 "$file" >"$tmp/seeds/detect/$(basename "$file")"
done
for part in config detect escape expression limits options rules source units; do
  PROFKIT_FUZZ_READER=$part "$REPLAY" -p "$(places 20)" -m "$(flips 200)" "$tmp/seeds/$part"/* 2>"$tmp/log" ||
    { tail -3 "$tmp/log" >&2; exit 1; }
done

# Each finding through the reader or part whose folder it is in.
for folder in "$srcdir"/tests/fuzz/findings/*/; do
  reader=$(basename "$folder")
  [ "$reader" != any ] || reader=
  PROFKIT_FUZZ_READER=$reader "$REPLAY" "$folder"*
done
exit "$status"
