#!/bin/sh
# Seeds and dictionaries for the parts of the fuzz target (tests/fuzz/fuzz_parts.h), made of what the program says of
# itself and of what the command line tests ask of it, so that no list has to be kept up.
# usage: part_seeds.sh SRCDIR PROFKIT FOLDER     fills FOLDER/PART/ and FOLDER/PART.dict
set -eu
srcdir=$1
profkit=$2
seeds=$3
mkdir -p "$seeds/detect" "$seeds/escape" "$seeds/limits" "$seeds/options" "$seeds/units"

# Hostile names, each through every function.
n=0
while read -r name; do
  for first in 000 001 002 003 004 005 006 007 010 011; do
    # shellcheck disable=SC2059 # a format on purpose: the names are written with its escapes
    printf "\\$first$name" >"$seeds/escape/$((n = n + 1))"
  done
done <"$srcdir/tests/fuzz/escape.names"

# Command lines, a word a line behind the byte that chooses the command.
awk -v folder="$seeds/options/" '
  /^\$ profkit / {
    sub(/^\$ profkit /, ""); sub(/[|>&;].*/, ""); gsub(/[ \047"]+/, "\n")
    file = folder (n + 0)
    printf "%c%s", 65 + n++ % 26, $0 >file
    close(file)
  }' "$srcdir"/tests/cli/*.test
for command in $("$profkit" help | sed -n 's/^  \([a-z]*\)  .*/\1/p'); do
  "$profkit" help "$command"
done | grep -o -e '--[a-z-]*' | LC_ALL=C sort -u | sed 's/.*/"&"/' >"$seeds/options.dict"
[ "$(wc -l <"$seeds/options.dict")" -gt 20 ] || { echo "part_seeds: no options in the help" >&2; exit 1; }

n=0
: >"$seeds/limits.dict"
for limit in line stack frames metrics depth inflate ratio; do
  echo "\"$limit=\"" >>"$seeds/limits.dict"
  for value in 1 64M 17179869183G 18446744073709551615 0 1k1; do
    printf '%s=%s' "$limit" "$value" >"$seeds/limits/$((n = n + 1))"
  done
done

# The smallest and the largest value with a scale and a unit.
printf '\000\000\000\000\000\000\000\200\001\000\000\000\000\000\000\000\003\001' >"$seeds/units/1"
printf '\377\377\377\377\377\377\377\177\377\377\377\377\377\377\377\177\375\002' >"$seeds/units/2"
: >"$seeds/units.dict"
