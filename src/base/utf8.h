/*
 * Characters and terminal cells of UTF-8 that may be broken. Layer: base; uses utf8proc.
 */
#ifndef PK_BASE_UTF8_H
#define PK_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h" /* IWYU pragma: export */

/* Decode the character at `at` (which is below s.size): the code point, or -1 for an invalid byte
 * (surrogates and overlong forms are invalid); `length` gets the bytes to step, 1 for an invalid
 * one. */
int32_t pk_utf8_decode(struct pk_str s, size_t at, size_t *length);

/* Cells of one code point on a terminal: combining 0, CJK and emoji 2, other 1. */
int pk_utf8_cells(int32_t code_point);

/* Cells of a whole string that is already escaped for the terminal; an invalid byte counts 1. */
size_t pk_utf8_width(struct pk_str s);

/* Bytes of the longest prefix of `s` no wider than `cells` that ends between two characters as they
 * are seen: marks stay with their letter, a flag or an emoji made of several parts is whole. */
size_t pk_utf8_prefix(struct pk_str s, size_t cells);

/* Bytes to skip so that what is left of `s` is no wider than `cells`. */
size_t pk_utf8_suffix(struct pk_str s, size_t cells);

/* True when the zero-width joiner at `at` makes one picture of the emoji on both sides of it, as in
 * that of a family; anywhere else it is invisible. */
bool pk_utf8_joins_emoji(struct pk_str s, size_t at);

#endif
