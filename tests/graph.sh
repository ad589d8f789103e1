#!/bin/sh
# What Graphviz makes of our DOT: an SVG that is well-formed, has each function once, and names nothing outside,
# whatever the functions are called. Skipped where there is no `dot` or xmllint; with CI=true that is a failure.
set -eu
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
. "${srcdir:-.}/tests/lib.sh"
needs dot graphviz
needs xmllint libxml2-utils
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

count() { # count XPATH: how many there are in the picture
  xmllint --nonet --xpath "count($1)" "$tmp/x.svg"
}

# Names that would be syntax, markup, an escape of Graphviz, a link, or no XML at all.
printf '%s 90\n' 'main;"];n9 [URL="http://x/' 'main;\N\E\G\\' 'main;<b>&lt;&amp;</b>' 'main;]]>--><script>' \
  'main;a\nb\lc\r' 'main;{|}' "main;$(printf 'x\033[1m\001\377\302\205y')" "main;$(printf '\357\277\277')" \
  "main;$(printf 'A%.0s' $(seq 3000))" 'main;名前;שם;😀' >"$tmp/hostile.folded"
"$PROFKIT" graph -q "$tmp/hostile.folded" -o "$tmp/x.svg" --title '</title><script>"\'
check 'an SVG of hostile names is well-formed' xmllint --noout --nonet "$tmp/x.svg"
check 'it has every function once' [ "$(count "//*[@class='node']")" = 16 ]
check 'it has every call once' [ "$(count "//*[@class='edge']")" = 15 ]
check 'it has no scripts, pictures or links' \
  [ "$(count "//*[local-name()='script' or local-name()='image' or local-name()='use' or
                  @*[local-name()='href']]")" = 0 ]
check 'it names no file of the web but its own namespaces' \
  [ "$(grep -o 'http://[^"]*' "$tmp/x.svg" | grep -v -e '^http://www.w3.org/2000/svg$' \
    -e '^http://www.w3.org/1999/xlink$' -e '^http://x/' | wc -l)" = 0 ]
check 'it has no DOCTYPE' sh -c "! grep -q DOCTYPE '$tmp/x.svg'"

"$PROFKIT" graph -q "$tmp/hostile.folded" -o "$tmp/y.svg" --title '</title><script>"\'
check 'the same profile gives the same bytes' cmp "$tmp/x.svg" "$tmp/y.svg"

# The picture has what DOT has.
"$PROFKIT" graph -q "$tmp/hostile.folded" -o "$tmp/x.dot"
check 'DOT has as many functions' [ "$(grep -c '^  n[0-9]* \[' "$tmp/x.dot")" = 16 ]
check 'DOT has as many calls' [ "$(grep -c '^  n[0-9]* -> n[0-9]* \[' "$tmp/x.dot")" = 15 ]
check 'dot takes it without a word' [ -z "$(dot -Tsvg "$tmp/x.dot" 2>&1 >"$tmp/z.svg")" ]
# Read back by Graphviz, a name is what it was: \n in a name is two characters and no line end.
check 'names are read back' grep -q 'tooltip="a\\\\nb\\\\lc\\\\r"' "$tmp/x.dot"

if "$PROFKIT" graph -q --to png "$tmp/hostile.folded" -o "$tmp/x.png" 2>"$tmp/no-png"; then
  check 'a PNG is one' [ "$(head -c 8 "$tmp/x.png" | od -An -tx1 | tr -d ' ')" = 89504e470d0a1a0a ]
else
  check 'a build without PNG says so' grep -q 'this build has no PNG' "$tmp/no-png"
fi

# What a program called dot may do: die, complain, write anything, half of a picture, or nothing.
mkdir "$tmp/bin"
while IFS='|' read -r name script said; do
  printf '#!/bin/sh\n%s\n' "$script" >"$tmp/bin/dot"
  chmod +x "$tmp/bin/dot"
  echo old >"$tmp/x.svg"
  failed=0
  PATH="$tmp/bin:$PATH" "$PROFKIT" graph -q "$tmp/hostile.folded" -o "$tmp/x.svg" 2>"$tmp/said" || failed=$?
  check "a dot that $name is an error" [ "$failed" = 4 ]
  check "a dot that $name is named" grep -q "^profkit: .*$said" "$tmp/said"
  check "a dot that $name leaves the old picture" [ "$(cat "$tmp/x.svg")" = old ]
done <<'END'
dies at once|kill -9 $$|dot failed
dies in the middle|head -c 100 >/dev/null; echo "<?xml"; kill -9 $$|dot failed
complains|cat >/dev/null; echo "no such layout" >&2; exit 1|dot failed: 'no such layout'
writes anything|cat >/dev/null; echo hello|what dot wrote is no SVG
writes half|cat >/dev/null; echo '<?xml version="1.0"?><svg><g>'|what dot wrote is no SVG
writes nothing|cat >/dev/null|what dot wrote is no SVG
END
rm "$tmp/bin/dot"

# Who starts us may ignore the end of children; how dot ended is asked for nevertheless.
check 'whoever ignores children gets a picture' \
  env --ignore-signal=CHLD "$PROFKIT" graph -q "$tmp/hostile.folded" -o "$tmp/x.svg"
exit "$status"
