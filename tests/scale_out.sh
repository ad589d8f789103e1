#!/bin/sh
# The recipes of docs/scale-out.md, as they stand there: the one for GNU parallel on 300 small profiles, with a worker
# that is killed and the run resumed; the script of the job array as Slurm would start it. Each sum must have the
# SHA-256 of one pass over all files. Without GNU parallel that part is skipped; with CI=true it is a failure.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
. "$srcdir/tests/lib.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/bin" "$tmp/dir"
ln -s "$PROFKIT" "$tmp/bin/profkit"
PATH=$tmp/bin:$PATH
HOME=$tmp # GNU parallel keeps its notes there
LC_ALL=C.UTF-8
export PATH HOME LC_ALL
cd "$tmp/dir"

block() { # block N: the N-th block of shell commands of the page
  awk -v want="$1" '/^```sh$/ { n++; inside = 1; next } /^```$/ { inside = 0 } inside && n == want' \
    "$srcdir/docs/scale-out.md"
}

same() { # same FILE: it has the SHA-256 of the one pass
  [ "$(sha256sum <"$1")" = "$sum" ]
}

# Callers and callees by number; every tenth is a callgrind file, so that stacks and calls meet.
mkdir profiles profiles/a profiles/b
i=0
while [ "$i" -lt 300 ]; do
  half=a
  [ $((i % 2)) = 0 ] || half=b
  if [ $((i % 10)) = 0 ]; then
    printf 'events: Ir\nfn=main\n1 %d\ncfn=f%d\ncalls=2 1\n1 %d\nfn=f%d\n1 %d\n' \
      $((i + 1)) $((i % 7)) $((i * 3)) $((i % 7)) $((i * 3)) >"profiles/$half/$i.out"
  else
    printf 'main;f%d;g%d %d\nmain;f%d %d\n' $((i % 7)) $((i % 11)) $((i + 1)) $((i % 5)) $((i + 2)) \
      >"profiles/$half/$i.folded"
  fi
  i=$((i + 1))
done
find profiles -type f | profkit merge -q --files-from - -o one.pk
sum=$(sha256sum <one.pk)

# The job array: eight tasks in any order, one of them twice, as after a requeue.
block 3 >parts.sh
check 'the page has the script of a job array' grep -q '^#SBATCH' parts.sh
find profiles -type f >list
SLURM_ARRAY_TASK_COUNT=8
export SLURM_ARRAY_TASK_COUNT
for SLURM_ARRAY_TASK_ID in 5 1 2 8 7 3 6 4; do
  export SLURM_ARRAY_TASK_ID
  sh parts.sh
done
profkit merge -q parts/*.pk -o all.pk
check 'parts of a job array add up to one pass' same all.pk
SLURM_ARRAY_TASK_ID=5 sh parts.sh
profkit merge -q parts/*.pk -o all.pk
check 'a part that was made again is the same' same all.pk
check 'the manifests name every file' [ "$(cat parts/*.manifest | sort -u | wc -l)" = 300 ]
check 'and none of them twice' [ "$(cat parts/*.manifest | wc -l)" = 300 ]
rm -r parts all.pk

[ "$status" = 0 ] || exit 1
needs parallel parallel

# A worker that dies in its first run, before it made part 3. That a merge which is killed later leaves no half of a
# part holds by the rename (tests/robust.py).
cat >"$tmp/bin/dying" <<'EOS'
#!/bin/sh
case " $* " in
*' 3/8 '*) [ -e "$HOME/died" ] || { : >"$HOME/died"; kill -9 $$; } ;;
esac
exec profkit "$@"
EOS
chmod +x "$tmp/bin/dying"
block 1 | sed 's/^  profkit merge -q --files-from/  dying merge -q --files-from/' >recipe.sh
check 'the page has the recipe for GNU parallel' grep -q '^  dying merge' recipe.sh
sh recipe.sh >first.out 2>&1 || true
check 'the killed worker made no part' [ ! -e parts/3.pk ]
check 'the others did theirs' [ "$(ls parts/*.pk | wc -l)" = 7 ]
touch -d '2001-01-01' parts/*.pk
sh recipe.sh >second.out 2>&1 || { cat second.out; status=1; }
check 'the second run did the part that was missing' [ -e parts/3.pk ]
check 'and no other part' [ "$(stat -c %Y parts/*.pk | grep -cx "$(date -d '2001-01-01' +%s)")" = 7 ]
check 'parts by GNU parallel add up to one pass' same all.pk
check 'the manifest names every file once' [ "$(wc -l <all.manifest)" = 300 ]
check 'it says how much less there is' grep -q 'shrink factor' second.out

# The next day: added to the sum, and not twice.
mkdir tomorrow
printf 'main;late 7\n' >tomorrow/x.prof
block 5 >next.sh
check 'the page has the recipe of the next day' grep -q 'tomorrow' next.sh
sh next.sh
profkit merge -q one.pk tomorrow/x.prof -o both.pk
check 'the next day is added' cmp all.pk both.pk
check 'and only once' sh -c '! sh next.sh 2>/dev/null'
check 'which leaves the sum as it was' cmp all.pk both.pk
exit "$status"
