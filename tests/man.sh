#!/bin/sh
# The manual page and the help of the program name the same commands and the same options, and the bytes in
# the manual are those of a file.
set -eu
srcdir=${srcdir:-.}
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

commands=$("$PROFKIT" help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -v '^profkit$')
for command in $commands; do
  "$PROFKIT" help "$command" | sed -n '/^usage/d; s/^  *\(-[a-z], \)\{0,1\}\(--[a-z-]*\).*/\2/p'
done | LC_ALL=C sort -u >"$tmp/help"
sed 's/\\-/-/g' "$srcdir/man/profkit.1" | grep -oE -- '--[a-z][a-z-]*' | LC_ALL=C sort -u >"$tmp/man"

status=0
if diff "$tmp/help" "$tmp/man"; then
  echo "ok the manual has the options of the help"
else
  echo "not ok the manual has the options of the help: < only in the help, > only in the manual"
  status=1
fi
for command in $commands; do
  if grep -q "^\.B $command\$" "$srcdir/man/profkit.1"; then
    echo "ok the manual has the command $command"
  else
    echo "not ok the manual has the command $command"
    status=1
  fi
done
[ -s "$tmp/help" ] || status=1

# The example of profkit-pk(5) is the file that the program writes.
sed -n '/^\.RS/,/^\.RE/p' "$srcdir/man/profkit-pk.5" |
  grep -oE '^ *[0-9a-f]{2}( +[0-9a-f]{2})*  ' | tr -s ' ' '\n' | sed '/^$/d' >"$tmp/example"
printf 'a;b 3\n' | "$PROFKIT" convert --to pk | od -An -v -tx1 | tr -s ' ' '\n' | sed '/^$/d' >"$tmp/written"
if cmp "$tmp/example" "$tmp/written"; then
  echo "ok the example of profkit-pk(5) is what is written"
else
  echo "not ok the example of profkit-pk(5) is what is written"
  status=1
fi
exit "$status"
