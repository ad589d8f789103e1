#!/bin/sh
# Which lines and branches the tests run: builds in a folder of its own (gcc, not optimised), runs the tests with
# small counts, prints a table of the folders and what was never run, and fails where a figure is under its floor.
# usage: coverage.sh SRCDIR BUILDDIR
#
# The rule of what counts: every line and branch that gcov knows of, error paths too; nothing is marked as
# excluded in the sources. Readers are formats/, writers render/out_*; their floors are those of the project, 95 % of
# the lines and 85 % of the branches, raised to what was reached less one point for what a change may bring.
# What needs no program of ours (layers, man page) or repeats at length what others run (corpora, replays,
# scale) is left out: it takes time and runs no further line. Details: BUILDDIR/coverage-build/coverage.txt.
set -eu
srcdir=$(cd "$1" && pwd)
build=$2/coverage-build
FLOORS='readers 97 92
writers 97 89
all 96 89'
MORE_TESTS='tests/cli.sh tests/check_reports.py tests/graph.sh tests/pictures.py tests/robust.py tests/hostile_names.py'

if ! command -v gcovr >/dev/null 2>&1; then
  echo "coverage: gcovr is needed: apt-get install gcovr" >&2
  exit 1
fi
mkdir -p "$build"
cd "$build"
if [ ! -e Makefile ]; then
  "$srcdir/configure" --silent --enable-coverage CC=gcc CFLAGS='-g -O0'
fi
rm -f ./*conftest.gc*
find . -name '*.gcda' -delete
jobs=$(getconf _NPROCESSORS_ONLN)
make -s -j"$jobs"
# one place of each call in the fault tests, but all cases of them; a hundredth of the cuts and flips
PLACES=1 MUTATIONS=20 PROFKIT_CASES=600 make -s -j"$jobs" check-units MORE_TESTS="$MORE_TESTS" VERBOSE=1 \
  >check.log 2>&1 ||
  { grep -a '^FAIL\|^ERROR' check.log >&2; tail -100 check.log >&2; exit 1; }

filter="--filter $srcdir/formats/ --filter $srcdir/render/ --filter $srcdir/src/"
# shellcheck disable=SC2086 # words on purpose; two passes, as one report holds lines or branches
{
  gcovr -r "$srcdir" --object-directory . $filter --csv -o coverage.csv
  gcovr -r "$srcdir" --object-directory . $filter --txt -o coverage.txt
  gcovr -r "$srcdir" --object-directory . $filter --branches --txt
} >>coverage.txt 2>gcovr.log || { cat gcovr.log >&2; exit 1; }

printf '%s\n' "$FLOORS" | awk -F, '
  FNR == NR { split($0, word, " "); line_floor[word[1]] = word[2]; branch_floor[word[1]] = word[3]; next }
  FNR == 1 { next }
  {
    folder = $1
    sub(/\/[^\/]*$/, "", folder)
    groups = folder ",all"
    if ($1 ~ /^formats\//) groups = groups ",readers"
    if ($1 ~ /^render\/out_/) groups = groups ",writers"
    n = split(groups, group, ",")
    for (i = 1; i <= n; i++) {
      lines[group[i]] += $2; lines_run[group[i]] += $3
      branches[group[i]] += $5; branches_run[group[i]] += $6
    }
  }
  function share(run, all) { return all ? 100 * run / all : 100 }
  function row(name, l, b) {
    l = share(lines_run[name], lines[name]); b = share(branches_run[name], branches[name])
    printf "%-12s %6d lines %5.1f %%  %6d branches %5.1f %%", name, lines[name], l, branches[name], b
    if (name in line_floor) printf "  (floor %d and %d)", line_floor[name], branch_floor[name]
    print ""
    if (name in line_floor && (l < line_floor[name] || b < branch_floor[name])) {
      print "coverage: " name " is under its floor; see coverage.txt for what was not run"
      failed = 1
    }
    if (!lines[name]) { print "coverage: nothing of " name; failed = 1 }
  }
  END {
    m = split("src/base src/model src/analyze src/cmd formats render readers writers all", order, " ")
    for (i = 1; i <= m; i++) row(order[i])
    exit failed
  }' - coverage.csv
