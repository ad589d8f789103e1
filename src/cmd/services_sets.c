/*
 * Sets of functions for `services`: see services_sets.h.
 *
 * Named services are all looked at, since there are few; a family without a function in this
 * profile is left out, so that a table of a program that never leaves itself is empty and not full
 * of zeros. Of modules there may be thousands, and each costs walks over the graph: the heaviest
 * are taken, by what enters them, which is never less than their time.
 *
 * Traps: `read` of a socket is `read` of a file to C and to Python's buffers, so that both are "io"
 * and none is "files". lru_cache is no service: it runs in the program, and what it calls would
 * count as its time.
 */
#include "cmd/services_sets.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/intern.h"
#include "render/label.h"
#include "rules/families.h"

#define MOST_MODULES 64u
#define BIT PK_FAMILY_BIT

static const struct {
    const char *name;
    uint64_t families;
} known[] = {
    {"database", BIT(PK_FAMILY_DATABASE) | BIT(PK_FAMILY_QUERY) | BIT(PK_FAMILY_DATABASE_CLIENT)},
    {"network", BIT(PK_FAMILY_NETWORK) | BIT(PK_FAMILY_NETWORK_CLIENT)},
    {"cache", BIT(PK_FAMILY_CACHE_CLIENT)},
    {"messages", BIT(PK_FAMILY_MESSAGE_CLIENT)},
    {"dns", BIT(PK_FAMILY_DNS)},
    {"io", BIT(PK_FAMILY_STAT) | BIT(PK_FAMILY_OPEN) | BIT(PK_FAMILY_READ) | BIT(PK_FAMILY_WRITE) |
               BIT(PK_FAMILY_RAW_WRITE) | BIT(PK_FAMILY_SYNC)},
    {"processes", BIT(PK_FAMILY_SPAWN)},
};

#define KNOWN (sizeof known / sizeof *known)

/* A body of a module or class of Python runs when it is imported: that is no call of a service, and
 * imports lead from nearly everywhere to nearly everywhere. */
static bool is_body(const struct pk_profile *profile, pk_frame_id frame)
{
    static const char *const starts[] = {"<module>", "<built-in method builtins.exec>",
                                         "<built-in method builtins.__import__>"};
    const struct pk_graph *graph = pk_profile_graph(profile);
    uint32_t n = graph->in_start[frame + 1] - graph->in_start[frame];

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
        if (pk_str_equal(pk_profile_frame(profile, frame)->name, pk_str_of(starts[i])))
            return true;
    for (uint32_t i = graph->in_start[frame]; i < graph->in_start[frame + 1]; i++)
        n -= pk_str_equal(pk_profile_frame(profile, graph->caller[graph->in_edge[i]])->name,
                          PK_STR("<built-in method builtins.__build_class__>"));
    return n == 0 && graph->in_start[frame + 1] > graph->in_start[frame];
}

/* --- families, and what the user names --- */

struct own { /* a service of the user; several of one name are one */
    struct pk_str name;
    const char *regex, *option; /* option: for messages */
    bool is_typed;              /* on the command line */
};

struct named {
    PK_ARRAY(struct pk_str) names;
    bool **is_in; /* [name][frame] */
    bool *keeps;  /* [name] also without a function: it was asked for */
};

/* "NAME=REGEX" */
static bool split(const char *text, struct own *own, struct pk_arena *arena, struct pk_error *error)
{
    const char *equals = strchr(text, '=');
    char quoted[320];

    if (!equals || equals == text || !equals[1])
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "--service must be NAME=REGEX, not %s",
                            pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
    own->name = pk_arena_str(arena, pk_str_slice(pk_str_of(text), 0, (size_t)(equals - text)));
    own->regex = equals + 1;
    own->is_typed = true;
    return true;
}

/* The place of a name, which is added where it is new: equal names are one service. */
static size_t name_of(struct named *named, struct pk_str name)
{
    size_t i = 0;

    while (i < named->names.size && !pk_str_equal(named->names.data[i], name))
        i++;
    if (i == named->names.size)
        pk_array_push(&named->names, name);
    return i;
}

