/*
 * What tests share: see support.h.
 */
#include "support.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/dump.h"

struct pk_builder *support_builder(void)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric time = {.name = PK_STR("time"), .unit = PK_UNIT_NS};

    assert_int_equal(pk_builder_metric(builder, &time), 0);
    return builder;
}

pk_frame_id support_frame(struct pk_builder *builder, const char *name)
{
    return pk_builder_frame(builder, &(struct pk_frame){.name = pk_str_of(name)});
}

/* One line "a;b;c 3", without its end. */
static void add_line(struct pk_builder *builder, struct pk_str line)
{
    pk_frame_id frames[64];
    size_t n = 0, start = 0;
    int64_t count = 0, sign = 1;
    size_t end = line.size;

    while (end > 0 && line.data[end - 1] != ' ')
        end--;
    for (size_t i = end; i < line.size; i++) {
        if (line.data[i] == '-')
            sign = -1;
        else
            count = count * 10 + (line.data[i] - '0');
    }
    count *= sign;
    end = end ? end - 1 : 0;
    for (size_t i = 0; i <= end && end; i++)
        if (i == end || line.data[i] == ';') {
            frames[n++] =
                pk_builder_frame(builder, &(struct pk_frame){.name = pk_str_slice(line, start, i)});
            start = i + 1;
        }
    pk_builder_stack(builder, frames, NULL, n, &count);
}

struct pk_builder *support_stacks(const char *folded)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_builder *builder = pk_builder_new(&limits);
    struct pk_metric samples = {.name = PK_STR("samples"), .unit = PK_UNIT_COUNT};

    pk_builder_metric(builder, &samples);
    while (*folded) {
        const char *end = strchr(folded, '\n');

        add_line(builder, (struct pk_str){folded, (size_t)(end - folded)});
        folded = end + 1;
    }
    return builder;
}

struct pk_profile *support_freeze(struct pk_builder *builder)
{
    struct pk_error error = {0};
    struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error);

    if (!profile)
        pk_error_print(&error, stderr);
    assert_non_null(profile);
    pk_builder_free(builder);
    return profile;
}

struct pk_profile *support_profile(const char *folded)
{
    return support_freeze(support_stacks(folded));
}

struct pk_builder *support_timed(void)
{
    struct pk_builder *b = support_builder();

    pk_builder_keep_times(b);
    return b;
}

void support_sample(struct pk_builder *builder, const struct pk_slice *slice, int64_t time,
                    const char *letters, int64_t value)
{
    pk_frame_id frames[64];
    size_t n = 0;

    for (; letters[n]; n++)
        frames[n] = pk_builder_frame(builder, &(struct pk_frame){.name = {letters + n, 1}});
    pk_builder_slice(builder, slice);
    pk_builder_moment(builder, 0, time);
    pk_builder_stack(builder, frames, NULL, n, &value);
}

void support_function(struct pk_builder *builder, const char *name, int64_t self, int64_t incl,
                      int64_t calls)
{
    pk_builder_self(builder, support_frame(builder, name), &self, &incl,
                    (struct pk_calls){calls, calls});
}

void support_edge(struct pk_builder *builder, const char *caller, const char *callee, int64_t incl,
                  int64_t self, int64_t calls)
{
    pk_builder_edge(builder, support_frame(builder, caller), support_frame(builder, callee), &incl,
                    &self, (struct pk_calls){calls, calls});
}

pk_frame_id support_find(const struct pk_profile *profile, const char *name)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(profile); f++)
        if (pk_str_equal(pk_profile_frame(profile, f)->name, pk_str_of(name)))
            return f;
    return PK_NONE;
}

pk_frame_id support_same(const struct pk_profile *other, const struct pk_profile *profile,
                         pk_frame_id frame)
{
    struct pk_str name = pk_profile_frame(profile, frame)->name;

    for (pk_frame_id f = 0; f < pk_profile_frames(other); f++)
        if (pk_str_equal(pk_profile_frame(other, f)->name, name))
            return f;
    fail_msg("a function is lost");
    return PK_NONE;
}

void support_assert_equal(const struct pk_profile *a, const struct pk_profile *b)
{
    struct pk_buf left = {0}, right = {0};

    pk_dump_profile(a, &left);
    pk_dump_profile(b, &right);
    assert_string_equal(left.data, right.data);
    pk_buf_fini(&left);
    pk_buf_fini(&right);
}

uint64_t support_next(struct support_random *random)
{
    random->state ^= random->state >> 12;
    random->state ^= random->state << 25;
    random->state ^= random->state >> 27;
    return random->state * 0x2545f4914f6cdd1du;
}

