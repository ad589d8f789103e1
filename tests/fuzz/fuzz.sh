#!/bin/sh
# Builds the fuzz target with clang in a folder of its own and runs it: `make fuzz SECONDS=60`.
# usage: fuzz.sh SRCDIR BUILDDIR CLANG SECONDS
# Seeds are the samples and past findings. New inputs stay in BUILDDIR/fuzz-build/corpus between runs; a
# finding is written to BUILDDIR/fuzz-build/ as crash-*, to be added to tests/fuzz/findings with its cure.
set -eu
srcdir=$1
build=$2/fuzz-build
clang=$3
seconds=$4

if ! command -v "$clang" >/dev/null 2>&1; then
  echo "fuzz: clang is needed: apt-get install clang-19 libclang-rt-19-dev" >&2
  exit 1
fi
mkdir -p "$build/corpus" "$build/seeds"
cd "$build"
if [ ! -e Makefile ]; then
  "$srcdir/configure" --silent --enable-fuzzer --disable-cairo CC="$clang" CFLAGS='-g -O1'
fi
make -s -j"$(getconf _NPROCESSORS_ONLN)" profkit tests/fuzz/fuzz_readers

# Seeds as they are, as .pk, and once more behind the bytes that force each of the first readers.
n=0
for file in $(find "$srcdir/samples" "$srcdir/tests/fuzz/findings" -type f -size -160k 2>/dev/null |
  grep -Ev '\.(md|py|c|awk|sh)$' | LC_ALL=C sort); do
  n=$((n + 1))
  cp "$file" "seeds/$n"
  head -c 4096 "$file" >"seeds/$n-head"
  for part in "seeds/$n" "seeds/$n-head"; do
    ./profkit convert -q "$part" -o "$part.pk" 2>/dev/null || :
  done
  for byte in 1 2; do
    { printf "\\$byte"; head -c 4096 "$file"; } >"seeds/$n-forced-$byte"
  done
done
./profkit merge -q seeds/*-head.pk -o seeds/all.pk
echo "fuzz: $seconds s with $(find seeds -type f | wc -l) seeds"
./tests/fuzz/fuzz_readers -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 \
  -dict="$srcdir/tests/fuzz/readers.dict" -print_final_stats=1 -verbosity=1 corpus seeds 2>fuzz.log || {
  tail -40 fuzz.log >&2
  exit 1
}
tail -6 fuzz.log