/* A folder of the program may be called like a library (redis/, requests/): libraries are where the
 * interpreter has its own, unless the path does not say where that is. */
static bool is_namesake(const struct pk_frame *frame)
{
    return frame->file.size > 3 && frame->file.data[0] == '/' &&
           pk_str_equal(pk_str_slice(frame->file, frame->file.size - 3, frame->file.size),
                        PK_STR(".py")) &&
           pk_label_owner(frame) == PK_OWNER_OWN;
}

/* Every family in its language; the names are those of families.xml. */
static void mark_families(const struct pk_loaded *loaded, struct named *named)
{
    struct pk_families *families = pk_families_new();
    struct pk_arena arena;
    uint64_t *sets;

    pk_arena_init(&arena);
    sets = pk_families_of_profile(families, loaded->profile, &arena);
    for (pk_frame_id f = 0; f < pk_profile_frames(loaded->profile); f++)
        if (is_namesake(pk_profile_frame(loaded->profile, f)))
            sets[f] &= ~(BIT(PK_FAMILY_DATABASE_CLIENT) | BIT(PK_FAMILY_NETWORK_CLIENT) |
                         BIT(PK_FAMILY_CACHE_CLIENT) | BIT(PK_FAMILY_MESSAGE_CLIENT));
    for (size_t s = 0; s < KNOWN; s++)
        for (pk_frame_id f = 0; f < pk_profile_frames(loaded->profile); f++)
            named->is_in[s][f] = (sets[f] & known[s].families) && !is_body(loaded->profile, f);
    pk_arena_fini(&arena);
    pk_families_free(families);
}

/* A name that fits no function is a service that is never called; it is said all the same. */
static bool mark_own(const struct pk_args *args, const struct pk_loaded *loaded,
                     const struct own *own, bool *is_in, struct pk_error *error)
{
    const struct pk_profile *const profiles[] = {loaded->profile};
    struct pk_functions functions;
    uint32_t n = 0;
    char quoted[320];
    bool done = pk_functions_choose(&functions, pk_str_of(own->regex), profiles, 1, error) &&
                pk_functions_mark(&functions, loaded->profile, is_in, &n, error);

    if (done && n == 0 && own->is_typed && !pk_is_quiet(args))
        fprintf(stderr, "--service: no function matches %s\n",
                pk_error_quote(quoted, sizeof quoted, pk_str_of(own->regex)));
    pk_functions_fini(&functions);
    return done;
}

/* From marks to lists; a family without a function in this profile is none of its services. */
static void take_sets(struct pk_loaded *loaded, const struct named *named,
                      struct pk_service_sets *sets)
{
    uint32_t n_frames = pk_profile_frames(loaded->profile), size = 0;
    struct pk_arena *arena = &loaded->arena;
    size_t members = 0;
    struct pk_str *names = PK_NEW_ARRAY(arena, struct pk_str, named->names.size);
    uint32_t *start = PK_NEW_ARRAY(arena, uint32_t, named->names.size + 1);
    pk_frame_id *member;

    for (size_t s = 0; s < named->names.size; s++)
        for (pk_frame_id f = 0; f < n_frames; f++)
            members += named->is_in[s][f];
    member = PK_NEW_ARRAY(arena, pk_frame_id, members);
    *sets = (struct pk_service_sets){0, names, start, member};
    for (size_t s = 0; s < named->names.size; s++) {
        uint32_t before = size;

        for (pk_frame_id f = 0; f < n_frames; f++)
            if (named->is_in[s][f])
                member[size++] = f;
        if (size == before && !named->keeps[s])
            continue;
        names[sets->n++] = named->names.data[s];
        start[sets->n] = size;
    }
}

/* Configured ones first, so that the command line may add to them. Each name is known before any
 * marks are made, which have one row for each. */
