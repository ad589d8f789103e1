#!/bin/sh
# Checks SVG files with tools that profkit does not use: an XML parser, librsvg, and headless Chromium, which
# must load each without a console message and give a picture.
# usage: svg-check.sh FILE.svg...
# A missing tool is skipped with a message; with CI=true it is a failure.
set -u
failed=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

have() {
  command -v "$1" >/dev/null 2>&1 && return 0
  if [ "${CI-}" = true ]; then
    echo "not ok $1 is missing"
    failed=$((failed + 1))
  else
    echo "skip $1 is missing"
  fi
  return 1
}

verdict() { # verdict STATUS WHAT
  if [ "$1" = 0 ]; then echo "ok $2"; else echo "not ok $2"; failed=$((failed + 1)); fi
}

in_chromium() { # in_chromium FILE: a page that loads without a word on the console, and a picture of it
  chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$tmp/profile" \
    --window-size=1200,800 --enable-logging=stderr --v=0 --virtual-time-budget=2000 \
    --screenshot="$tmp/shot.png" "file://$1" >"$tmp/log" 2>&1 || return 1
  if grep -a 'CONSOLE' "$tmp/log"; then return 1; fi
  [ -s "$tmp/shot.png" ]
}

for file in "$@"; do
  case $file in /*) ;; *) file=$PWD/$file ;; esac
  name=$(basename "$file")
  if have xmllint; then
    xmllint --noout --nonet "$file"
    verdict $? "$name is well-formed"
  fi
  if have rsvg-convert; then
    rsvg-convert -o "$tmp/rsvg.png" "$file" && [ -s "$tmp/rsvg.png" ]
    verdict $? "$name renders in librsvg"
  fi
  if have chromium; then
    rm -f "$tmp/shot.png"
    in_chromium "$file"
    verdict $? "$name loads in Chromium without a message"
  fi
done
[ "$failed" = 0 ] && [ $# -gt 0 ]
