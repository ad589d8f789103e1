#!/bin/sh
# Replays the samples and past fuzz findings through the fuzz target, each sample also cut short and with bits
# flipped. Needs no clang. A sample of up to SMALL bytes is cut at every byte, a larger one at PLACES places;
# MUTATIONS is how often bits are flipped. The format samples of PROFKIT_SHARED are replayed too, where they are.
set -eu
srcdir=${srcdir:-.}
REPLAY=${REPLAY:?set REPLAY to the replay program}

# Sanitizers are five times slower; then only the smallest file is cut at every byte.
if grep -q __asan_init "$REPLAY"; then
  SMALL=${SMALL:-1000} MUTATIONS=${MUTATIONS:-100}
fi
samples=$(find "$srcdir/samples" -type f \( -name '*.prof' -o -name '*.folded' -o -name '*.out' -o \
  -name '*.txt' \) -size -256k | LC_ALL=C sort)
# shellcheck disable=SC2086 # file names of the tree have no blanks
"$REPLAY" -p "${PLACES:-300}" -s "${SMALL:-20000}" -m "${MUTATIONS:-500}" $samples
shared=${PROFKIT_SHARED:-$srcdir/../shared}/formats/samples
if [ -d "$shared" ]; then
  # shellcheck disable=SC2046
  "$REPLAY" -p "${PLACES:-100}" -m "${MUTATIONS:-100}" $(find "$shared/pstats" "$shared/collapsed" -type f \
    ! -name '*.json' ! -name '*.txt' | LC_ALL=C sort)
fi
findings=$(find "$srcdir/tests/fuzz/findings" -type f ! -name README.md 2>/dev/null | LC_ALL=C sort)
if [ -n "$findings" ]; then
  # shellcheck disable=SC2086
  "$REPLAY" $findings
fi
