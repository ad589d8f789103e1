#!/bin/sh
# The house numbers: file and function lengths, comments, documented prototypes, tests per source line.
# Prints each with its goal; the status is 1 when one is missed. `make tape`.
# usage: tape.sh SRCDIR
#
# How it counts: a function runs from the first line of its head to the brace in column 1 (the format is fixed, so
# a line that is just "{" begins one). A comment line is a line with any comment on it. A prototype is documented
# when a comment stands above it or above the group without blank lines that it is in.
set -eu
cd "$1"

product=$(find src formats render -name '*.[ch]' | LC_ALL=C sort)
# without the programs to be profiled: tests/check-style.sh says why
tests=$(find tests -path tests/eval -prune -o -name '*.[ch]' -print | LC_ALL=C sort)

# Each of these prints one line for each thing: its length and what it is.
lengths() {
  printf '%s\n' "$1" | xargs awk '
    FNR == 1 { if (file) print lines, file; file = FILENAME; lines = 0 }
    { lines++ }
    END { if (file) print lines, file }'
}

functions() {
  printf '%s\n' "$1" | xargs awk '
    FNR == 1 { head = 0; inside = 0; in_comment = 0 }
    /^\/\*/ { in_comment = 1 }
    in_comment { if (/\*\//) in_comment = 0; next }
    inside { if (/^}/) { print FNR - start + 1, FILENAME ":" name; inside = 0; head = 0 } next }
    /^{$/ && head { inside = 1; start = head; next }
    /^[a-zA-Z_].*\(/ && !/;$/ && !/^(typedef|#)/ {
      head = FNR; name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
    /;$/ || /^$/ { head = 0 }'
}

prototypes() { # "1 place" documented, "0 place" not
  find src formats render -name '*.h' | LC_ALL=C sort | xargs awk '
    FNR == 1 { documented = 0; in_comment = 0; depth = 0 }
    /^\/\*/ { in_comment = 1; documented = 1; if (/\*\//) in_comment = 0; next }
    in_comment { if (/\*\//) in_comment = 0; next }
    /^$/ { documented = 0; next }
    /^(struct|union|enum)[^(]*{/ { depth = 1 }
    depth { if (/^}/ || /};$/) depth = 0; next }
    /^[a-zA-Z_].*[ *]pk_[a-z0-9_]*\(/ && !/^(typedef|#|static)/ {
      name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
      print documented, FILENAME ":" FNR ":" name }'
}

comments() {
  printf '%s\n' "$1" | xargs awk '
    FNR == 1 { in_comment = 0 }
    { total++ }
    in_comment { n++; if (/\*\//) in_comment = 0; next }
    /\/\*/ { n++; if (!/\/\*.*\*\//) in_comment = 1; next }
    /(^|[^:"])\/\// { n++ }
    END { print n, total }'
}

missed=0
goal() { # goal MET TEXT
  if [ "$1" = 1 ]; then echo "  ok      $2"; else echo "  MISSED  $2"; missed=1; fi
}

spread() { # sorted lengths on stdin: median, 90th percentile, maximum, what the maximum is
  sort -n | awk '{ n++; length_of[n] = $1; last = $2 }
    END { print length_of[int((n + 1) / 2)], length_of[int((n * 9 + 9) / 10)], length_of[n], n, last }'
}

compare() { awk "BEGIN { print ($1) ? 1 : 0 }"; }

sources=$(printf '%s\n' "$product" | grep '\.c$')
set -- $(lengths "$sources" | spread)
echo "source files: $4"
goal "$(compare "$1 <= 250")" "lines, median $1 (about 200), 90th $2"
goal "$(compare "$3 <= 500")" "longest $3 (at most 500): $5"

set -- $(functions "$sources" | spread)
echo "functions: $4"
goal "$(compare "$1 <= 18")" "lines, median $1 (about 15)"
goal "$(compare "$2 < 40")" "nine in ten $2 (under 40)"
goal "$(compare "$3 <= 70")" "longest $3 (at most 70): $5"

set -- $(comments "$product")
share=$(awk "BEGIN { printf \"%.1f\", 100 * $1 / $2 }")
product_lines=$2
echo "comments: $1 of $2 lines"
goal "$(compare "$share >= 15 && $share <= 22")" "$share % (15 to 22)"

all=$(prototypes | wc -l)
bare=$(prototypes | sed -n 's/^0 //p')
echo "public prototypes: $all"
goal "$([ -z "$bare" ] && echo 1 || echo 0)" "$((all - $(printf '%s' "$bare" | grep -c . || true))) documented (all)"
[ -z "$bare" ] || printf '%s\n' "$bare" | sed 's/^/            /'

cases=$(find tests -path tests/eval -prune -o -name '*.py' -print -o -name '*.test' -print | LC_ALL=C sort)
set -- $(printf '%s\n' "$tests" "$cases" | xargs cat | wc -l)
share=$(awk "BEGIN { printf \"%.2f\", $1 / $product_lines }")
echo "tests: $1 lines (C, Python, command-line cases) for $product_lines lines of source"
goal "$(compare "$share >= 0.8")" "$share a line (at least 0.80)"

longest=$(lengths "$tests" | sort -n | tail -1)
goal "$(compare "${longest%% *} <= 500")" "longest test file ${longest%% *} (at most 500): ${longest#* }"
exit "$missed"
