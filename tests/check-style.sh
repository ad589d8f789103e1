#!/bin/sh
# Format, lint, layers and banned calls: `make check-style`. Every finding is printed; the status says whether
# there was one.
# usage: check-style.sh SRCDIR CLANG-FORMAT CLANG-TIDY [COMPILER FLAG...]
set -u
srcdir=$1
format=$2
tidy=$3
shift 3
cd_back=$PWD
failed=0

for tool in "$format" "$tidy"; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "check-style: ${tool#missing-} is needed: apt-get install clang-format-19 clang-tidy-19" >&2
    exit 1
  fi
done

# tests/eval holds programs to be profiled, not parts of profkit: their faults are what they are for, and to make them
# as the house has it would take those away. tests/tape.sh leaves them out for the same reason.
sources=$(cd "$srcdir" &&
  find src formats render tests -path tests/eval -prune -o -name '*.[ch]' -print | LC_ALL=C sort)
units=$(printf '%s\n' "$sources" | grep '\.c$')
scripts=$(cd "$srcdir" && ls bootstrap .ci/run tests/*.sh tests/*/*.sh samples/*.sh render/*.sh 2>/dev/null)

section() { # section NAME: run the command on stdin's behalf and remember a failure
  name=$1
  shift
  if "$@"; then
    echo "check-style: $name ok"
  else
    echo "check-style: $name FAILED"
    failed=1
  fi
}

formatted() {
  (cd "$srcdir" && printf '%s\n' "$sources" | xargs "$format" --dry-run -Werror)
}

# banned PATTERN FILES: the lines that match, outside of comments
banned_in() {
  (cd "$srcdir" && printf '%s\n' "$2" | xargs grep -nE "$1" /dev/null |
    grep -vE '^[^:]*:[0-9]*: *(/\*|\*|//)')
}

banned() {
  calls='\b(strtok|strtok_r|sprintf|vsprintf|strcpy|strcat|atoi|atol|atof|gets|setlocale|system|popen|alloca)[ ]*\('
  mess='\b(TO[D]O|FIX[M]E|XX[X])\b' # in brackets, so that this line is none
  found=$(banned_in "$calls" "$sources"; banned_in "$mess" "$sources")
  # memory comes from base/arena, which never gives NULL
  raw='\b(malloc|calloc|realloc|free|strdup|strndup|asprintf)[ ]*\('
  product=$(printf '%s\n' "$units" | grep -vE '^(tests/|src/base/arena\.c)')
  found="$found$(banned_in "$raw" "$product")"
  [ -z "$found" ] || { printf '%s\n' "$found"; return 1; }
}

# Columns are characters, so the locale must know UTF-8.
long_lines() {
  found=$(cd "$srcdir" &&
    { printf '%s\n' "$sources" | LC_ALL=C.UTF-8 xargs grep -nHE '^.{101,}'
      printf '%s\n' "$scripts" | LC_ALL=C.UTF-8 xargs grep -nHE '^.{121,}'; } | cut -d: -f1,2)
  [ -z "$found" ] || { printf '%s: too long\n' $found; return 1; }
}

shell_parses() {
  for script in $scripts; do
    sh -n "$srcdir/$script" || return 1
  done
}

sorted_lists() { # one source per line, sorted
  awk '/^[a-z_]+ = \\$/ { last = ""; inside = 1; next }
       inside { line = $1; if (line < last) { print FILENAME ":" FNR ": " line " after " last; bad = 1 }
                last = line; if ($0 !~ /\\$/) inside = 0 }
       END { exit bad }' "$srcdir/Makefile.am"
}

layers() { srcdir=$srcdir sh "$srcdir/tests/layers.sh"; }

# One clang-tidy for each core; the flags are those of the build, seen from its folder.
linted() {
  cd "$cd_back" || return 1
  jobs=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
  printf '%s\n' "$units" | sed "s|^|$srcdir/|" |
    xargs -P "$jobs" -n 4 sh -c '
      tidy=$1; count=$2; shift 2
      flags=; while [ "$count" -gt 0 ]; do flags="$flags $1"; shift; count=$((count - 1)); done
      # shellcheck disable=SC2086
      "$tidy" --quiet "$@" -- $flags 2>/dev/null' sh "$tidy" "$#" "$@"
}

section format formatted
section "banned calls and marks" banned
section "line lengths" long_lines
section "shell syntax" shell_parses
section "source lists" sorted_lists
section layers layers
section tidy linted "$@"
exit "$failed"
