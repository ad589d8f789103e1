#!/bin/sh
# Runs the plain-text cases of tests/cli/*.test against the program in $PROFKIT.
# usage: cli.sh [--regen] [CASE-FILE...]      --regen writes what the program prints into the files
#
# A case file is run in an empty folder of its own, where `samples` is the samples folder:
#   # name of the next case        (a comment; names are sentences)
#   @ NAME                         a file; its lines follow, each after "| "
#   $ COMMAND                      run by sh with `profkit` in the path
#   < LINE                         stdin (without any: /dev/null)
#   > LINE                         expected on stdout, and nothing else
#   ! LINE                         expected on stderr, and nothing else
#   ? STATUS                       expected exit status, 0 when left out
# A line "..." after > or ! stands for any lines. Every $ is a case and prints "ok" or "not ok".
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
regen=0
[ "${1-}" = --regen ] && { regen=1; shift; }
[ $# -gt 0 ] || set -- "$srcdir"/tests/cli/*.test

tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/bin"
ln -s "$PROFKIT" "$tmp/bin/profkit"
PATH=$tmp/bin:$PATH
LC_ALL=C.UTF-8
NO_COLOR=1 # tests/terminal.py looks at colours
PROFKIT_NO_CONFIG=1 # a case that wants some says so
export PATH LC_ALL NO_COLOR PROFKIT_NO_CONFIG
unset CLICOLOR_FORCE COLUMNS PROFKIT_PAGER
failed=0
passed=0

# Compare two files line by line; "..." in the first matches any run of lines of the second. Most cases have one empty
# stream at least, which takes no process to see.
matches() {
  { [ ! -s "$1" ] && [ ! -s "$2" ]; } || cmp -s "$1" "$2" || awk 'NR == FNR { want[++wants] = $0; next }
       { got[++gots] = $0 }
       END {
         w = g = 1; star = 0
         while (g <= gots) {
           if (w <= wants && want[w] == "...") { star = w++; mark = g }
           else if (w <= wants && want[w] == got[g]) { w++; g++ }
           else if (star) { w = star + 1; g = ++mark }
           else exit 1
         }
         while (w <= wants && want[w] == "...") w++
         exit w <= wants
       }' "$1" "$2"
}

# Run the case collected so far, if there is one.
finish() {
  [ -n "$command" ] || return 0
  input=/dev/null
  [ -e "$tmp/stdin" ] && input=$tmp/stdin
  status=0
  (cd "$tmp/dir" && exec sh -c "$command") <"$input" >"$tmp/out" 2>"$tmp/err" || status=$?
  if [ "$regen" = 1 ]; then
    if ! matches "$tmp/want.out" "$tmp/out"; then sed 's/^/> /; s/^> $/>/' "$tmp/out"; else
      sed 's/^/> /; s/^> $/>/' "$tmp/want.out"; fi >>"$tmp/new"
    if ! matches "$tmp/want.err" "$tmp/err"; then sed 's/^/! /; s/^! $/!/' "$tmp/err"; else
      sed 's/^/! /; s/^! $/!/' "$tmp/want.err"; fi >>"$tmp/new"
    [ "$status" = 0 ] || echo "? $status" >>"$tmp/new"
    [ "$spaced" = 0 ] || echo >>"$tmp/new"
  fi
  problem=
  [ "$status" = "$want_status" ] || problem="status $status instead of $want_status"
  matches "$tmp/want.out" "$tmp/out" || problem="$problem stdout"
  matches "$tmp/want.err" "$tmp/err" || problem="$problem stderr"
  if [ -z "$problem" ]; then
    passed=$((passed + 1))
    echo "ok $base: $name"
  else
    failed=$((failed + 1))
    echo "not ok $base: $name:$problem"
    printf '    $ %s\n' "$command"
    diff -u "$tmp/want.out" "$tmp/out" | sed 's/^/    /'
    diff -u "$tmp/want.err" "$tmp/err" | sed 's/^/    /'
  fi
  begin
}

begin() {
  command='' want_status=0 spaced=0
  [ ! -e "$tmp/stdin" ] || rm "$tmp/stdin"
  : >"$tmp/want.out"
  : >"$tmp/want.err"
}

# text MARK LINE: what stands behind the mark. Builtins only: processes for each line would be most of the time.
text() {
  rest=${2#"$1"}
  printf '%s\n' "${rest# }"
}

run_file() {
  base=$(basename "$1" .test)
  name=$base file=
  rm -rf "$tmp/dir"
  mkdir "$tmp/dir"
  ln -s "$srcdir/samples" "$tmp/dir/samples"
  : >"$tmp/new"
  begin
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in
    '> '* | '>') text '>' "$line" >>"$tmp/want.out"; continue ;;
    '! '* | '!') text '!' "$line" >>"$tmp/want.err"; continue ;;
    '? '*) want_status=${line#'? '}; continue ;;
    '') [ -z "$command" ] || { spaced=1; finish; continue; } ;;
    '# '*) finish; name=${line#'# '} ;;
    '@ '*) finish; file=$tmp/dir/${line#'@ '}; : >"$file" ;;
    '| '* | '|') text '|' "$line" >>"$file" ;;
    '$ '*) finish; command=${line#'$ '} ;;
    '< '* | '<') text '<' "$line" >>"$tmp/stdin" ;;
    *) echo "not ok $base: cannot read the line: $line"; failed=$((failed + 1)) ;;
    esac
    printf '%s\n' "$line" >>"$tmp/new"
  done <"$1"
  finish
  if [ "$regen" = 1 ] && ! cmp -s "$tmp/new" "$1"; then
    cp "$tmp/new" "$1"
    echo "regenerated $1"
  fi
}

for case_file in "$@"; do
  run_file "$case_file"
done
echo "cli: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
