#!/bin/sh
# Draws pictures of the samples into a folder and says where: `make demo`.
# usage: draw.sh PROFKIT FOLDER
set -eu
PROFKIT_NO_CONFIG=1 # the same pictures for everybody
export PROFKIT_NO_CONFIG
profkit=$1
folder=$2
samples=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
cd "$samples"

drawn=0
for input in callgrind/*/callgrind.out folded/*/*.folded perf/*/*.perf.txt pstats/*/*.prof; do
  name=$(dirname "$input" | tr / -)
  "$profkit" flame -q "$input" -o "$folder/$name.svg"
  drawn=$((drawn + 1))
done
"$profkit" flame -q --inverted --title "backtest, root on top" pstats/backtest/backtest.prof \
  -o "$folder/pstats-backtest-inverted.svg"
"$profkit" flame -q --reverse --title "log-report, merged from the leaves" \
  folded/log-report/log-report.folded -o "$folder/folded-log-report-reverse.svg"
"$profkit" flame -q --exact-only --title "backtest, only what is proven" pstats/backtest/backtest.prof \
  -o "$folder/pstats-backtest-exact-only.svg"
"$profkit" flame -q --flamechart --title "thumbnails, in order of time" perf/thumbnails/thumbnails.perf.txt \
  -o "$folder/perf-thumbnails-flamechart.svg"

echo "$((drawn + 4)) pictures drawn; open them in a browser:"
for picture in "$folder"/*.svg; do
  echo "  $picture"
done
