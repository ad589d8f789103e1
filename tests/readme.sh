#!/bin/sh
# Runs the examples of README.md: each line "$ COMMAND" of a console block must print the lines that follow it.
# Also: docs/ux-status.md and docs/reliability.md name only tests that are there.
# Examples run in an empty folder where `samples` is the samples folder, stderr after stdout.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
. "$srcdir/tests/examples.sh"
status=0
mkdir "$tmp/bin" "$tmp/dir"
ln -s "$PROFKIT" "$tmp/bin/profkit"
ln -s "$srcdir/samples" "$tmp/dir/samples"
PATH=$tmp/bin:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL

awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$srcdir/README.md" >"$tmp/blocks"
run_examples README.md "$tmp/blocks" "$tmp/dir" || status=1
# The pictures are those that the program draws today; that of the diff was drawn by its example.
if (cd "$tmp/dir" && profkit flame -q samples/pstats/backtest/backtest.prof) |
  cmp - "$srcdir/samples/pstats/backtest/backtest.svg"; then
  echo "ok the picture is up to date"
else
  echo "not ok the picture is up to date: make regen-golden draws it"
  status=1
fi
if cmp "$tmp/dir/diff.svg" "$srcdir/docs/diff.svg"; then
  echo "ok the picture of a diff is up to date"
else
  echo "not ok the picture of a diff is up to date: make regen-golden draws it"
  status=1
fi
# What docs/ux-status.md and docs/reliability.md call done has its test: "FILE: WORDS" names words in a file of tests/.
: >"$tmp/lost"
grep -ohE '`([A-Za-z0-9_/-]+\.(c|py|sh|test|html)|\.\./\.ci/run)(: [^`]+)?`' "$srcdir/docs/ux-status.md" \
  "$srcdir/docs/reliability.md" |
  tr -d '`' | grep -v '^tests/' >"$tmp/references"
while read -r reference; do
  file=${reference%%: *}
  words=${reference#"$file"}
  # a tarball has no .ci
  [ "$file" != ../.ci/run ] || [ -e "$srcdir/.ci/run" ] || continue
  grep -qF -- "${words#: }" "$srcdir/tests/$file" || echo "no test: $reference" >>"$tmp/lost"
done <"$tmp/references"
cat "$tmp/lost"
if [ ! -s "$tmp/lost" ] && [ "$(wc -l <"$tmp/references")" -gt 100 ]; then
  echo "ok what is called done has its test"
else
  echo "not ok what is called done has its test"
  status=1
fi
exit "$status"
