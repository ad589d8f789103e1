#!/bin/sh
# Checks SVG files with tools that profkit does not use: an XML parser, librsvg, and headless Chromium, which
# must load each without a console message and give a picture.
# usage: svg-check.sh FILE.svg...
# A missing tool is skipped with a message; with CI=true it is a failure.
set -u
. "$(dirname "$0")/lib.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

have() { # have TOOL
  command -v "$1" >/dev/null 2>&1 && return 0
  missing "$1"
  return 1
}

in_librsvg() {
  rsvg-convert -o "$tmp/rsvg.png" "$1" && [ -s "$tmp/rsvg.png" ]
}

in_chromium() { # in_chromium FILE: a page that loads without a word on the console, and a picture of it
  rm -f "$tmp/shot.png"
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$tmp/profile" \
    --window-size=1200,800 --enable-logging=stderr --v=0 --virtual-time-budget=2000 \
    --screenshot="$tmp/shot.png" "file://$1" >"$tmp/log" 2>&1 || return 1
  if grep -a 'CONSOLE' "$tmp/log"; then return 1; fi
  [ -s "$tmp/shot.png" ]
}

for file in "$@"; do
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  picture=$(basename "$file")
  ! have xmllint || check "$picture is well-formed" xmllint --noout --nonet "$file"
  ! have rsvg-convert || check "$picture renders in librsvg" in_librsvg "$file"
  ! have chromium || check "$picture loads in Chromium without a message" in_chromium "$file"
done
[ "$status" = 0 ] && [ $# -gt 0 ]
