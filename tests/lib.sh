# What tests in shell share; read it by `. "${srcdir:-.}/tests/lib.sh"`. A test ends by `exit "$status"`.
# shellcheck shell=sh

status=0

check() { # check NAME COMMAND...
  name=$1
  shift
  if "$@"; then
    echo "ok $name"
  else
    echo "not ok $name"
    status=1
  fi
}

missing() { # missing WHAT: a part of a test is left out, which is a failure where CI=true
  if [ "${CI-}" = true ]; then
    echo "not ok $1 is there"
    status=1
  else
    echo "skipped: no $1 here"
  fi
}

leave_out() { # leave_out WHAT: the whole test ends here for want of it
  missing "$1"
  [ "$status" = 0 ] || exit 1
  exit 77
}

needs() { # needs TOOL PACKAGE: the whole test is left out without it, which is a failure where CI=true
  command -v "$1" >/dev/null 2>&1 || leave_out "$1 (package $2)"
}
