#!/bin/sh
# A Graphviz that never answers: `graph` stops it after its minute, and Ctrl+C or a supervisor's signal end both at
# once. Whatever happens, the earlier picture stays as it was, nothing is left in its folder, and no process.
# The minute is slept and costs no time of the processor.
set -eu
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
. "${srcdir:-.}/tests/lib.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

gone() { # gone PID: within five seconds
  for _ in $(seq 50); do
    kill -0 "$1" 2>/dev/null || return 0
    sleep 0.1
  done
  return 1
}

mkdir "$tmp/bin"
printf '#!/bin/sh\necho $$ >"$PID.new"\nmv "$PID.new" "$PID"\nexec sleep 1000\n' >"$tmp/bin/dot"
chmod +x "$tmp/bin/dot"
PATH="$tmp/bin:$PATH"
export PATH
printf 'main;load;parse 700\nmain;draw 300\n' >"$tmp/x.folded"

start() { # start NAME: graph in a group of its own, as a terminal would; sets $graph, and $dot once that runs
  mkdir "$tmp/$1"
  echo old >"$tmp/$1/x.svg"
  PID=$tmp/$1.pid setsid env --default-signal=INT,TERM "$PROFKIT" graph -q "$tmp/x.folded" -o "$tmp/$1/x.svg" \
    2>"$tmp/$1.said" &
  graph=$!
  for _ in $(seq 100); do
    [ ! -e "$tmp/$1.pid" ] || break
    sleep 0.1
  done
  dot=$(cat "$tmp/$1.pid")
}

ended() { # ended NAME STATUS: how it must be with $graph and $dot now
  found=0
  wait "$graph" || found=$?
  check "$1: the status is $2" [ "$found" = "$2" ]
  check "$1: dot is gone" gone "$dot"
  check "$1: the old picture stays" [ "$(cat "$tmp/$1/x.svg")" = old ]
  check "$1: nothing else is there" [ "$(ls -A "$tmp/$1")" = x.svg ]
}

start limit # runs while the others are tried
slow_graph=$graph
slow_dot=$dot
begun=$(date +%s)

start ctrl-c
kill -s INT -- "-$graph"
ended ctrl-c 130
check 'ctrl-c: not a word' [ ! -s "$tmp/ctrl-c.said" ]

start supervisor # the signal reaches graph alone
kill -s TERM "$graph"
ended supervisor 143
check 'supervisor: not a word' [ ! -s "$tmp/supervisor.said" ]

graph=$slow_graph
dot=$slow_dot
ended limit 4
took=$(($(date +%s) - begun))
check 'limit: one minute, give or take' [ "$took" -ge 50 ] && check 'limit: not much more' [ "$took" -le 120 ]
check 'limit: it is said' grep -q '^profkit: .*dot was stopped after 60 seconds$' "$tmp/limit.said"
check 'limit: so is what needs no dot' grep -q '^  hint: .*-o out.dot needs no other program' "$tmp/limit.said"
exit "$status"
