#!/bin/sh
# Turns text files into a C source on stdout: embed.sh HEADER FILE... gives one array a file, pk_asset_flame_js
# for flame.js, which HEADER declares. Bytes outside ASCII, NUL and "]]>" are refused, since the text stands in a
# CDATA section of files in any encoding.
set -eu
header=$1
shift

bad=$(LC_ALL=C awk '/[^\t -~]/ || /]]>/ { print FILENAME ":" FNR; exit }' "$@")
if test -n "$bad"; then
    echo "embed.sh: $bad: only printable ASCII without ]]> can be embedded" >&2
    exit 1
fi

echo '/* Made by render/embed.sh. */'
echo "#include \"$header\""
for file; do
    name=$(basename "$file" | sed 's/[^A-Za-z0-9]/_/g')
    echo
    echo "const char pk_asset_$name[] = {"
    od -An -v -to1 "$file" | sed 's/  *\([0-7][0-7]*\)/0\1,/g'
    echo '0};'
done
