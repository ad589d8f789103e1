#!/bin/sh
# Joins the modules of a page to one on stdout: join.sh FILE..., each after those it imports from. Lines that import
# go, and the word export; so imports stand on one line, and a name at the top of a module is of all of them. The
# files stay modules that any tool can read, and no bundler is needed.
set -eu
for file; do
    sed -e '/^import /d' -e 's/^export //' "$file"
done