uint32_t support_below(struct support_random *random, uint32_t bound)
{
    return (uint32_t)((support_next(random) >> 32) % bound);
}

uint32_t support_count(const char *variable, uint32_t fallback)
{
    const char *text = getenv(variable);
    uint32_t least = fallback < 10 ? fallback : 10, share = fallback / support_every();

    return text ? (uint32_t)strtoul(text, NULL, 10) : share < least ? least : share;
}

uint32_t support_every(void)
{
    const char *text = getenv("PROFKIT_EVERY");
    uint32_t every = text ? (uint32_t)strtoul(text, NULL, 10) : 1;
    static bool is_told;

    if (every > 1 && !is_told)
        print_message("PROFKIT_EVERY: about one in %u of what is repeated\n", every);
    is_told = true;
    return every ? every : 1;
}

uint32_t support_cases(uint32_t fallback)
{
    return support_count("PROFKIT_CASES", fallback);
}

/* --- random programs
 * --------------------------------------------------------------------------------------- */

struct growing { /* the tree of a program while it grows: parents stand before children */
    uint32_t n;
    uint32_t parent[512], depth[512];
    pk_frame_id frame[512];
};

static pk_frame_id function(struct pk_builder *builder, uint32_t number)
{
    char name[16];

    snprintf(name, sizeof name, "f%02u", number);
    return support_frame(builder, name);
}

/* The function numbers are kept in `frame` until the stacks are added. */
static void grow(struct growing *tree, struct support_random *random,
                 const struct support_program *program)
{
    while (tree->n < program->nodes) {
        uint32_t parent = tree->n < 2 || support_below(random, 40) == 0
                              ? PK_NONE
                              : support_below(random, tree->n);
        uint32_t number = support_below(random, program->functions);

        if (parent != PK_NONE && tree->depth[parent] + 1 >= program->depth)
            continue;
        if (parent != PK_NONE && !program->is_recursive) {
            if (tree->frame[parent] + 1 >= program->functions)
                continue;
            number = tree->frame[parent] + 1 +
                     support_below(random, program->functions - tree->frame[parent] - 1);
        }
        tree->parent[tree->n] = parent;
        tree->depth[tree->n] = parent == PK_NONE ? 0 : tree->depth[parent] + 1;
        tree->frame[tree->n++] = number;
    }
}

struct pk_builder *support_program(struct support_random *random,
                                   const struct support_program *program)
{
    struct pk_builder *builder = support_builder();
    struct growing tree = {0};

    assert_true(program->nodes <= 512 && program->depth <= 64);
    grow(&tree, random, program);
    for (uint32_t i = 0; i < tree.n; i++) {
        pk_frame_id stack[64];
        uint32_t n = tree.depth[i] + 1;
        /* Skewed on purpose: many zeros and a few heavy contexts are what breaks wrong bounds. */
        int64_t self = support_below(random, 3) == 0
                           ? 0
                           : (int64_t)(support_next(random) % (uint64_t)(program->largest + 1));

        if (support_below(random, 4) == 0)
            self /= 100;
        for (uint32_t at = i, left = n; left-- > 0; at = tree.parent[at])
            stack[left] = function(builder, tree.frame[at]);
        pk_builder_stack(builder, stack, NULL, n, &self);
    }
    return builder;
}

struct pk_builder *support_traced(const struct pk_profile *truth, bool has_edge_self,
                                  bool has_inclusive)
{
    struct pk_builder *builder = support_builder();
    const struct pk_flat *flat = pk_profile_flat(truth);
    const struct pk_graph *graph = pk_profile_graph(truth);

    for (pk_frame_id f = 0; f < pk_profile_frames(truth); f++)
        pk_builder_self(builder, pk_builder_frame(builder, pk_profile_frame(truth, f)),
                        &flat->self[0][f], has_inclusive ? &flat->incl[0][f] : NULL,
                        PK_CALLS_MISSING);
    for (uint32_t e = 0; e < graph->n; e++)
        pk_builder_edge(
            builder, pk_builder_frame(builder, pk_profile_frame(truth, graph->caller[e])),
            pk_builder_frame(builder, pk_profile_frame(truth, graph->callee[e])),
            &graph->incl[0][e], has_edge_self ? &graph->self[0][e] : NULL, PK_CALLS_MISSING);
    return builder;
}

void support_expect_error(const struct pk_error *error, const char *file, uint64_t line,
                          const char *words)
{
    assert_int_equal(error->status, PK_INPUT);
    assert_string_equal(error->file, file);
    assert_int_equal(error->place.line, line);
    if (!strstr(error->text, words))
        print_error("found: %s\n", error->text);
    assert_non_null(strstr(error->text, words));
}
