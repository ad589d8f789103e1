#!/bin/sh
# Uses pictures as people do, in headless Chromium: tests/browser/flame.html clicks, types and reads links of the
# flame graph that profkit draws from tests/browser/flame.folded, in two palettes, light and dark; then it is
# printed. tests/browser/views.html hides libraries, groups and merges; tests/browser/flow.html looks at a picture of
# services. No console message may appear. Without Chromium this is skipped; with CI=true that is a failure.
set -u
here=${srcdir:-.}/tests/browser
profkit=${PROFKIT:-./profkit}
. "${srcdir:-.}/tests/lib.sh"
needs chromium chromium
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# browse OPTION...: a browser that knows nothing of the machine and its user. Time passes there as fast as the page
# lets it, and what the budget is for depends on how busy the machine is: it is several times what an idle one needs.
browse() {
  timeout 120 chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
    --disable-component-update --disable-sync --user-data-dir="$tmp/profile" --allow-file-access-from-files \
    --enable-logging=stderr --virtual-time-budget=30000 "$@" 2>"$tmp/log"
}

look() { # look PAGE WHAT THEME: 0 is dark, 1 light, 2 few colours, light; each line of the page's result is a test
  scheme=$3 theme=light forced=
  [ "$3" = 0 ] && theme=dark
  [ "$3" = 2 ] && scheme=1 theme=forced forced=--force-high-contrast
  browse --blink-settings=preferredColorScheme="$scheme" $forced --dump-dom "file://$tmp/$1.html#$theme" >"$tmp/dom" ||
    { cat "$tmp/log"; exit 1; }
  sed -n '/<pre id="result">/,/<\/pre>/p' "$tmp/dom" | sed 's/.*<pre id="result">//' >"$tmp/result"
  if grep -a CONSOLE "$tmp/log"; then
    echo "not ok no console message, $2 $theme"
    status=1
  fi
  sed -n "s/^FAIL\(.*\)/not ok\1, $2 $theme/p; s/^ok \(.*\)/ok \1, $2 $theme/p" "$tmp/result"
  grep -q '^FAIL' "$tmp/result" && status=1
  grep -q '^done$' "$tmp/result" || { echo "not ok the page ran to its end, $1 $2 $theme"; status=1; }
}

verdict() { # verdict NAME STATUS
  if [ "$2" = 0 ]; then
    echo "ok $1"
  else
    echo "not ok $1"
    status=1
  fi
}

cp "$here"/*.html "$here"/*.js "$tmp"
for palette in module kind; do # test_theme.c has every colour
  "$profkit" flame "$here/flame.folded" --colors $palette -o "$tmp/flame.svg" 2>/dev/null || exit 1
  look flame $palette 1
  look flame $palette 0
done
"$profkit" flame -q "$here/views.folded" -o "$tmp/views.svg" || exit 1
look views module 1
look views module 0
look views module 2
"$profkit" services -q "$here/flow.folded" -o "$tmp/flow.svg" || exit 1
look flow services 1
look flow services 0

# ---- on paper: light whatever the screen is, all names, no controls

if command -v pdftotext >/dev/null 2>&1 && command -v pdftoppm >/dev/null 2>&1; then
  browse --blink-settings=preferredColorScheme=0 --print-to-pdf="$tmp/paper.pdf" --no-pdf-header-footer \
    "file://$tmp/flame.svg" >/dev/null
  pdftotext "$tmp/paper.pdf" "$tmp/paper.txt"
  pdftoppm -r 20 -singlefile "$tmp/paper.pdf" "$tmp/paper"
  grep -q 'flame.folded' "$tmp/paper.txt" && grep -q 'load_items' "$tmp/paper.txt"
  verdict "paper has the title and the names" $?
  ! grep -q 'Click a box\|Search\|Reset' "$tmp/paper.txt"
  verdict "paper has no controls" $?
  # The last three bytes are the lower right pixel.
  [ "$(tail -c 3 "$tmp/paper.ppm" | od -An -tx1)" = " ff ff ff" ]
  verdict "paper is white" $?
else
  missing 'poppler-utils'
fi
exit $status
