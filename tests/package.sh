#!/bin/sh
# Builds the Debian package from a tarball in a folder of its own, looks at what it holds, and asks lintian.
# usage: package.sh TARBALL FOLDER (which is emptied first)
set -eu
tarball=$(realpath "$1")
rm -rf "$2"
mkdir "$2"
cd "$2"
tar -xzf "$tarball"
# the tests have run before this
(cd profkit-* && DEB_BUILD_OPTIONS="nocheck parallel=$(getconf _NPROCESSORS_ONLN)" dpkg-buildpackage -us -uc -b) \
  >build.log 2>&1 || { tail -40 build.log; exit 1; }
! grep -n 'warning:' build.log

mkdir root
dpkg-deb -x profkit_*.deb root
(cd root && find . -type f -o -type l) | LC_ALL=C sort >files
missing=0
has() { # has PATTERN: a path in the package
  grep -qE "^\./$1\$" files || { echo "the package lacks $1"; missing=1; }
}
has 'usr/bin/profkit'
has 'usr/lib/[^/]*/profkit/profkit-cairo.so'
has 'usr/share/doc/profkit/copyright'
has 'usr/share/doc/profkit/changelog.gz'
for page in profkit-*/man/*; do
  has "usr/share/man/man${page##*.}/$(basename "$page").gz"
done
for schema in profkit-*/schemas/*; do
  has "usr/share/profkit/schemas/$(basename "$schema")"
done
# completions, as soon as the program can print them
if root/usr/bin/profkit help | grep -q '^  completion '; then
  has 'usr/share/bash-completion/completions/profkit'
  has 'usr/share/zsh/[a-z-]*/_profkit'
  has 'usr/share/fish/vendor_completions.d/profkit.fish'
fi
root/usr/bin/profkit --version | grep -qF "profkit $(dpkg-deb -f profkit_*.deb Version)" ||
  { echo "the program has another version than the package"; missing=1; }
[ "$missing" = 0 ] || { cat files; exit 1; }
lintian --fail-on error,warning --pedantic --tag-display-limit 0 ./*.changes
echo "the package holds $(wc -l <files) files"
