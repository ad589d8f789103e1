#!/bin/sh
# Seeds and dictionaries for the parts of the fuzz target (tests/fuzz/fuzz_parts.h), made of what the program says of
# itself and of what the command line tests ask of it, so that no list has to be kept up.
# usage: part_seeds.sh SRCDIR PROFKIT FOLDER     fills FOLDER/PART/ and FOLDER/PART.dict
set -eu
srcdir=$1
profkit=$2
seeds=$3
for part in config detect escape expression limits options rules source units; do
  mkdir -p "$seeds/$part"
done

# Hostile names, each through every function.
n=0
while read -r name; do
  for first in 000 001 002 003 004 005 006 007 010 011; do
    n=$((n + 1))
    # shellcheck disable=SC2059 # a format on purpose: the names are written with its escapes
    printf "\\$first$name" >"$seeds/escape/$n"
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
    n=$((n + 1))
    printf '%s=%s' "$limit" "$value" >"$seeds/limits/$n"
  done
done

# The smallest and the largest value with a scale and a unit.
printf '\000\000\000\000\000\000\000\200\001\000\000\000\000\000\000\000\003\001' >"$seeds/units/1"
printf '\377\377\377\377\377\377\377\177\377\377\377\377\377\377\377\177\375\002' >"$seeds/units/2"

# Every key with a value that it takes and one that it does not, and the example of the manual page.
n=0
while read -r section key value; do
  for text in "$value" '-1' ''; do
    n=$((n + 1))
    printf '# seed\n[%s]\n%s = %s\n' "$section" "$key" "$text" >"$seeds/config/$n"
  done
done <<'END'
output color always
output palette hot
output progress plain
thresholds top 30
thresholds min-percent 0.5
thresholds max-regression 5%
thresholds min-change 20ms
rules quick share("json") < 10%
own prefix src/
modules src/net/ network of the shop
suppress n-plus-one-query wanted; see the ticket
END
awk '/^\.EX/ { inside = 1; next } /^\.EE/ { inside = 0 } inside' "$srcdir/man/profkit-config.5" >"$seeds/config/manual"
[ -s "$seeds/config/manual" ] || { echo "part_seeds: no example in profkit-config(5)" >&2; exit 1; }
printf '\357\273\277[own]\r\nprefix = a\r\nprefix=b' >"$seeds/config/ends"

# Rules of the tests of the command line, those that are mistakes too.
n=0
grep -ho -e "--rule '[^']*'" "$srcdir"/tests/cli/*.test | sed "s/^--rule '//; s/'$//" | while read -r rule; do
  n=$((n + 1))
  printf '%s' "$rule" >"$seeds/expression/$n"
done
[ -s "$seeds/expression/1" ] || { echo "part_seeds: no rule in the tests of the command line" >&2; exit 1; }

# The families of the program, whole and the first of them alone.
cp "$srcdir/src/rules/families.xml" "$seeds/rules/all"
{ echo '<families>'; sed -n '/^  <family /,/^  <\/family>/{p;/<\/family>/q}' "$srcdir/src/rules/families.xml"
  echo '</families>'; } >"$seeds/rules/first"

# Paths, each with a source of this project, and lines that are none.
n=0
for path in a.c ./a.c '$/a.c' /build/app/a.c sub/b.c link.c out/a.h ../secret/a.h '$/../secret/a.h' missing.c; do
  n=$((n + 1))
  { echo "$path"; head -c 2000 "$srcdir/src/main.c"; } >"$seeds/source/$n"
done
printf 'a.c\n\033[31mred\tx\r\n\r\n\377\n\342\200\256|=1+1,"`\n\nend' >"$seeds/source/odd"
{ echo a.c; head -c 999 /dev/zero | tr '\0' x; printf '\344\270\255\344\270\255\n'; } >"$seeds/source/long"
