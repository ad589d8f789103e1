#!/bin/sh
# Joins the modules of a page to one on stdout: join.sh FILE..., each behind those it imports from. Lines that import
# go, and the word export; so imports stand on one line, and a name at the top of a module is of all of them. Lines
# that are comments and the space in front of lines go too, a fifth of the bytes that every page would carry; the
# rest is as it is in the tree. The files stay modules that any tool can read, and no bundler is needed.
set -eu

# "before behind" for tsort; a file beside itself has no place yet.
pairs() {
    for file; do
        echo "$file $file"
        sed -n "s,^import .* from '\./\(.*\)';\$,$(dirname "$file")/\1 $file,p" "$file"
    done
}

for file in $(pairs "$@" | tsort); do
    sed -e '/^import /d' -e 's/^export //' -e 's/^ *//' -e '/^\/\/ /d' -e '/^$/d' "$file"
done
