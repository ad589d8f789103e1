# Running the examples of a document, for the tests that source this file. A line "$ COMMAND" of `blocks` must end
# with status 0 and print the lines that follow it, stderr after stdout; where none follow, it may print anything.
# shellcheck shell=sh

run_examples() { # run_examples NAME BLOCKS FOLDER: run in FOLDER; prints "ok COMMAND"; the status is 1 when one failed
  (
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    awk -v folder="$work" '
      /^\$ / { n++; print substr($0, 3) >(folder "/" n ".command"); next }
      n { print >(folder "/" n ".want") }' "$2"
    n=0
    failed=0
    while [ -e "$work/$((n + 1)).command" ]; do
      n=$((n + 1))
      command=$(cat "$work/$n.command")
      status=0
      (cd "$3" && sh -c "$command" </dev/null >"$work/out" 2>"$work/err") || status=$?
      cat "$work/out" "$work/err" | sed '/^$/d; s/ *$//' >"$work/got"
      result=ok
      if [ "$status" != 0 ]; then
        result="not ok"
        echo "status $status"
        cat "$work/got"
      fi
      if grep -q . "$work/$n.want" 2>/dev/null; then
        sed '/^$/d; s/ *$//' "$work/$n.want" >"$work/expected"
        diff -u "$work/expected" "$work/got" || result="not ok"
      fi
      [ "$result" = ok ] || failed=1
      echo "$result $1: $command"
    done
    [ "$n" -gt 0 ] || { echo "not ok $1: no example"; failed=1; }
    exit "$failed"
  )
}
