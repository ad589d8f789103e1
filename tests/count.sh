#!/bin/sh
# Counts tests, not programs, from the logs of `make check` in the given build folders.
# usage: count.sh BUILD...
# A cmocka program counts each of its tests, a script each line "ok NAME" or "not ok NAME" that it prints, and a
# line "pstats: 27 cases, ..., 0 failures" counts its cases and is shown. A program that failed without saying
# in which test (a crash) counts as one failure. With CI=true so does each test that was skipped: what was not
# looked at must not look well. Last line: "N passed, N failed"; the status is 1 when anything failed or nothing ran.
set -eu

for build in "$@"; do
  find "$build/tests" -name '*.trs' | LC_ALL=C sort
done | {
  passed=0 failed=0 skipped=0
  while read -r trs; do
    log=${trs%.trs}.log
    result=$(sed -n 's/^:test-result: *//p' "$trs")
    ok=$(grep -acE '^(\[       OK \]|ok )' "$log" || true)
    bad=$(grep -acE '^(\[  FAILED  \] [^0-9]|not ok )' "$log" || true)
    skip=$(grep -acE '^(\[  SKIPPED \] [^0-9]|skip |skipped: )' "$log" || true)
    grep -aE '^[a-z]+: [0-9]+ cases, ' "$log" || true
    cases=$(sed -n 's/^[a-z]*: \([0-9]*\) cases, .*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    # cmocka names what failed or was skipped once more in its closing list
    if grep -aqE '^\[  FAILED  \] [0-9]+ test' "$log"; then
      bad=$(sed -n 's/^\[  FAILED  \] \([0-9]*\) test.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    fi
    if grep -aqE '^\[  SKIPPED \] [0-9]+ test' "$log"; then
      skip=$(sed -n 's/^\[  SKIPPED \] \([0-9]*\) test.*/\1/p' "$log" | awk '{ n += $1 } END { print n + 0 }')
    fi
    [ "$result" != PASS ] || ok=$((ok + cases))
    case $result in
    PASS) [ "$((ok + bad + skip))" -gt 0 ] || ok=1 ;;
    SKIP) [ "$skip" -gt 0 ] || skip=1 ;;
    *) [ "$bad" -gt 0 ] || bad=1 ;;
    esac
    if [ "$skip" -gt 0 ]; then
      echo "skipped $skip in $(basename "$log" .log): $(grep -aiE 'skip|missing|not found' "$log" | head -1)"
    fi
    [ "$bad" = 0 ] || echo "failed $bad in $log"
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + skip))
  done
  [ "$skipped" = 0 ] || echo "$skipped skipped"
  [ "${CI-}" != true ] || failed=$((failed + skipped))
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
