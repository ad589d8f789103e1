#!/bin/sh
# Every code that an error may show has a text, and every text belongs to an error; so it is with the findings that
# detectors.xml knows. `explain` shows each of them, whole, and no line of it is wider than 80 cells.
set -eu
srcdir=${srcdir:-.}
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

# the_same WHAT NOUN: what is used, sorted, is what is listed, in this order; both have more than five
the_same() {
  LC_ALL=C sort -u -o "$tmp/used" "$tmp/used"
  if LC_ALL=C sort -c -u "$tmp/listed" && diff "$tmp/used" "$tmp/listed"; then
    echo "ok $1"
  else
    echo "not ok $1: < in the sources, > in the list"
    status=1
  fi
  [ "$(wc -l <"$tmp/listed")" -gt 5 ] || { echo "not ok there are $2"; status=1; }
}

# E070 is said in one fixed line, which is printed when there is no memory for a longer one.
find "$srcdir/src" "$srcdir/formats" "$srcdir/render" -name '*.[ch]' ! -name code.h \
  -exec grep -ho 'PK_CODE("[^"]*")' {} + | sed 's/PK_CODE("\(.*\)")/\1/' >"$tmp/used"
echo E070 >>"$tmp/used"
"$PROFKIT" explain | sed -n 's/^\(E[0-9]*\)  .*/\1/p' >"$tmp/listed"
the_same "the codes of errors are those that are explained" codes

while read -r code; do
  "$PROFKIT" explain "$code" >"$tmp/text"
  title=$("$PROFKIT" explain | sed -n "s/^$code  //p")
  if sed -n 1p "$tmp/text" | grep -qxF "$code  $title" && grep -qx Why "$tmp/text" &&
    grep -qx 'What to do' "$tmp/text" && grep -q '^  \$ ' "$tmp/text" && ! grep -q '.\{81\}' "$tmp/text"; then
    echo "ok $code is explained"
  else
    cat "$tmp/text"
    echo "not ok $code is explained"
    status=1
  fi
done <"$tmp/listed"

sed -n 's/.*<detector id="\([a-z-]*\)".*/\1/p' "$srcdir/src/rules/detectors.xml" >"$tmp/used"
sed -n 's/.*PK_STR("\(q-[a-z-]*\)").*/\1/p' "$srcdir/src/analyze/findings_quality.c" >>"$tmp/used"
"$PROFKIT" explain | sed -n 's/^\([a-z]*-[a-z-]*\)  .*/\1/p' >"$tmp/listed"
the_same "the findings that are explained are those of detectors.xml and of the quality" findings

while read -r id; do
  "$PROFKIT" explain "$id" >"$tmp/text"
  if grep -q "^$id  [a-z]" "$tmp/text" && grep -qx 'How it is told' "$tmp/text" && grep -qx 'What to do' "$tmp/text" &&
    sed '1,/^Before$/d; /^After$/,$d' "$tmp/text" | grep -q '^  [^ ]' &&
    sed '1,/^After$/d' "$tmp/text" | grep -q '^  [^ ]' &&
    ! grep -q '.\{81\}' "$tmp/text"; then
    echo "ok $id is explained"
  else
    cat "$tmp/text"
    echo "not ok $id is explained"
    status=1
  fi
done <"$tmp/listed"
exit "$status"