static bool by_service(const struct pk_args *args, struct pk_loaded *loaded,
                       struct pk_service_sets *sets, struct pk_error *error)
{
    size_t n_own = args->config.services.size + pk_opts_count(&args->opts, "service"), n = 0;
    struct own *own = PK_NEW_ARRAY(&loaded->arena, struct own, n_own);
    size_t *place = PK_NEW_ARRAY(&loaded->arena, size_t, n_own);
    const struct pk_opt_value *value = NULL;
    struct named named = {.names = {0}};
    bool done = true;

    for (size_t i = 0; i < KNOWN; i++)
        name_of(&named, pk_str_of(known[i].name));
    for (size_t i = 0; i < args->config.services.size; i++)
        own[n++] = (struct own){.name = pk_str_of(args->config.services.data[i].key),
                                .regex = args->config.services.data[i].value};
    while (done && (value = pk_opts_next(&args->opts, "service", value)))
        done = split(value->text, &own[n++], &loaded->arena, error);
    for (size_t i = 0; i < n && done; i++)
        place[i] = name_of(&named, own[i].name);
    named.is_in = PK_NEW_ARRAY(&loaded->arena, bool *, named.names.size);
    named.keeps = PK_NEW_ARRAY(&loaded->arena, bool, named.names.size);
    for (size_t s = 0; s < named.names.size; s++)
        named.is_in[s] = PK_NEW_ARRAY(&loaded->arena, bool, pk_profile_frames(loaded->profile) + 1);
    if (done)
        mark_families(loaded, &named);
    for (size_t i = 0; i < n && done; i++) {
        named.keeps[place[i]] |= own[i].is_typed;
        done = mark_own(args, loaded, &own[i], named.is_in[place[i]], error);
    }
    if (done)
        take_sets(loaded, &named, sets);
    pk_array_fini(&named.names);
    return done;
}

/* --- libraries and modules --- */

struct module {
    uint32_t id; /* of its text, PK_NONE: none */
    int64_t weight;
};

/* The heaviest first; equal ones in the order in which their frames stand. */
static int order_modules(const void *left, const void *right)
{
    const struct module *a = left, *b = right;

    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return (a->id > b->id) - (a->id < b->id);
}

/* Clipped: it only ranks. */
static void add(int64_t *sum, const int64_t *column, uint32_t i)
{
    int64_t value = column ? column[i] : PK_MISSING;

    if (value != PK_MISSING && value > 0 && __builtin_add_overflow(*sum, value, sum))
        *sum = INT64_MAX;
}

/* The module of each frame as an id of `texts`; 0: it is of none that is asked for. */
static uint32_t *find_modules(const struct pk_loaded *loaded, bool only_libraries,
                              struct pk_intern *texts)
{
    uint32_t n = pk_profile_frames(loaded->profile);
    uint32_t *module = pk_calloc((size_t)n + 1, sizeof *module);
    struct pk_buf text = {0};

    for (pk_frame_id f = 0; f < n; f++) {
        const struct pk_frame *frame = pk_profile_frame(loaded->profile, f);

        if (frame->kind >= PK_KIND_PROCESS || is_body(loaded->profile, f) ||
            (only_libraries && pk_label_owner(frame) == PK_OWNER_OWN))
            continue;
        pk_buf_reset(&text);
        pk_label_module(&text, frame);
        if (text.size)
            module[f] = pk_intern_id(texts, pk_buf_view(&text));
    }
    pk_buf_fini(&text);
    return module;
}

/* What enters each from outside, at most; the heaviest are asked about. */
static struct module *weigh(const struct pk_loaded *loaded, const uint32_t *module, uint32_t n)
{
    const struct pk_graph *graph = pk_profile_graph(loaded->profile);
    const struct pk_flat *flat = pk_profile_flat(loaded->profile);
    struct module *modules = pk_calloc((size_t)n + 1, sizeof *modules);

