#!/bin/sh
# Replays the samples and past fuzz findings through the fuzz target, and each sample cut short at many places.
# Needs no clang. PLACES is how many cuts a file gets; a small file is cut at every byte.
set -eu
srcdir=${srcdir:-.}
REPLAY=${REPLAY:?set REPLAY to the replay program}

samples=$(find "$srcdir/samples" -type f \( -name '*.prof' -o -name '*.folded' -o -name '*.out' -o \
  -name '*.txt' \) -size -256k | LC_ALL=C sort)
# shellcheck disable=SC2086 # file names of the tree have no blanks
"$REPLAY" -p "${PLACES:-200}" $samples
findings=$(find "$srcdir/tests/fuzz/findings" -type f ! -name README.md 2>/dev/null | LC_ALL=C sort)
if [ -n "$findings" ]; then
  # shellcheck disable=SC2086
  "$REPLAY" $findings
fi
