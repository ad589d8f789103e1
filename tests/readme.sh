#!/bin/sh
# Runs the examples of README.md: each line "$ COMMAND" of a console block must print the lines that follow it.
# They run in an empty folder where `samples` is the samples folder, stderr after stdout.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/dir"
ln -s "$PROFKIT" "$tmp/bin/profkit"
ln -s "$srcdir/samples" "$tmp/dir/samples"
PATH=$tmp/bin:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL

awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$srcdir/README.md" >"$tmp/blocks"
awk -v folder="$tmp" '
  /^\$ / {
    n++
    print substr($0, 3) >(folder "/" n ".command")
    printf "" >(folder "/" n ".want")
    next
  }
  { print >(folder "/" n ".want") }' "$tmp/blocks"

n=0
status=0
while [ -e "$tmp/$((n + 1)).command" ]; do
  n=$((n + 1))
  command=$(cat "$tmp/$n.command")
  (cd "$tmp/dir" && sh -c "$command" </dev/null >"$tmp/out" 2>"$tmp/err") || true
  cat "$tmp/out" "$tmp/err" | sed '/^$/d; s/ *$//' >"$tmp/got"
  sed '/^$/d; s/ *$//' "$tmp/$n.want" >"$tmp/expected"
  if diff -u "$tmp/expected" "$tmp/got"; then
    echo "ok $command"
  else
    echo "not ok $command"
    status=1
  fi
done
# The picture is the one that the program draws today.
if (cd "$tmp/dir" && profkit flame -q samples/pstats/backtest/backtest.prof) |
  cmp - "$srcdir/samples/pstats/backtest/backtest.svg"; then
  echo "ok the picture is up to date"
else
  echo "not ok the picture is up to date: make regen-golden draws it"
  status=1
fi
[ "$n" -gt 0 ] && exit "$status"
