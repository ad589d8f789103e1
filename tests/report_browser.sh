#!/bin/sh
# Uses the page of a report as people do, in Chromium with the network off: tests/browser/report.mjs and what it
# imports. playwright-core and axe-core come from the registry of npm, in the versions of
# tests/browser/package-lock.json, into the build tree; nothing of them is in the sources or in the program.
# Without Node, npm, Chromium or a network this is skipped; with CI=true that is a failure.
set -u
profkit=${PROFKIT:-./profkit}
. "${srcdir:-.}/tests/lib.sh"
needs chromium chromium
needs node nodejs
# Debian's Node has a list of its own of whom to trust; the machine may trust others, such as a proxy.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
  export NODE_EXTRA_CA_CERTS
fi
here=$(cd "${srcdir:-.}" && pwd)
modules=$PWD/browser-modules

# The lock file says by a hash what each package holds. What is there of another lock file is made anew.
if ! cmp -s "$here/tests/browser/package-lock.json" "$modules/package-lock.json" ||
  [ ! -d "$modules/node_modules" ]; then
  needs npm npm
  rm -rf "$modules"
  mkdir "$modules"
  cp "$here/tests/browser/package.json" "$here/tests/browser/package-lock.json" "$modules"
  if ! (cd "$modules" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >npm.log 2>&1); then
    cat "$modules/npm.log"
    rm -rf "$modules"
    leave_out 'network for npm'
  fi
fi
exec node "$here/tests/browser/report.mjs" "$profkit" "$here" "$modules/node_modules" "$@"
