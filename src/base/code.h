/*
 * The codes of errors that have a longer explanation (profkit explain CODE). A code stands at the
 * end of a hint, so it is a part of its format: pk_error_hint(error, "-f help lists them"
 * PK_CODE("E001")). The texts are in cmd/explain_texts.c; tests/explain.sh holds both together.
 * Layer: base; includes nothing of profkit.
 */
#ifndef PK_BASE_CODE_H
#define PK_BASE_CODE_H

#define PK_CODE(code) "   [profkit explain " code "]"

#endif
