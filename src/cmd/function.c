/*
 * From a word of the user to one function of a profile. The name as it is wins over its reading as
 * a regular expression, so that names with dots, stars and parentheses can be pasted. A function is
 * also found by the line that profkit prints of it, "name  place", which tells functions of one
 * name apart; an expression is held against places only when no name fits, or "lookup" would find
 * all of lookup.c.
 */
#include "base/match.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/escape.h"
#include "cmd/common.h"
#include "render/label.h"

#define MOST_CANDIDATES 20

struct search {
    const struct pk_profile *profile;
    const struct pk_loaded *loaded;
    struct pk_str word;
    struct pk_match *match; /* NULL: exact names */
    bool with_places;       /* of an expression: look at places too */
    PK_ARRAY(pk_frame_id) found;
    struct pk_buf name, line; /* of the function being looked at */
};

/* "load_items  orders/models.py:88" with the module where one is known. */
static void add_line(struct pk_buf *out, const struct pk_frame *frame)
{
    size_t before;

    pk_label_name(out, frame);
    before = out->size;
    pk_buf_text(out, "  ");
    pk_label_place(out, frame);
    if (out->size == before + 2)
        out->size = before;
    if (frame->module.size) {
        pk_buf_text(out, "  ");
        pk_buf_str(out, frame->module);
    }
}

/* Raw and display name both fit: users have seen one or the other. */
static bool fits(struct search *s, pk_frame_id f, struct pk_error *error)
{
    const struct pk_frame *frame = pk_profile_frame(s->profile, f);

    pk_buf_reset(&s->name);
    pk_label_name(&s->name, frame);
    pk_buf_reset(&s->line);
    add_line(&s->line, frame);
    if (!s->match)
        return pk_str_equal(frame->name, s->word) || pk_str_equal(pk_buf_view(&s->name), s->word) ||
               pk_str_equal(pk_buf_view(&s->line), s->word);
    return pk_match_find(s->match, frame->name, error) ||
           pk_match_find(s->match, pk_buf_view(&s->name), error) ||
           (s->with_places && pk_match_find(s->match, pk_buf_view(&s->line), error));
}

/* All that fit, in the order of frames; false when a match was given up. */
static bool look(struct search *s, struct pk_error *error)
{
    for (pk_frame_id f = 0; f < pk_profile_frames(s->profile); f++) {
        if (fits(s, f, error))
            pk_array_push(&s->found, f);
        if (error->status != PK_OK)
            return false;
    }
    return true;
}

/* Largest total first: what a user looks for is rarely the smallest. */
static int order(const void *left, const void *right, void *context)
{
    const struct pk_loaded *loaded = context;
    const int64_t *total = pk_profile_flat(loaded->profile)->incl[loaded->metric];
    pk_frame_id a = *(const pk_frame_id *)left, b = *(const pk_frame_id *)right;

    if (total && total[a] != total[b])
        return total[a] > total[b] ? -1 : 1;
    return (a > b) - (a < b);
}

/* The error, then the names to choose from; they go below it, where a terminal shows them last. */
static void list_candidates(struct search *s, struct pk_error *error)
{
    char quoted[320];
    struct pk_buf line = {0}, escaped = {0};

    qsort_r(s->found.data, s->found.size, sizeof *s->found.data, order, (void *)s->loaded);
    pk_error_set(error, PK_USAGE, pk_place_none(), "%s matches %zu functions; name one of them",
                 pk_error_quote(quoted, sizeof quoted, s->word), s->found.size);
    pk_error_print(error, stderr);
    for (size_t i = 0; i < s->found.size && i < MOST_CANDIDATES; i++) {
        pk_buf_reset(&line);
        pk_buf_reset(&escaped);
        add_line(&line, pk_profile_frame(s->profile, s->found.data[i]));
        pk_escape_terminal(&escaped, pk_buf_view(&line));
        fprintf(stderr, "  %s\n", escaped.data);
    }
    if (s->found.size > MOST_CANDIDATES)
        fprintf(stderr, "  and %zu more\n", s->found.size - MOST_CANDIDATES);
    memset(error, 0, sizeof *error);
    pk_buf_fini(&line);
    pk_buf_fini(&escaped);
}

/* The function that was nearly named, by its name or by the short form that tables show of it; NULL
 * when none is near. Lives as long as the arena. */