    for (uint32_t i = 0; i < n; i++)
        modules[i].id = i;
    for (pk_frame_id f = 0; f < pk_profile_frames(loaded->profile); f++)
        add(&modules[module[f]].weight, flat->self[loaded->metric], f);
    for (pk_edge_id e = 0; e < graph->n; e++)
        if (module[graph->caller[e]] != module[graph->callee[e]])
            add(&modules[module[graph->callee[e]]].weight, graph->incl[loaded->metric], e);
    modules[0].weight = -1; /* no module */
    qsort(modules, n, sizeof *modules, order_modules);
    return modules;
}

/* Parts all functions among modules. More than a few dozen nobody reads, and each costs a walk. */
static void by_module(struct pk_loaded *loaded, bool only_libraries, struct pk_services_made *made)
{
    struct pk_intern texts;
    uint32_t *module, n_frames = pk_profile_frames(loaded->profile), n, size = 0;
    struct pk_service_sets *sets = &made->sets;
    pk_frame_id *member = PK_NEW_ARRAY(&loaded->arena, pk_frame_id, n_frames);
    struct pk_str *names = PK_NEW_ARRAY(&loaded->arena, struct pk_str, MOST_MODULES);
    uint32_t *start = PK_NEW_ARRAY(&loaded->arena, uint32_t, MOST_MODULES + 1);
    struct module *modules;

    pk_intern_init(&texts);
    module = find_modules(loaded, only_libraries, &texts);
    n = (uint32_t)texts.texts.size;
    modules = weigh(loaded, module, n);
    *sets = (struct pk_service_sets){0, names, start, member};
    for (uint32_t i = 0; i < n; i++) {
        if (modules[i].weight <= 0)
            continue;
        if (sets->n == MOST_MODULES) {
            made->n_left_out++;
            continue;
        }
        for (pk_frame_id f = 0; f < n_frames; f++)
            if (module[f] == modules[i].id)
                member[size++] = f;
        names[sets->n++] = pk_arena_str(&loaded->arena, pk_intern_text(&texts, modules[i].id));
        start[sets->n] = size;
    }
    pk_free(module);
    pk_free(modules);
    pk_intern_fini(&texts);
}

/* --- processes, threads, labels --- */

static struct pk_str value_of(const struct pk_slice *slice, const char *key)
{
    if (strcmp(key, "process") == 0)
        return slice->process;
    if (strcmp(key, "thread") == 0)
        return slice->thread;
    for (uint32_t i = 0; i < slice->n_labels; i++)
        if (pk_str_equal(slice->labels[i].key, pk_str_of(key)))
            return slice->labels[i].value;
    return PK_STR_NULL;
}

/* The largest first, then in the order of slices. */
static int order_slices(const void *left, const void *right)
{
    const struct pk_service *a = left, *b = right;

    if (a->part.value != b->part.value)
        return a->part.value > b->part.value ? -1 : 1;
    return (a->set > b->set) - (a->set < b->set);
}

/* False when no slice has it. What lacks it stands under "(none)", so that all adds up. */
static bool by_slice(struct pk_loaded *loaded, const char *key, struct pk_services_made *made)
{
    uint32_t n_slices = pk_profile_slices(loaded->profile), n;
    struct pk_service *list;
    struct pk_str *names;
    struct pk_intern texts;
    bool found = false;

    pk_intern_init(&texts);
    for (uint32_t i = 0; i < n_slices; i++)
        pk_intern_id(&texts, value_of(pk_profile_slice(loaded->profile, i), key));
    n = (uint32_t)texts.texts.size;
    list = PK_NEW_ARRAY(&loaded->arena, struct pk_service, n);
    names = PK_NEW_ARRAY(&loaded->arena, struct pk_str, n);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = i ? pk_arena_str(&loaded->arena, pk_intern_text(&texts, i)) : PK_STR("(none)");
        list[i].set = i;
        list[i].part.calls = PK_MISSING;
        list[i].part.calls_range = (struct pk_range){PK_MISSING, PK_MISSING};
    }
    for (uint32_t i = 0; i < n_slices; i++) {
        struct pk_str value = value_of(pk_profile_slice(loaded->profile, i), key);
        int64_t self = pk_profile_slice_total(loaded->profile, i, loaded->metric);
        struct pk_service_part *part = &list[pk_intern_id(&texts, value)].part;

        found |= value.data != NULL;
        if (self != PK_MISSING) /* the total, their sum, is within 64 bits */
            part->value += self;
        part->range = (struct pk_range){part->value, part->value};
    }
    pk_intern_fini(&texts);
    qsort(list, n, sizeof *list, order_slices);
    made->is_slices = true;
    made->sets = (struct pk_service_sets){n, names, NULL, NULL};
    made->slices =
        (struct pk_services){n, list, pk_profile_total(loaded->profile, loaded->metric), false};
    return found;
}

