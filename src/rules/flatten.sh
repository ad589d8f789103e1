#!/bin/sh
# Lays files of rules flat, as C on stdout: flatten.sh FILE... gives one text a file, pk_flat_families for families.xml,
# of which src/rules/rules.c tells the form. The program so needs no XML, and no pointer in it has to be put right when
# it starts. Only what the rules use of XML is read (no CDATA, no numbers of characters, no ">" in an attribute); the
# rest is refused. That it is the same as what libxml2 reads, and what the schema wants, tests/test_rules.c sees.
set -eu
echo '/* Made by src/rules/flatten.sh. */'
echo '#include "rules/assets.h"'
for file; do
  LC_ALL=C awk -v file="$file" -v name="$(basename "$file" .xml)" '
    function fail(what) {
      printf "flatten.sh: %s: %s\n", file, what >"/dev/stderr"
      exit 1
    }

    # References to the characters that XML has names for, the ampersand last.
    function plain(text) {
      gsub(/&lt;/, "<", text)
      gsub(/&gt;/, ">", text)
      gsub(/&quot;/, "\"", text)
      gsub(/&apos;/, "\047", text)
      left = text
      gsub(/&amp;/, "", left)
      if (left ~ /&/)
        fail("a reference that is not known")
      gsub(/&amp;/, "\\&", text)
      return text
    }

    # As C has it within quotes, and a NUL; "?" might begin a trigraph.
    function quoted(text, out) {
      out = ""
      while (match(text, /["\\?\n\t]/)) {
        out = out substr(text, 1, RSTART - 1) "\\" code[substr(text, RSTART, 1)]
        text = substr(text, RSTART + 1)
      }
      return out text "\\000"
    }

    # The element that a tag begins, without the angle brackets: its name and attributes.
    function begin(tag) {
      match(tag, /^[a-z][-a-z]*/)
      if (RSTART != 1)
        fail("no name of an element: " tag)
      one = substr(tag, 1, RLENGTH)
      tag = substr(tag, RLENGTH + 1)
      head[n] = quoted(one)
      while (match(tag, /^[ \t\n]+[a-z][-a-z]*="[^"<]*"/)) {
        one = substr(tag, 1, RLENGTH)
        tag = substr(tag, RLENGTH + 1)
        sub(/^[ \t\n]+/, "", one)
        at = index(one, "=")
        value = substr(one, at + 2, length(one) - at - 2)
        gsub(/[\t\n]/, " ", value)
        head[n] = head[n] quoted(substr(one, 1, at - 1)) quoted(plain(value))
      }
      if (tag !~ /^[ \t\n]*$/)
        fail("no attribute: " tag)
      above[n] = depth ? open[depth] : "-"
      text[n] = ""
      open[++depth] = n++
    }

    BEGIN {
      code["\""] = "\""
      code["\\"] = "\\"
      code["?"] = "?"
      code["\n"] = "n"
      code["\t"] = "t"
    }

    { all = all $0 "\n" }

    END {
      sub(/^<\?xml version="1.0" encoding="UTF-8"\?>\n/, "", all)
      while ((at = index(all, "<!--")) > 0) {
        end = index(substr(all, at), "-->")
        if (!end)
          fail("a comment without an end")
        all = substr(all, 1, at - 1) substr(all, at + end + 2)
      }
      if (all ~ /[^\t\n -~]/ || all ~ /<[!?]/)
        fail("more than printable ASCII, elements and comments")
      n = 0
      while ((at = index(all, "<")) > 0) {
        if (depth)
          text[open[depth]] = text[open[depth]] substr(all, 1, at - 1)
        all = substr(all, at + 1)
        end = index(all, ">")
        tag = substr(all, 1, end - 1)
        all = substr(all, end + 1)
        if (tag ~ /^\//) {
          if (!depth || head[open[depth]] !~ ("^" substr(tag, 2) "[\\\\]000"))
            fail("an end of what did not begin: " tag)
          depth--
        } else {
          is_empty = sub(/\/$/, "", tag)
          begin(tag)
          depth -= is_empty
        }
      }
      if (depth || !n)
        fail("elements without an end, or none")
      printf "\nconst char pk_flat_%s[] =\n    \"%d\\000\"\n", name, n
      for (i = 0; i < n; i++)
        printf "    \"%s\\000%s\\000%s\"\n", above[i], head[i], quoted(plain(text[i]))
      print "    ;"
    }' "$file"
done
