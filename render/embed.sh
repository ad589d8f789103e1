#!/bin/sh
# Turns text files into a C source on stdout: embed.sh HEADER FILE... gives one array a file, pk_asset_flame_js
# for flame.js, which HEADER declares. With --hash first each has pk_asset_flame_js_sha256 too, as a policy of content
# writes it: base64 of SHA-256 of the text. Bytes outside ASCII, NUL and "]]>" are refused, since the text stands in a
# CDATA section of files in any encoding.
set -eu
hashes=false
if test "$1" = --hash; then
    hashes=true
    shift
fi
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
    if $hashes; then
        # the digest as octal escapes, which every printf has
        digest=$(sha256sum <"$file" | cut -c 1-64 | sed 's/../0x& /g')
        # shellcheck disable=SC2059,SC2086 # escapes and words on purpose
        hash=$(printf "$(printf '\\%03o' $digest)" | base64)
        echo "const char pk_asset_${name}_sha256[] = \"$hash\";"
    fi
done