/* The keys there are, once each, in their order. */
static void name_labels(const struct pk_profile *profile, struct pk_buf *out)
{
    struct pk_intern texts;

    pk_intern_init(&texts);
    for (uint32_t i = 0; i < pk_profile_slices(profile); i++)
        for (uint32_t l = 0; l < pk_profile_slice(profile, i)->n_labels; l++)
            pk_intern_id(&texts, pk_profile_slice(profile, i)->labels[l].key);
    for (uint32_t i = 2; i < texts.texts.size && i < 12; i++) {
        pk_buf_text(out, ", ");
        pk_escape_terminal(out, pk_intern_text(&texts, i));
    }
    pk_intern_fini(&texts);
}

/* A key that is misspelt is most likely meant as one of those that there are. */
static bool fail_by(const struct pk_profile *profile, const char *by, struct pk_error *error)
{
    struct pk_buf labels = {0};
    char quoted[320];

    name_labels(profile, &labels);
    pk_error_set(error, PK_USAGE, pk_place_none(), "nothing in this profile has %s %s",
                 strcmp(by, "process") == 0 || strcmp(by, "thread") == 0 ? "a" : "the label",
                 pk_error_quote(quoted, sizeof quoted, pk_str_of(by)));
    pk_error_hint(error, "--by takes service, library, module, process, thread%s%s",
                  labels.size ? " or a label: " : "; labels there are none",
                  labels.size ? labels.data + 2 : "");
    pk_buf_fini(&labels);
    return false;
}

/* --- all of it --- */

bool pk_services_make(const struct pk_args *args, struct pk_loaded *loaded, const char *by,
                      struct pk_services_made *made, struct pk_error *error)
{
    *made = (struct pk_services_made){.is_slices = false};
    if (strcmp(by, "service") == 0)
        return by_service(args, loaded, &made->sets, error);
    if (strcmp(by, "library") != 0 && strcmp(by, "module") != 0)
        return by_slice(loaded, by, made) || fail_by(loaded->profile, by, error);
    by_module(loaded, strcmp(by, "library") == 0, made);
    return true;
}

/* Names of functions that only start a program, in own code. */
static bool is_main(const struct pk_frame *frame)
{
    static const char *const names[] = {"main",     "<module>", "_main",
                                        "__main__", "MAIN__",   "(below main)"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (pk_str_equal(frame->name, pk_str_of(names[i])))
            return true;
    return false;
}

/* By whose code it is, as everywhere; frames without a symbol are passed over, too. */
uint8_t *pk_services_ways(struct pk_loaded *loaded)
{
    uint32_t n = pk_profile_frames(loaded->profile);
    uint8_t *way = PK_NEW_ARRAY(&loaded->arena, uint8_t, n);

    for (pk_frame_id f = 0; f < n; f++) {
        const struct pk_frame *frame = pk_profile_frame(loaded->profile, f);

        if (frame->kind >= PK_KIND_UNRESOLVED || pk_label_owner(frame) != PK_OWNER_OWN)
            way[f] = PK_WAY_LIBRARY;
        else if (is_main(frame))
            way[f] = PK_WAY_MAIN;
    }
    return way;
}
