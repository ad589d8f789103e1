/*
 * The options of a transform, compiled before anything is read, so that a wrong pattern costs no
 * time.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/duration.h"
#include "cmd/regroup.h"
#include "cmd/transform_private.h"
#include "render/label.h"

static const struct {
    const char *option, *word;
    uint32_t bit; /* of pk_select_want */
} slice_options[] = {
    {"process", "process", PK_SELECT_PROCESS},
    {"thread", "thread", PK_SELECT_THREAD},
    {"label", "label", PK_SELECT_LABEL},
};

static const struct {
    const char *option, *word;
    enum pk_filter_word bit;
} stack_options[] = {
    {"focus", "focus", PK_FILTER_FOCUS},
    {"ignore", "ignore", PK_FILTER_IGNORE},
    {"hide", "hide", PK_FILTER_HIDE},
    {"show", "show", PK_FILTER_SHOW},
    {"show-from", "show from", PK_FILTER_SHOW_FROM},
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* --- compiling --- */

/* "KEY=REGEX": a key may be empty, an expression too, but not the sign between. */
static bool add_label(struct pk_transform *t, const char *text, struct pk_error *error)
{
    const char *sign = strchr(text, '=');
    struct pk_match *match;
    char quoted[320];

    if (!sign) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "--label must be KEY=REGEX, not %s",
                     pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
        pk_error_hint(error, "profkit info lists the labels of a profile");
        return false;
    }
    match = pk_match_new(pk_str_of(sign + 1), error);
    if (!match)
        return false;
    if (pk_select_add(&t->select, PK_SELECT_LABEL, (struct pk_str){text, (size_t)(sign - text)},
                      match))
        return true;
    pk_match_free(match);
    return pk_error_set(error, PK_USAGE, pk_place_none(), "--label takes up to %u keys",
                        PK_SELECT_KEYS);
}

/* An option that is no filter is none of ours: all options of the line come by here. */
static bool add_pattern(struct pk_transform *t, const char *option, const char *text,
                        struct pk_error *error)
{
    struct pk_match *match = NULL;

    if (strcmp(option, "label") == 0)
        return add_label(t, text, error);
    for (size_t i = 0; i < COUNT(slice_options); i++)
        if (strcmp(option, slice_options[i].option) == 0)
            return (match = pk_match_new(pk_str_of(text), error)) &&
                   pk_select_add(&t->select, slice_options[i].bit, PK_STR_NULL, match);
    for (size_t i = 0; i < COUNT(stack_options); i++)
        if (strcmp(option, stack_options[i].option) == 0) {
            if (!(match = pk_match_new(pk_str_of(text), error)))
                return false;
            pk_array_push(&t->patterns,
                          ((struct pk_transform_pattern){stack_options[i].bit, match}));
            t->words |= stack_options[i].bit;
        }
    return true;
}

/* Both ends are open: what is not given reaches to the end of the profile. */
static bool read_time(const struct pk_args *args, const char *option, int64_t fallback, int64_t *ns,
                      struct pk_error *error)
{
    const char *text = pk_opts_text(&args->opts, option, NULL);
    char quoted[320];

    *ns = fallback;
    if (!text || pk_duration_parse(pk_str_of(text), ns))
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(), "--%s must be a time, not %s", option,
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
    pk_error_hint(error, "1.5s and 200ms are times from the first sample on");
    return false;
}

/* A span that is turned round would leave nothing, and look like an empty profile. */
static bool read_span(struct pk_transform *t, struct pk_error *error)
{
    t->has_span = pk_transform_needs_times(t->args);
    if (!read_time(t->args, "from-time", 0, &t->span.from, error) ||
        !read_time(t->args, "to-time", INT64_MAX, &t->span.to, error))
        return false;
    return !t->has_span || t->span.from < t->span.to ||
           pk_error_set(error, PK_USAGE, pk_place_none(), "--from-time must be before --to-time");
}

bool pk_transform_needs_times(const struct pk_args *args)
{
    return pk_opts_has(&args->opts, "from-time") || pk_opts_has(&args->opts, "to-time");
}

