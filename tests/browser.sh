#!/bin/sh
# Uses pictures as people do, in headless Chromium: tests/browser/flame.html clicks, types and reads links of the
# flame graph that profkit draws from tests/browser/flame.folded. No console message may appear.
# Without Chromium this is skipped; with CI=true that is a failure.
set -u
here=${srcdir:-.}/tests/browser
profkit=${PROFKIT:-./profkit}

if ! command -v chromium >/dev/null 2>&1; then
  echo "chromium is missing"
  [ "${CI-}" = true ] && exit 1
  exit 77
fi
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

"$profkit" flame "$here/flame.folded" -o "$tmp/flame.svg" || exit 1
cp "$here/flame.html" "$tmp/flame.html"
timeout 120 chromium --headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
  --disable-component-update --disable-sync --user-data-dir="$tmp/profile" --allow-file-access-from-files \
  --enable-logging=stderr --virtual-time-budget=5000 --dump-dom "file://$tmp/flame.html" \
  >"$tmp/dom" 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
if grep -a CONSOLE "$tmp/log"; then
  echo "not ok no console message"
  exit 1
fi
sed -n '/<pre id="result">/,/<\/pre>/p' "$tmp/dom" | sed 's/.*<pre id="result">//' >"$tmp/result"
sed 's/^FAIL/not ok/' "$tmp/result"
grep -q '^done$' "$tmp/result" && ! grep -q '^FAIL' "$tmp/result"
