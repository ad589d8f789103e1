#!/bin/sh
# Who may include whom. Every folder sees only the layers below it:
#   base <- model <- { formats, rules } ; analyze sees rules too ; render sees base, model, analyze ; cmd sees all ;
#   nobody sees cmd.
# Readers see the builder, never a finished profile, and the wire decoders know neither. Prints each breach;
# the last line counts the checked files.
set -eu
cd "${srcdir:-.}"

failed=0
checked=0

# breaches FILE ALLOWED-PATTERN: the quoted includes of FILE that no pattern of the list matches
breaches() {
  sed -n 's/^#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' "$1" | grep -Ev "^($2|config\.h)" || true
}

report() { # report FILE WHAT
  [ -z "$2" ] && return 0
  for header in $2; do
    echo "$1: must not include $header"
    failed=$((failed + 1))
  done
}

for file in src/*.c src/*/*.[ch] formats/*.[ch] render/*.[ch]; do
  [ -e "$file" ] || continue
  checked=$((checked + 1))
  case $file in
  src/base/*) allowed='base/' ;;
  src/model/*) allowed='base/|model/' ;;
  src/rules/*) allowed='base/|model/|rules/' ;;
  src/analyze/*) allowed='base/|model/|rules/|analyze/' ;;
  formats/wire_*) allowed='base/|formats/wire_' ;;
  formats/*) allowed='base/|model/builder\.h|formats/' ;;
  render/*) allowed='base/|model/|analyze/|render/' ;;
  src/cmd/*) allowed='base/|model/|rules/|analyze/|formats/|render/|cmd/' ;;
  src/main.c) allowed='base/|cmd/' ;;
  *) allowed='nothing' ;;
  esac
  report "$file" "$(breaches "$file" "$allowed")"
  # private headers stay in their own folder
  for header in $(sed -n 's/^#[ \t]*include[ \t]*"\([^"]*_private\.h\)".*/\1/p' "$file"); do
    case $file in
    */"${header%/*}"/* | "${header%/*}"/*) ;;
    *) report "$file" "$header" ;;
    esac
  done
  # libraries that only one place may use
  case $file in
  render/out_cairo*.[ch] | render/out_png.c | render/out_pdf.c) foreign='libxml' ;;
  formats/wire_xml.c | src/rules/rules_xml.c) foreign='cairo|pango|glib' ;;
  *) foreign='cairo|pango|glib|libxml' ;;
  esac
  report "$file" "$(grep -Eo "^#[ \t]*include[ \t]*<($foreign)[^>]*>" "$file" | sed 's/.*<//; s/>//' || true)"
done

echo "layers: $checked files checked, $failed breaches"
[ "$failed" = 0 ] && [ "$checked" -gt 0 ]
