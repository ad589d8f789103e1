#!/bin/sh
# Nothing is skipped in silence. A test that lacks something says so in the way of skip.h, lib.sh or left_out.py, which
# are tried here with CI=true, where they must fail, and without. Nothing else in tests/ may skip but values.mjs, which
# has the same rule for its browser, and bench.py, which is no test.
set -u
. "${srcdir:-.}/tests/lib.sh"
here=${srcdir:-.}/tests
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# said CI STATUS WORDS COMMAND...: how it ends, and the words that it begins a line with
said() {
  ci=$1 wanted=$2 words=$3
  shift 3
  CI=$ci PROFKIT_SHARED=$tmp/none "$@" >"$tmp/out" 2>&1
  [ $? = "$wanted" ] && grep -q "^$words" "$tmp/out"
}

# both NAME STATUS COMMAND...: fails where CI=true, and else ends by STATUS
both() {
  what=$1 other=$2
  shift 2
  check "$what fails where CI=true" said true 1 'not ok ' "$@"
  check "$what is told elsewhere" said false "$other" 'skipped: ' "$@"
}

only() { # only WORDS FILE...: no other file of the tests has these words
  words=$1
  shift
  for file in "$@"; do set -- "$@" "--exclude=$file"; done
  while [ "${1#--exclude=}" = "$1" ]; do shift; done
  ! grep -rnE "$words" "$here" --include='*.sh' --include='*.py' --include='*.mjs' --include='*.[ch]' \
    --exclude=silent_skips.sh "$@"
}

both 'a tool that a script needs' 77 sh -c ". '$here/lib.sh'; needs no-such-tool of-none; echo ok"
both 'a part of a script' 0 sh -c ". '$here/lib.sh'; missing part; exit \$status"
both 'a script in Python' 77 python3 -B -c "import sys; sys.path.insert(0, '$here'); import left_out
sys.exit(left_out.status('none'))"
both 'a part of a script in Python' 0 python3 -B -c "import sys; sys.path.insert(0, '$here'); import left_out
sys.exit(left_out.tell('none'))"
both 'a program without the corpus' 77 tests/test_pk_corpus
check 'a test of a program fails where CI=true' said true 1 'not ok ' tests/test_recognise
check 'a test of a program is told elsewhere' said false 0 'skipped: ' tests/test_recognise
check 'shell skips in lib.sh alone' only '(exit|return) 77' lib.sh
check 'Python skips in left_out.py alone' only 'exit\(77|else 77|skipTest|SkipTest|pytest' left_out.py
check 'C skips in skip.h and corpus.h alone' only '[^_a-z]skip\(\)|: 77|return 77' skip.h corpus.h left_out.py
check 'the words stand in the ways alone' only "[\"'](echo )?skip(ped)?: " lib.sh values.mjs valgrind.sh bench.py
exit "$status"
