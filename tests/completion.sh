#!/bin/sh
# The completions in the shells themselves: bash fills COMPREPLY, fish is asked by `complete -C`, zsh loads what is
# installed and its function runs in a terminal that zsh makes itself (zpty). The installed files only ask the program.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/bin" "$tmp/dir" "$tmp/dir/sub"
ln -s "$PROFKIT" "$tmp/bin/profkit"
: >"$tmp/dir/out.prof"
: >"$tmp/dir/two words.prof"
PATH=$tmp/bin:$PATH
HOME=$tmp
XDG_CONFIG_HOME=$tmp
export PATH HOME XDG_CONFIG_HOME
. "$srcdir/tests/lib.sh"
cd "$tmp/dir"

expect() { # expect NAME EXPECTED FOUND: words in any order of lines
  if [ "$2" = "$3" ]; then
    echo "ok $1"
  else
    echo "not ok $1: expected '$2', found '$3'"
    status=1
  fi
}

commands=$(profkit help | sed -n 's/^  \([a-z]*\) .*/\1/p' | grep -v '^profkit$')
everything=$(printf '%s\nout.prof\nsub\ntwo words.prof\n' "$commands" | LC_ALL=C sort | tr '\n' ' ')
formats=$(profkit formats | sed -n '/^writes/,/^$/s/^  \([a-z]*\) .*/\1/p' | LC_ALL=C sort | tr '\n' ' ')
[ -n "$commands" ] && [ -n "$formats" ]

# ---- bash

in_bash() { # in_bash WORD...: what bash offers for the last word, sorted, each with a space behind
  bash --norc -c '
    . "$0"
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    # the installed file loads the rest when it is asked for the first time, as bash-completion does
    function=$(complete -p profkit | sed "s/.*-F \([^ ]*\) .*/\1/")
    $function profkit || { function=$(complete -p profkit | sed "s/.*-F \([^ ]*\) .*/\1/"); $function profkit; }
    printf "%s\n" "${COMPREPLY[@]}"' "$script" "$@" | sed '/^$/d' | LC_ALL=C sort | tr '\n' ' '
}

if command -v bash >/dev/null 2>&1; then
  for script in "$srcdir/completions/profkit" "$tmp/made.bash"; do
    profkit completion bash >"$tmp/made.bash"
    name=${script##*/}
    expect "bash $name: commands and files" "$everything" "$(in_bash profkit '')"
    expect "bash $name: the rest of a command" "hotspots " "$(in_bash profkit hot)"
    expect "bash $name: an option" "--strict --strip-offsets " "$(in_bash profkit hotspots --str)"
    expect "bash $name: choices" "calls name per-call self total " "$(in_bash profkit hotspots --sort '')"
    expect "bash $name: choices behind =" "self " "$(in_bash profkit hotspots --sort = s)"
    expect "bash $name: formats" "$formats" "$(in_bash profkit hotspots --to '')"
    expect "bash $name: files behind -o" "out.prof " "$(in_bash profkit flame -o out)"
    expect "bash $name: folders" "sub " "$(in_bash profkit annotate --source-root '')"
    expect "bash $name: a number has none" "" "$(in_bash profkit hotspots --top '')"
    expect "bash $name: a file with a blank" "two words.prof " "$(in_bash profkit calls two)"
    expect "bash $name: no function" "" "$(in_bash profkit calls out.prof '')"
    expect "bash $name: general options first" "hotspots " "$(in_bash profkit -q --width 70 hots)"
    expect "bash $name: shells" "bash fish zsh " "$(in_bash profkit completion '')"
    expect "bash $name: commands of help" "graph " "$(in_bash profkit help gr)"
  done
else
  missing bash
fi

# ---- fish

in_fish() { # in_fish LINE
  fish --no-config -c 'source $argv[1]; complete -C $argv[2]' "$script" "$1" |
    sed 's/	.*//' | LC_ALL=C sort | tr '\n' ' '
}

if command -v fish >/dev/null 2>&1; then
  script=$srcdir/completions/profkit.fish
  expect "fish: the rest of a command" "hotspots " "$(in_fish 'profkit hots')"
  expect "fish: an option" "--sort " "$(in_fish 'profkit hotspots --so')"
  expect "fish: choices" "calls name per-call self total " "$(in_fish 'profkit hotspots --sort ')"
  expect "fish: formats" "$formats" "$(in_fish 'profkit hotspots --to ')"
  expect "fish: shells" "bash fish zsh " "$(in_fish 'profkit completion ')"
  expect "fish: folders" "sub/ " "$(in_fish 'profkit annotate --source-root s')"
  expect "fish: files" "out.prof " "$(in_fish 'profkit hotspots out')"
else
  missing fish
fi

# ---- zsh

in_zsh() { # in_zsh LINE WORD: whether zsh completes a line to one with WORD; it is given half a minute
  zsh -f -c '
    setopt extended_glob
    zmodload zsh/zpty
    zpty asked zsh -f -i
    zpty -w asked "PS1=; unset zle_bracketed_paste; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w asked "print READ\Y"
    zpty -r -m asked line "*READY*"
    zpty -n -w asked "$2"$'"'\t'"'
    found=
    for ((i = 0; i < 300; i++)); do
      while zpty -r -t asked part; do found+=$part; done
      # without what only moves and colours
      plain=${${found//$'"'\e'"'\[[^a-zA-Z]#[a-zA-Z]/}//[[:cntrl:]]/}
      [[ $plain == *$3* ]] && exit 0
      sleep 0.1
    done
    print -r -- "$found"
    exit 1' zsh "$srcdir/completions" "$1" "$2"
}

if command -v zsh >/dev/null 2>&1; then
  profkit completion zsh >"$tmp/made.zsh"
  expect "zsh: the script is one" "" "$(zsh -n "$tmp/made.zsh" 2>&1)"
  expect "zsh: the rest of a command" "" "$(in_zsh 'profkit hots' hotspots)"
  expect "zsh: choices" "" "$(in_zsh 'profkit hotspots --sort=per' per-call)"
  expect "zsh: options" "" "$(in_zsh 'profkit annotate --source-r' source-root=)"
else
  missing zsh
fi
exit "$status"