static const char *find_nearest(const struct search *s, struct pk_arena *arena)
{
    PK_ARRAY(const char *) names = {0};
    const char *nearest;
    struct pk_buf shown = {0};

    for (pk_frame_id f = 0; f < pk_profile_frames(s->profile); f++) {
        const struct pk_frame *frame = pk_profile_frame(s->profile, f);

        if (frame->name.size && strlen(frame->name.data) == frame->name.size)
            pk_array_push(&names, frame->name.data);
        pk_buf_reset(&shown);
        pk_label_name(&shown, frame);
        if (!pk_str_equal(pk_buf_view(&shown), frame->name))
            pk_array_push(&names, pk_arena_str(arena, pk_buf_view(&shown)).data);
    }
    pk_array_push(&names, NULL);
    nearest = pk_opts_nearest(s->word.data, names.data);
    pk_array_fini(&names);
    pk_buf_fini(&shown);
    return nearest;
}

/* The nearest name, or what else the word may have been meant as. */
static void fail_none(struct search *s, struct pk_error *error)
{
    struct pk_arena arena;
    const char *nearest;
    char quoted[320];

    pk_arena_init(&arena);
    nearest = find_nearest(s, &arena);
    pk_error_set(error, PK_USAGE, pk_place_none(), "no function matches %s",
                 pk_error_quote(quoted, sizeof quoted, s->word));
    if (access(s->word.data, F_OK) == 0)
        pk_error_hint(error, "the last word is the function, what stands before it are files");
    else if (nearest)
        pk_error_hint(error, "did you mean %s?",
                      pk_error_quote(quoted, sizeof quoted, pk_str_of(nearest)));
    else
        pk_error_hint(error,
                      "nor is a file named so; profkit hotspots --top 0 lists all functions");
    pk_arena_fini(&arena);
}

/* Exact names first: an expression is only compiled when no function has this name. */
pk_frame_id pk_choose_function(const struct pk_loaded *loaded, const char *word,
                               struct pk_error *error)
{
    struct search s = {.profile = loaded->profile, .loaded = loaded, .word = pk_str_of(word)};
    pk_frame_id chosen = PK_NONE;
    bool done = look(&s, error);

    if (done && s.found.size == 0) {
        s.match = pk_match_new(s.word, error);
        done = s.match && look(&s, error);
    }
    if (done && s.found.size == 0) {
        s.with_places = true;
        done = look(&s, error);
    }
    if (done && s.found.size == 1)
        chosen = s.found.data[0];
    else if (done && s.found.size == 0)
        fail_none(&s, error);
    else if (done)
        list_candidates(&s, error);
    pk_match_free(s.match);
    pk_array_fini(&s.found);
    pk_buf_fini(&s.name);
    pk_buf_fini(&s.line);
    return chosen;
}

/* --- all functions that a word means --- */

void pk_functions_fini(struct pk_functions *functions)
{
    pk_match_free(functions->match);
    functions->match = NULL;
}

bool pk_functions_mark(const struct pk_functions *functions, const struct pk_profile *profile,
                       bool *is_in, uint32_t *n, struct pk_error *error)
{
    struct search s = {.profile = profile,
                       .word = functions->word,
                       .match = functions->match,
                       .with_places = functions->with_places};
    bool done = look(&s, error);

    for (size_t i = 0; i < s.found.size; i++)
        is_in[s.found.data[i]] = true;
    *n = (uint32_t)s.found.size;
    pk_array_fini(&s.found);
    pk_buf_fini(&s.name);
    pk_buf_fini(&s.line);
    return done;
}

/* How many functions of all profiles fit, as the word is read now; -1: a match was given up. */
static int64_t count(const struct pk_functions *functions, const struct pk_profile *const *profiles,
                     unsigned n_profiles, struct pk_error *error)
{
    int64_t sum = 0;

    for (unsigned i = 0; i < n_profiles; i++) {
        bool *is_in = pk_calloc((size_t)pk_profile_frames(profiles[i]) + 1, sizeof *is_in);
        uint32_t n = 0;
        bool done = pk_functions_mark(functions, profiles[i], is_in, &n, error);

        pk_free(is_in);
        if (!done)
            return -1;
        sum += n;
    }
    return sum;
}

/* Decided once for all profiles: a name that the one has and the other has not must not become an
 * expression there, which would match others. */
bool pk_functions_choose(struct pk_functions *functions, struct pk_str word,
                         const struct pk_profile *const *profiles, unsigned n,
                         struct pk_error *error)
{
    int64_t found;

    *functions = (struct pk_functions){.word = word};
    found = count(functions, profiles, n, error);
    if (found == 0) {
        functions->match = pk_match_new(word, error);
        found = functions->match ? count(functions, profiles, n, error) : -1;
    }
    if (found == 0) {
        functions->with_places = true;
        found = count(functions, profiles, n, error);
    }
    return found >= 0;
}

const char *pk_take_function(struct pk_args *args)
{
    size_t n = args->opts.operands.size;
    const char *last = n ? args->opts.operands.data[n - 1] : NULL;

    if (!last || strcmp(last, "-") == 0 || access(last, F_OK) == 0)
        return NULL;
    args->opts.operands.size--;
    return last;
}