bool pk_transform_reads_record(const struct pk_args *args)
{
    bool is_asked = pk_transform_needs_times(args) || pk_regroup_is_asked(args);

    for (size_t i = 0; i < COUNT(slice_options) && !is_asked; i++)
        is_asked = pk_opts_has(&args->opts, slice_options[i].option);
    for (size_t i = 0; i < COUNT(stack_options) && !is_asked; i++)
        is_asked = pk_opts_has(&args->opts, stack_options[i].option);
    return is_asked;
}

/* In the order as typed, so that the first mistake is the one that is told. */
struct pk_transform *pk_transform_new(const struct pk_args *args, struct pk_error *error)
{
    struct pk_transform *t = pk_calloc(1, sizeof *t);
    bool done;

    t->args = args;
    done = read_span(t, error);
    for (size_t i = 0; i < args->opts.values.size && done; i++) {
        const struct pk_opt_value *value = &args->opts.values.data[i];

        done = !value->text || add_pattern(t, value->opt->name, value->text, error);
    }
    if (done)
        return t;
    pk_transform_free(t);
    return NULL;
}

void pk_transform_free(struct pk_transform *transform)
{
    if (!transform)
        return;
    pk_select_fini(&transform->select);
    for (size_t i = 0; i < transform->patterns.size; i++)
        pk_match_free(transform->patterns.data[i].match);
    pk_array_fini(&transform->patterns);
    pk_free(transform);
}

/* --- their words --- */

/* "focus a or b": each use of an option adds to the first. */
static void add_words(const struct pk_args *args, const char *option, const char *word,
                      struct pk_buf *out)
{
    const struct pk_opt_value *value = NULL;
    bool is_first = true;

    while ((value = pk_opts_next(&args->opts, option, value))) {
        if (is_first) {
            pk_buf_text(out, out->size ? ", " : "");
            pk_buf_text(out, word);
        } else {
            pk_buf_text(out, " or");
        }
        pk_buf_char(out, ' ');
        pk_buf_text(out, value->text);
        is_first = false;
    }
}

/* In the order in which the steps are taken, which is not that of typing. */
void pk_transform_words(const struct pk_transform *transform, unsigned steps, struct pk_buf *out)
{
    const struct pk_args *args = transform->args;

    for (size_t i = 0; i < COUNT(slice_options) && steps & PK_STEP_SLICES; i++)
        add_words(args, slice_options[i].option, slice_options[i].word, out);
    if (steps & PK_STEP_TIME) {
        add_words(args, "from-time", "from", out);
        add_words(args, "to-time", "to", out);
    }
    for (size_t i = 0; i < COUNT(stack_options) && steps & PK_STEP_STACKS; i++)
        add_words(args, stack_options[i].option, stack_options[i].word, out);
}

/* --- frames --- */

/* Users have seen the raw name or the one that tables show; pprof looks at files and modules too.
 */
static bool fits(struct pk_match *match, const struct pk_frame *frame, struct pk_str shown,
                 struct pk_error *error)
{
    return pk_match_find(match, frame->name, error) || pk_match_find(match, shown, error) ||
           (frame->file.data && pk_match_find(match, frame->file, error)) ||
           (frame->module.data && pk_match_find(match, frame->module, error));
}

/* By function, once: a pattern is never tried on each sample. */
const uint8_t *pk_transform_marks(const struct pk_transform *transform,
                                  const struct pk_profile *profile, struct pk_arena *arena,
                                  struct pk_error *error)
{
    uint8_t *marks = PK_NEW_ARRAY(arena, uint8_t, pk_profile_frames(profile));
    struct pk_buf shown = {0};

    for (pk_frame_id f = 0; f < pk_profile_frames(profile) && error->status == PK_OK; f++) {
        const struct pk_frame *frame = pk_profile_frame(profile, f);

        pk_buf_reset(&shown);
        pk_label_name(&shown, frame);
        for (size_t i = 0; i < transform->patterns.size; i++)
            if (!(marks[f] & transform->patterns.data[i].word) &&
                fits(transform->patterns.data[i].match, frame, pk_buf_view(&shown), error))
                marks[f] |= (uint8_t)transform->patterns.data[i].word;
    }
    pk_buf_fini(&shown);
    return error->status == PK_OK ? marks : NULL;
}
