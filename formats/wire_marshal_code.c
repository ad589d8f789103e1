/*
 * Code objects: one of four layouts, and no byte says which. Source: w_object and r_object of
 * CPython's Python/marshal.c, versions 2.7, 3.6, 3.8, 3.11, 3.12 and 3.13.
 *
 * The first code object of a file is tried in each layout in turn; types decide, since any two
 * layouts with the same numbers in front differ in a part that is a tuple in one and bytes in the
 * other. The layout that fits holds for the rest of the file, and a trial reads nested code in its
 * own layout only. So there are at most four passes over one object, whatever the file holds: that
 * is the budget of the search.
 *
 * Trap: Python 2 writes its str with the type code that Python 3 uses for bytes, and interns some
 * line tables. So names, files and line tables may be either.
 */
#include "formats/wire_marshal_private.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define LAYOUTS (sizeof layouts / sizeof *layouts)
#define LINE_PART 8 /* the line number stands after this many parts */

/* A letter for each part: b bytes, t tuple, s string or bytes. They are code, consts, names; then
 * varnames, freevars, cellvars, filename, name or, since 3.11, localsplusnames, localspluskinds,
 * filename, name, qualname; then, behind the line number, lnotab or linetable and exceptiontable.
 */
static const struct {
    size_t numbers; /* 32-bit numbers in front */
    const char *parts;
    size_t file, name; /* which parts */
} layouts[] = {
    {4, "btttttsss", 6, 7},  /* 2.x: argcount, nlocals, stacksize, flags */
    {5, "btttttsss", 6, 7},  /* 3.0: kwonlyargcount joins */
    {6, "btttttsss", 6, 7},  /* 3.8: posonlyargcount joins */
    {5, "btttbsssss", 5, 6}, /* 3.11: nlocals leaves */
};

/* The numbers in front say nothing that a profile needs: argument counts, stack size, flags. */
static void open_in_layout(struct pk_marshal *marshal, struct pk_marshal_container code)
{
    code.left = strlen(layouts[marshal->layout].parts);
    pk_bytes_take(&marshal->bytes, layouts[marshal->layout].numbers * sizeof(int32_t));
    pk_marshal_open(marshal, code);
}

/* With the first one a trial begins: everything that a failed layout may have grown is remembered
 * by its size. */
void pk_marshal_open_code(struct pk_marshal *marshal, struct pk_marshal_container code)
{
    if (marshal->layout < 0) {
        marshal->layout = 0;
        marshal->trial = (struct pk_marshal_trial){
            .is_active = true,
            .code = code,
            .at = marshal->bytes.at,
            .n_slots = marshal->slots.size,
            .n_strings = marshal->strings.size,
            .n_stack = marshal->stack.size,
            .n_open = marshal->open.size,
        };
    }
    open_in_layout(marshal, code);
}

/* Called when a part has just come to lie on the stack. The line number is no marshalled value but
 * four bare bytes between two parts, so it is read here. */
bool pk_marshal_take_code_part(struct pk_marshal *marshal, struct pk_marshal_container *code)
{
    size_t index = marshal->stack.size - code->base - 1;
    const struct pk_marshal_value *value = marshal->stack.data[code->base + index];
    char part = layouts[marshal->layout].parts[index], found[40];
    bool fits = part == 't'   ? value->kind == PK_MARSHAL_TUPLE
                : part == 'b' ? value->kind == PK_MARSHAL_BYTES
                              : value->kind == PK_MARSHAL_BYTES || value->kind == PK_MARSHAL_TEXT;

    if (!fits) {
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, value->offset,
                        "expected part %zu of a code object, found %s", index + 1,
                        pk_marshal_describe(value, found, sizeof found));
        return false;
    }
    if (index + 1 == LINE_PART)
        code->line = (int32_t)pk_bytes_u32(&marshal->bytes);
    return true;
}

/* The parts are borrowed, only name, file and line are kept. When it was the object of the trial,
 * its layout has been proven right. */
void pk_marshal_make_code(struct pk_marshal *marshal, const struct pk_marshal_container *code,
                          struct pk_marshal_value *value)
{
    struct pk_marshal_value **parts = marshal->stack.data + code->base;
    struct pk_marshal_code *made = PK_NEW(pk_marshal_arena(marshal), struct pk_marshal_code);

    made->name = parts[layouts[marshal->layout].name]->as.text;
    made->file = parts[layouts[marshal->layout].file]->as.text;
    made->line = code->line;
    value->as.code = made;
    if (marshal->open.size == marshal->trial.n_open)
        marshal->trial.is_active = false;
}

/* No layout fits: a cut or a limit met in one of them says more than the damage met in the others.
 */
static void give_up(struct pk_marshal *marshal)
{
    struct pk_marshal_trial *trial = &marshal->trial;

    trial->is_active = false;
    if (trial->fault.kind == PK_MARSHAL_FAULT_BAD)
        pk_marshal_fail(marshal, PK_MARSHAL_FAULT_BAD, trial->code.offset,
                        "expected a code object, found none of its %zu layouts", LAYOUTS);
    else
        marshal->fault = trial->fault;
}

/* True when the decoder is back at the code object, with the next layout; false when the fault
 * stands. */
bool pk_marshal_retry_code(struct pk_marshal *marshal)
{
    struct pk_marshal_trial *trial = &marshal->trial;

    if (!trial->is_active)
        return false;
    if (marshal->fault.kind > trial->fault.kind)
        trial->fault = marshal->fault;
    marshal->fault.kind = PK_MARSHAL_FAULT_NONE;
    if ((size_t)++marshal->layout == LAYOUTS) {
        give_up(marshal);
        return false;
    }
    pk_arena_fini(&marshal->trial_arena);
    marshal->bytes.at = trial->at;
    marshal->bytes.failed = false;
    marshal->slots.size = trial->n_slots;
    marshal->strings.size = trial->n_strings;
    marshal->stack.size = trial->n_stack;
    marshal->open.size = trial->n_open;
    open_in_layout(marshal, trial->code);
    return true;
}
