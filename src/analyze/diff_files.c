/*
 * Files and modules that were renamed between two profiles: see diff_private.h. One that only one
 * side has is taken for one that only the other has when most functions of the smaller one are in
 * both by name, and neither has a better partner. Names that every file may have prove nothing.
 *
 * Time: a name that stands in many files is left out, so that none costs more than MANY x MANY.
 */
#include <stddef.h>
#include <stdint.h>

#include "analyze/diff_private.h"
#include "base/array.h"
#include "base/map.h"

#define MANY 8 /* files of one side that have a function of the same name */

struct place { /* a name in a file: ids of interners */
    uint32_t name, file;
};

struct partner {
    uint32_t file, shared; /* names in both files; the file means nothing while there is none */
};

struct search {
    bool is_of_modules; /* what is called a file here is a module */
    struct pk_renames *renames;
    struct pk_buf room; /* of a path that was mapped */
    struct pk_intern files, names;
    struct pk_map places[2]; /* [side] struct place, for files that only this side has */
    uint32_t *functions;     /* [file] how many names it has */
    struct partner *best;    /* [file] */
    bool *is_tied;           /* [file] another partner is as good */
};

/* Not the body of a file, nor what Python and others have in every one. */
static bool tells(struct pk_str name)
{
    static const char *const common[] = {"<module>",   "__init__",   "<lambda>",
                                         "<genexpr>",  "<listcomp>", "<setcomp>",
                                         "<dictcomp>", "<init>",     "<clinit>"};

    for (size_t i = 0; i < sizeof common / sizeof *common; i++)
        if (pk_str_equal(name, pk_str_of(common[i])))
            return false;
    return name.size > 0;
}

static struct pk_str file_of(struct search *search, const struct pk_side *side, pk_frame_id f)
{
    const struct pk_frame *frame = pk_profile_frame(side->profile, f);

    return pk_renames_path(search->renames, search->is_of_modules ? frame->module : frame->file,
                           &search->room);
}

/* The sides that have each file, as bits. */
static unsigned char *sides_of_files(struct search *search, const struct pk_side sides[2],
                                     struct pk_arena *arena)
{
    unsigned char *has = NULL;

    for (unsigned pass = 0; pass < 2; pass++) {
        for (unsigned s = 0; s < 2; s++)
            for (pk_frame_id f = 0; f < pk_profile_frames(sides[s].profile); f++) {
                uint32_t file = pk_intern_id(&search->files, file_of(search, &sides[s], f));

                if (pass == 1)
                    has[file] |= (unsigned char)(1u << s);
            }
        if (pass == 0)
            has = PK_NEW_ARRAY(arena, unsigned char, search->files.texts.size);
    }
    return has;
}

/* The names in files that only this side has. */
static void collect(struct search *search, const struct pk_side *side, unsigned s,
                    const unsigned char *has)
{
    struct pk_buf name = {0};

    for (pk_frame_id f = 0; f < pk_profile_frames(side->profile); f++) {
        const struct pk_frame *frame = pk_profile_frame(side->profile, f);
        uint32_t file = pk_intern_id(&search->files, file_of(search, side, f));
        struct place place = {.file = file};
        bool is_new;

        pk_buf_reset(&name);
        if (file > 1 && has[file] == 1u << s) /* 0 and 1 are no file */
            pk_renames_name(search->renames, frame, &name);
        if (!tells(pk_buf_view(&name)))
            continue;
        place.name = pk_intern_id(&search->names, pk_buf_view(&name));
        pk_map_add(&search->places[s], &place, &is_new);
        search->functions[file] += is_new;
    }
    pk_buf_fini(&name);
}

/* [name] the first files of a side that have it, ended by 0. */
static uint32_t (*files_of_names(const struct search *search, unsigned s,
                                 struct pk_arena *arena))[MANY + 2]
{
    uint32_t(*files)[MANY + 2] = pk_arena_array(arena, search->names.texts.size, sizeof *files);

    for (uint32_t i = 0; i < search->places[s].size; i++) {
        const struct place *place = pk_map_key(&search->places[s], i);
        size_t n = 0;

        while (n <= MANY && files[place->name][n])
            n++;
        if (n <= MANY)
            files[place->name][n] = place->file;
    }
    return files;
}

/* Remember the better partner of one file; as good is no proof. */
static void offer(struct search *search, uint32_t file, uint32_t other, uint32_t shared)
{
    struct partner *best = &search->best[file];

    if (shared < best->shared)
        return;
    search->is_tied[file] = shared == best->shared;
    *best = (struct partner){other, shared};
}

