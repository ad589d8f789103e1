#!/bin/sh
# Unit test programs and a part of the command line cases under valgrind: no error and no leak, on error paths too.
# usage: valgrind.sh SRCDIR BUILDDIR PROGRAM...
#
# A run under valgrind costs some thirty times its time and half a second to begin, so random counts are a hundredth
# of those of a long run or less, and what takes minutes even so is left out: the tests that fail every call, and
# LEFT_OUT: every line after every other, a million calls, every foreign profile, a million samples. The sanitizers
# run those. What is still reachable at the end is no leak: the kernel takes it back. valgrind writes a file for each
# process, because cases throw away what programs say and a pipe hides their status: a file that is not empty is a
# failure.
# output.test is left out, as valgrind takes a closed descriptor for itself, and robust.test for its stack of a
# million frames.
# Details: BUILDDIR/valgrind/*.
set -eu
srcdir=$(cd "$1" && pwd)
build=$2
shift 2
LEFT_OUT='tests/test_attribute tests/test_collapsed_damage tests/test_corpus_laws tests/test_diff_experiments'
LEFT_OUT="$LEFT_OUT tests/test_noise_family tests/test_perf_damage tests/test_pk tests/test_pk_corpus"
CASES='diff_runs graph input merge merge_parts packed paths perf usage'

command -v valgrind >/dev/null 2>&1 || {
  echo "check-valgrind: valgrind is needed: apt-get install valgrind" >&2
  exit 1
}
logs=$build/valgrind
rm -rf "$logs"
mkdir -p "$logs"
cat >"$logs/valgrind" <<END
#!/bin/sh
exec $(command -v valgrind) --quiet --error-exitcode=99 --leak-check=full --num-callers=25 \\
  --suppressions='$srcdir/tests/valgrind.supp' \\
  --show-leak-kinds=definite,indirect --errors-for-leak-kinds=definite,indirect --log-file='$logs/%p.found' "\$@"
END
cat >"$logs/profkit" <<END
#!/bin/sh
exec '$logs/valgrind' '$build/profkit' "\$@"
END
cat >"$logs/one" <<END
#!/bin/sh
log=$logs/\$(basename "\$1").log
case \$1 in
*.test) PROFKIT='$logs/profkit' sh '$srcdir/tests/cli.sh' "\$1" >"\$log" 2>&1 ;;
*) PROFKIT='$build/profkit' '$logs/valgrind' "\$1" >"\$log" 2>&1 ;;
esac
status=\$?
case \$status in
0) echo "ok \$1" ;;
77)
  if [ "\${CI-}" = true ]; then echo "not ok \$1: skipped"; tail -n 5 "\$log"; else echo "skipped: \$1"; fi
  ;;
*) echo "not ok \$1: status \$status"; tail -n 40 "\$log" ;;
esac
END
chmod +x "$logs/valgrind" "$logs/profkit" "$logs/one"

cd "$build"
export srcdir PROFKIT_NO_CONFIG=1 PROFKIT_CASES=10 PLACES=1 MUTATIONS=10
{
  for name in $CASES; do echo "$srcdir/tests/cli/$name.test"; done
  for program in "$@"; do
    case " $LEFT_OUT " in *" $program "*) ;; *) echo "./$program" ;; esac
  done
} | xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" "$logs/one" | tee "$logs/results"

failed=$(grep -c '^not ok' "$logs/results" || true)
for found in "$logs"/*.found; do
  [ -s "$found" ] || continue
  echo "not ok $found"
  head -n 60 "$found"
  failed=$((failed + 1))
done
passed=$(grep -c '^ok' "$logs/results" || true)
echo "valgrind: $passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
