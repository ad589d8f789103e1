#!/bin/sh
# Builds the fuzz target with clang in a folder of its own and runs it: `make fuzz SECONDS=600 READER=callgrind`.
# usage: fuzz.sh SRCDIR BUILDDIR CLANG SECONDS [READER]
# READER is one of those below, where `any` leaves the format to detection, and the parts are what meets bytes of
# strangers without a reader (tests/fuzz/fuzz_parts.h); without one each has its share of SECONDS.
# Seeds are samples, past findings and, where it lies beside the source, the shared folder of real profiles, all
# cut to SIZE bytes. New inputs stay in BUILDDIR/fuzz-build/corpus-READER between runs; a finding is written to
# BUILDDIR/fuzz-build/READER-crash-* (or timeout, leak, oom), to be added to tests/fuzz/findings/READER with its cure.
set -eu
srcdir=$1
build=$2/fuzz-build
profkit=$2/profkit # makes seeds, and without sanitizers does so ten times as fast
clang=$3
seconds=$4
all='pstats folded callgrind perf pk any config detect escape expression limits options rules source units'
readers=${5:-$all}
SIZE=8192

case " $all " in
  *" $readers "*) ;;
  *)
    echo "fuzz: READER is one of: $all" >&2
    exit 2
    ;;
esac
if ! command -v "$clang" >/dev/null 2>&1; then
  echo "fuzz: clang is needed: apt-get install clang-19 libclang-rt-19-dev" >&2
  exit 1
fi
mkdir -p "$build"
cd "$build"
if [ ! -e Makefile ]; then
  "$srcdir/configure" --silent --enable-fuzzer --disable-cairo CC="$clang" CFLAGS='-g -O1'
fi
make -s -j"$(getconf _NPROCESSORS_ONLN)" tests/fuzz/fuzz_readers
rm -rf seeds
mkdir -p seeds/any

# Put the files of the named folders, cut to SIZE, into seeds/READER; findings are never cut.
collect() {
  reader=$1
  shift
  mkdir -p "seeds/$reader"
  n=0
  find "$@" -type f 2>/dev/null |
    grep -Ev '\.(md|py|c|cpp|h|awk|sh|json|svg|tsv|dot|snap|string)$|/expected|/source\.' | LC_ALL=C sort >seeds/list
  while read -r file; do
    n=$((n + 1))
    case $file in
      */findings/*) cp "$file" "seeds/$reader/finding-$n" ;;
      *) head -c "$SIZE" "$file" >"seeds/$reader/$n" ;;
    esac
  done <seeds/list
}

shared=${PROFKIT_SHARED:-$srcdir/../shared}
found=$srcdir/tests/fuzz/findings
collect pstats "$srcdir/samples/pstats" "$shared/formats/samples/pstats" "$shared/corpus/pstats" "$found/pstats"
collect folded "$srcdir/samples/folded" "$shared/formats/samples/collapsed" "$shared/corpus/collapsed" "$found/folded"
collect callgrind "$srcdir/samples/callgrind" "$shared/formats/samples/callgrind" "$shared/corpus/callgrind" \
  "$found/callgrind"
collect perf "$srcdir/samples/perf" "$shared/formats/samples/perf" "$shared/corpus/perf" "$found/perf"
collect pk "$found/pk"

# The small texts of the command line cases, for whoever can read them.
awk -v folder=seeds/text- '
  /^@ /  { close(file); file = folder n++ }
  /^\| / { print substr($0, 3) >file }
  /^\|$/ { print "" >file }' "$srcdir"/tests/cli/*.test
for text in seeds/text-*; do
  for reader in folded callgrind perf; do
    cp "$text" "seeds/$reader/"
  done
done

# Of each of these a .pk file, and several in one; then all of it for detection.
for reader in pstats folded callgrind perf; do
  for file in seeds/"$reader"/*; do
    name=$reader-$(basename "$file")
    "$profkit" convert -q --keep-going -f "$reader" "$file" -o "seeds/pk/$name.pk" 2>/dev/null || :
    cp "$file" "seeds/any/$name"
  done
  "$profkit" merge -q seeds/pk/"$reader"-[1-4].pk -o "seeds/pk/$reader-several" 2>/dev/null || :
done
find seeds/pk -type f -size +$((SIZE / 1024))k -delete
"$profkit" merge -q seeds/pk/*-several -o seeds/pk/all 2>/dev/null || :
cp seeds/pk/* seeds/any/
cat "$srcdir"/tests/fuzz/*.dict >seeds/any.dict
cp seeds/any.dict seeds/detect.dict

sh "$srcdir/tests/fuzz/part_seeds.sh" "$srcdir" "$profkit" seeds
for file in seeds/any/*; do
  head -c 512 "$file" >"seeds/detect/$(basename "$file")"
done
for part in config detect escape expression limits options rules source units; do
  for file in "$found/$part"/*; do
    [ ! -e "$file" ] || cp "$file" "seeds/$part/finding-$(basename "$file")"
  done
done

# One reader for some seconds.
run() {
  reader=$1
  dict=$srcdir/tests/fuzz/$reader.dict
  [ -e "$dict" ] || dict=seeds/$reader.dict
  [ -s "$dict" ] || dict= # libFuzzer takes no empty one
  forced=$reader
  [ "$reader" != any ] || forced=
  mkdir -p "corpus-$reader"
  echo "fuzz: $reader for $2 s with $(find "seeds/$reader" -type f | wc -l) seeds"
  if ! UBSAN_OPTIONS=print_stacktrace=1 PROFKIT_FUZZ_READER=$forced ./tests/fuzz/fuzz_readers \
    -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -max_len=$((4 * SIZE)) ${dict:+-dict="$dict"} \
    -artifact_prefix="$reader-" -print_final_stats=1 -verbosity=1 "corpus-$reader" "seeds/$reader" 2>"$reader.log"; then
    tail -40 "$reader.log" >&2
    echo "fuzz: $reader failed; the input, if one did it, is $(pwd)/$reader-*" >&2
    found_any=1
    return
  fi
  grep -a 'DONE .*cov:' "$reader.log"
  tail -6 "$reader.log"
}

# shellcheck disable=SC2086 # a list
set -- $readers
share=$((seconds / $#))
[ "$share" -gt 0 ] || share=1 # to libFuzzer 0 is for ever
# A finding of one is no reason not to look at the others.
found_any=0
for reader in "$@"; do
  run "$reader" "$share"
done
exit "$found_any"