/* Count what each pair of files shares. */
static void count_shared(struct search *search, struct pk_arena *arena)
{
    uint32_t(*before)[MANY + 2] = files_of_names(search, PK_BEFORE, arena);
    uint32_t(*after)[MANY + 2] = files_of_names(search, PK_AFTER, arena);
    PK_ARRAY(uint32_t) shared = {0};
    struct pk_map pairs;

    pk_map_init(&pairs, 2 * sizeof(uint32_t));
    for (size_t name = 0; name < search->names.texts.size; name++) {
        if (before[name][MANY] || after[name][MANY])
            continue;
        for (const uint32_t *b = before[name]; *b; b++)
            for (const uint32_t *a = after[name]; *a; a++) {
                uint32_t id = pk_map_add(&pairs, (uint32_t[]){*b, *a}, NULL);

                if (id == shared.size)
                    pk_array_push(&shared, 0);
                shared.data[id]++;
            }
    }
    for (uint32_t id = 0; id < pairs.size; id++) {
        const uint32_t *pair = pk_map_key(&pairs, id);

        offer(search, pair[0], pair[1], shared.data[id]);
        offer(search, pair[1], pair[0], shared.data[id]);
    }
    pk_map_fini(&pairs);
    pk_array_fini(&shared);
}

/* Each the best of the other, and most of the smaller one, but a single name may be chance. */
static bool is_renamed(const struct search *search, uint32_t file)
{
    const struct partner *best = &search->best[file];
    uint32_t n = search->functions[file];

    if (best->shared < 2 || search->is_tied[file] || search->is_tied[best->file] ||
        search->best[best->file].file != file)
        return false;
    if (search->functions[best->file] < n)
        n = search->functions[best->file];
    return 2 * best->shared >= n;
}

/* The name that comes first stands for both, so that swapped sides match alike. */
static void note_renamed(const struct search *search, uint32_t before, struct pk_arena *arena,
                         struct pk_diff_files *files)
{
    struct pk_str name[2] = {pk_intern_text(&search->files, before),
                             pk_intern_text(&search->files, search->best[before].file)};

    for (unsigned s = 0; s < 2; s++)
        name[s] = pk_arena_str(arena, name[s]);
    files->renamed[files->n++] = (struct pk_diff_file){
        {name[0], name[1]}, search->best[before].shared, search->functions[before]};
}

/* Files of the earlier side in the order of their bytes, as frames are. */
struct pk_diff_files pk_diff_files_find(const struct pk_side sides[2], struct pk_renames *renames,
                                        bool is_of_modules, struct pk_arena *arena)
{
    struct pk_diff_files files = {0};
    struct search search = {.is_of_modules = is_of_modules, .renames = renames};
    const unsigned char *has;
    size_t n;

    pk_intern_init(&search.files);
    pk_intern_init(&search.names);
    has = sides_of_files(&search, sides, arena);
    n = search.files.texts.size;
    search.functions = PK_NEW_ARRAY(arena, uint32_t, n);
    search.best = PK_NEW_ARRAY(arena, struct partner, n);
    search.is_tied = PK_NEW_ARRAY(arena, bool, n);
    for (unsigned s = 0; s < 2; s++) {
        pk_map_init(&search.places[s], sizeof(struct place));
        collect(&search, &sides[s], s, has);
    }
    count_shared(&search, arena);
    files.renamed = PK_NEW_ARRAY(arena, struct pk_diff_file, n);
    for (uint32_t file = 2; file < n; file++)
        if (has[file] == 1u << PK_BEFORE && is_renamed(&search, file))
            note_renamed(&search, file, arena, &files);
    for (unsigned s = 0; s < 2; s++)
        pk_map_fini(&search.places[s]);
    pk_intern_fini(&search.names);
    pk_intern_fini(&search.files);
    pk_buf_fini(&search.room);
    return files;
}

/* A handful of renamed files: a linear search. */
struct pk_str pk_diff_files_name(const struct pk_diff_files *files, struct pk_str file)
{
    for (uint32_t i = 0; i < files->n; i++) {
        const struct pk_str *name = files->renamed[i].name;

        if (pk_str_equal(name[PK_BEFORE], file) || pk_str_equal(name[PK_AFTER], file))
            return name[pk_str_compare(name[PK_BEFORE], name[PK_AFTER]) > 0];
    }
    return file;
}
