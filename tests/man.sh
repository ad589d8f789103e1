#!/bin/sh
# The manual: its options are those of the tables (see man_options.py), its examples run, no reference leads nowhere,
# what it shows of a file is that file, and it is clean for mandoc and groff. A new page goes into dist_man_MANS.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
PROFKIT=${PROFKIT:?set PROFKIT to the program to test}
SHOW_OPTIONS=${SHOW_OPTIONS:?set SHOW_OPTIONS to tests/show_options}
. "$srcdir/tests/examples.sh"
. "$srcdir/tests/lib.sh"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
man=$srcdir/man

verdict() { # verdict NAME: pass when $tmp/problems is empty, else show it
  if [ -s "$tmp/problems" ]; then
    cat "$tmp/problems"
    echo "not ok $1"
    status=1
  else
    echo "ok $1"
  fi
}

# ---- options

"$SHOW_OPTIONS" >"$tmp/tables"
python3 -B "$srcdir/tests/man_options.py" "$man" "$tmp/tables" || status=1

# ---- every page is installed, is of this version, and names only pages that are there

version=$("$PROFKIT" --version | sed -n 1p)
: >"$tmp/problems"
for page in "$man"/*; do
  name=$(basename "$page")
  grep -q "man/$name\( \\\\\)\{0,1\}\$" "$srcdir/Makefile.am" ||
    echo "man/$name is not in Makefile.am" >>"$tmp/problems"
  sed -n 1p "$page" | grep -q "^\.TH .*\"$version\"" || echo "man/$name is not of $version" >>"$tmp/problems"
  sed -n 's/^\.BR \(profkit[^ ]*\) (\([0-9]\)).*/\1.\2/p' "$page" | sed 's/\\-/-/g' | sort -u |
    while read -r reference; do
      [ -e "$man/$reference" ] || echo "man/$name names $reference, which is not there"
    done >>"$tmp/problems"
done
verdict "the pages are installed, of this version, and refer to pages"

# ---- every variable that the program asks for is told

: >"$tmp/problems"
find "$srcdir/src" "$srcdir/formats" "$srcdir/render" -name '*.c' \
  -exec grep -hoE '(getenv|variable)\("[A-Z_]*"\)' {} + |
  sort -u | sed 's/.*("\(.*\)")/\1/' >"$tmp/variables"
[ -s "$tmp/variables" ] || echo "no variable found" >>"$tmp/problems"
while read -r variable; do
  sed -n '/^\.SH ENVIRONMENT/,/^\.SH [^E]/p' "$man/profkit.1" | grep -qw "$variable" ||
    echo "profkit(1) lacks $variable in ENVIRONMENT" >>"$tmp/problems"
done <"$tmp/variables"
verdict "the manual names the variables of the environment"

# ---- form

: >"$tmp/problems"
if command -v mandoc >/dev/null 2>&1; then
  # a reference to a page of this folder cannot be found before it is installed
  for page in "$man"/*; do mandoc -Tlint -Wwarning "$page" >>"$tmp/problems" 2>&1 || true; done
  verdict "mandoc has nothing to say"
else
  missing mandoc
fi
: >"$tmp/problems"
if command -v groff >/dev/null 2>&1; then
  for page in "$man"/*; do groff -man -ww -z -K utf8 -T utf8 "$page" >>"$tmp/problems" 2>&1 || true; done
  verdict "groff has nothing to say"
else
  missing groff
fi

# ---- examples

# The files that the pages speak of, with a perf that prints what was recorded once, since no test can record.
samples=$srcdir/samples
mkdir "$tmp/bin" "$tmp/dir"
ln -s "$PROFKIT" "$tmp/bin/profkit"
printf '#!/bin/sh\n[ "$1" != script ] || cat "%s"\n' "$samples/perf/thumbnails/thumbnails.perf.txt" >"$tmp/bin/perf"
chmod +x "$tmp/bin/perf"
PATH=$tmp/bin:$PATH
LC_ALL=C.UTF-8
export PATH LC_ALL

fill() { # fill FOLDER
  cp "$samples/perf/thumbnails/thumbnails.perf.txt" "$1/perf.txt"
  cp "$samples/callgrind/word-count/callgrind.out" "$1/callgrind.out.77"
  cp "$samples/callgrind/word-count/word_count.c" "$1"
  cp "$samples/folded/log-report/log-report.folded" "$1/out.folded"
  for name in before monday; do cp "$samples/pstats/reminders/reminders.prof" "$1/$name.prof"; done
  for name in after tuesday; do cp "$samples/pstats/reminders-fixed/reminders.prof" "$1/$name.prof"; done
  cp "$samples/pstats/backtest/backtest.prof" "$1/out.prof"
  echo 'print(sum(n * n for n in range(1000)))' >"$1/app.py"
}

for page in $(grep -l '^\.EX' "$man"/*); do
  rm -rf "$tmp/dir"
  mkdir "$tmp/dir"
  fill "$tmp/dir"
  # to the text that a reader sees, which is the source without a few escapes
  sed -n '/^\.SH EXAMPLES/,$p' "$page" | sed -n '/^\.EX/,/^\.EE/p' |
    sed '/^\.E[XE]/d; s/\\-/-/g; s/\\&//g; s/\\e/\\/g' >"$tmp/blocks"
  run_examples "$(basename "$page")" "$tmp/blocks" "$tmp/dir" || status=1
done

: >"$tmp/problems"
"$PROFKIT" formats --json >"$tmp/formats.json"
python3 -c '
import json, re, sys
known = json.load(open(sys.argv[1], encoding="utf-8"))
page = open(sys.argv[2], encoding="utf-8").read().replace("\\-", "-")
for row in known["rows"]:
    heading = r"^\.SS %s$" if row["reads"] else r"^\.BR? .*\b%s\b"
    if not re.search(heading % re.escape(row["name"]), page, re.M):
        print("profkit-formats(7) lacks " + row["name"])
for row in known["writes"]:
    if not re.search(r"\b%s\b" % row["name"], page[page.index("FORMATS WRITTEN"):]) or row["extension"] not in page:
        print("profkit-formats(7) lacks %s (%s)" % (row["name"], row["extension"]))
' "$tmp/formats.json" "$man/profkit-formats.7" >"$tmp/problems" 2>&1 || echo failed >>"$tmp/problems"
verdict "profkit-formats(7) has all formats"

: >"$tmp/problems"
for page in "$man"/*.1; do
  grep -q '^\.EX' "$page" || echo "$(basename "$page") has no example" >>"$tmp/problems"
done
verdict "every command has an example"

# The example of profkit-pk(5) is the file that the program writes.
sed -n '/^\.RS/,/^\.RE/p' "$man/profkit-pk.5" |
  grep -oE '^ *[0-9a-f]{2}( +[0-9a-f]{2})*  ' | tr -s ' ' '\n' | sed '/^$/d' >"$tmp/example"
printf 'a;b 3\n' | "$PROFKIT" convert --to pk | od -An -v -tx1 | tr -s ' ' '\n' | sed '/^$/d' >"$tmp/written"
cmp "$tmp/example" "$tmp/written" >"$tmp/problems" 2>&1 || true
verdict "the example of profkit-pk(5) is what is written"
exit "$status"
