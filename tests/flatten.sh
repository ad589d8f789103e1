#!/bin/sh
# What the rules use of XML is laid flat as it stands; what they do not use is refused, so that nothing is read wrongly.
set -eu
srcdir=${srcdir:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
status=0

flat() { # flat XML: the C of it
  printf '%s\n' "$1" >"$tmp/x.xml"
  sh "$srcdir/src/rules/flatten.sh" "$tmp/x.xml"
}

takes() { # takes WHAT XML LINES: the lines of C behind the declaration are these
  flat "$2" | sed '1,/pk_flat_x/d' >"$tmp/got"
  printf '%s\n    ;\n' "$3" >"$tmp/wanted"
  if diff "$tmp/wanted" "$tmp/got"; then
    echo "ok $1"
  else
    echo "not ok $1"
    status=1
  fi
}

refuses() { # refuses WHAT XML
  if flat "$2" >/dev/null 2>"$tmp/said" || ! grep -q '^flatten.sh: .*x\.xml: ' "$tmp/said"; then
    echo "not ok $1 is refused"
    status=1
  else
    echo "ok $1 is refused"
  fi
}

takes "elements, attributes and text" '<a><b i="1" j-k="2 3">x y</b><!-- <c> --><b/></a>' \
  '    "3\000"
    "-\000a\000\000\000"
    "0\000b\000i\0001\000j-k\0002 3\000\000x y\000"
    "0\000b\000\000\000"'
takes "characters that XML and C write otherwise" '<a i="&lt;&quot;&amp;lt;">\d?&gt;&apos;"</a>' \
  '    "1\000"
    "-\000a\000i\000<\"&lt;\000\000\\d\?>'"'"'\"\000"'
takes "text of an element that has others in it, and lines in a value" '<a>one<b/>two<c i="x
y"/></a>' \
  '    "3\000"
    "-\000a\000\000onetwo\000"
    "0\000b\000\000\000"
    "0\000c\000i\000x y\000\000\000"'

refuses "a section of CDATA" '<a><![CDATA[x]]></a>'
refuses "a document type" '<!DOCTYPE a><a/>'
refuses "a character by its number" '<a>&#65;</a>'
refuses "an entity that is not of XML" '<a>&copy;</a>'
refuses "a value within apostrophes" "<a i='1'/>"
refuses "an angle bracket in a value" '<a i=">"/>'
refuses "another encoding" "<a>$(printf '\303\244')</a>"
refuses "an element without an end" '<a><b></a>'
refuses "an end without an element" '<a></a></b>'
refuses "a comment without an end" '<a/><!-- x'
refuses "a file without elements" 'x'

[ "$status" = 0 ] && echo "flatten: done"
exit "$status"
