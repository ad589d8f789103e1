/*
 * Names in force: see callgrind_calls.h. A function is (object, file of fl=, name); fi= and fe=
 * move only the file of single lines.
 *
 * Traps. A callee without cob= is in the caller's object; one without a file is in the file of the
 * last cost line (of fl= if none came since fn=), not in that of an fi= since. Both hold for one
 * calls= only. cfn= holds until the next, and a calls= without any new name goes to the same callee
 * again. Files of bzr have fi= and never fl=. Xdebug before 2.1 names no file of callees, which are
 * mostly in others, but writes the block of a call before its caller's: there the last block of the
 * name is meant. Names are few bytes in the file, but every frame has all of its name.
 */
#include "formats/callgrind_calls.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"

/* As in other compressed formats: what names take may be this much more than the file. */
#define LABEL_BYTES_FREE (UINT64_C(64) << 20)
#define LABEL_BYTES_PER_BYTE 16

struct function { /* as a file tells it: texts of names */
    uint32_t object, file, name;
};

void pk_callgrind_calls_init(struct pk_callgrind_calls *calls, struct pk_builder *builder)
{
    memset(calls, 0, sizeof *calls);
    pk_callgrind_names_init(&calls->names, builder);
    calls->unknown = pk_builder_text(builder, PK_STR("???"));
    calls->function = calls->callee = PK_NONE;
}

void pk_callgrind_calls_fini(struct pk_callgrind_calls *calls)
{
    pk_callgrind_names_fini(&calls->names);
    pk_array_fini(&calls->found);
    pk_array_fini(&calls->home);
}

/* --- frames --- */

static struct pk_str text_of(const struct pk_callgrind_calls *calls, uint32_t text)
{
    return pk_callgrind_names_text(&calls->names, text);
}

/* "???" is how valgrind says that it does not know, and an empty name is how ruby-prof does. */
static uint32_t place_of(const struct pk_callgrind_calls *calls, uint32_t text)
{
    return text == calls->unknown || text_of(calls, text).size == 0 ? 0 : text;
}

struct pk_str pk_callgrind_calls_file(const struct pk_callgrind_calls *calls)
{
    return text_of(calls, place_of(calls, calls->inner));
}

/* "0x000000000486d360", also with the callers that --separate-callers adds behind a quote. */
static bool is_address(struct pk_str name)
{
    size_t at = 2;

    if (pk_str_equal(name, PK_STR("???")))
        return true;
    if (!pk_str_starts(name, PK_STR("0x")))
        return false;
    while (at < name.size && strchr("0123456789abcdefABCDEF", name.data[at]) && name.data[at])
        at++;
    return at > 2 && (at == name.size || name.data[at] == '\'');
}

/* What has no source place by the habit of its producer is a builtin. */
static enum pk_frame_kind kind_of(struct pk_str name, struct pk_str file,
                                  enum pk_callgrind_dialect dialect)
{
    if (is_address(name))
        return PK_KIND_UNRESOLVED;
    if ((dialect == PK_CALLGRIND_XDEBUG && pk_str_equal(file, PK_STR("php:internal"))) ||
        (dialect == PK_CALLGRIND_CALLTREE && pk_str_equal(file, PK_STR("~"))))
        return PK_KIND_BUILTIN;
    return PK_KIND_FUNCTION;
}

/* What was found last under this name: it may be another function. */
static struct pk_callgrind_found *last_found(struct pk_callgrind_calls *calls, uint32_t name)
{
    while (calls->found.size <= name)
        pk_array_push(&calls->found, ((struct pk_callgrind_found){.frame = PK_NONE}));
    return &calls->found.data[name];
}

static struct pk_frame_key key_of(const struct pk_callgrind_calls *calls, struct function function,
                                  enum pk_callgrind_dialect dialect)
{
    struct pk_frame_key key = {.name = function.name,
                               .file = place_of(calls, function.file),
                               .module = place_of(calls, function.object)};

    if (!text_of(calls, key.name).size)
        key.name = calls->unknown;
    key.kind = kind_of(text_of(calls, key.name), text_of(calls, key.file), dialect);
    if (key.kind == PK_KIND_BUILTIN)
        key.file = 0;
    return key;
}

/* The frame of a function, new or known; PK_NONE when the names get too large. */
static pk_frame_id frame_of(struct pk_callgrind_calls *calls, struct function function,
                            enum pk_callgrind_dialect dialect, uint64_t seen)
{
    struct pk_callgrind_found *found = last_found(calls, function.name);
    struct pk_frame_key key;

    if (found->frame != PK_NONE && found->object == function.object && found->file == function.file)
        return found->frame;
    key = key_of(calls, function, dialect);
    *found = (struct pk_callgrind_found){function.object, function.file,
                                         pk_builder_frame_of(calls->names.builder, &key)};
    if (found->frame >= calls->n_frames) {
        calls->n_frames = found->frame + 1;
        calls->label_bytes += text_of(calls, key.name).size + text_of(calls, key.file).size +
                              text_of(calls, key.module).size;
        if (calls->label_bytes > LABEL_BYTES_FREE + LABEL_BYTES_PER_BYTE * seen)
            found->frame = PK_NONE;
    }
    return found->frame;
}

/* --- lines that name --- */

/* A callee lasts for the calls of one function. */
static void forget_callee(struct pk_callgrind_calls *calls)
{
    calls->has_callee_object = calls->has_callee_file = calls->has_callee_name = false;
    calls->is_callee_new = false;
    calls->callee = PK_NONE;
}

/* A new file of the function: nothing of it was costed yet, so callees default to it. */
static void set_file(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->file = calls->inner = calls->costed = text;
}

static void take_object(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->object = text;
}

static void take_file(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->has_fl = true;
    set_file(calls, text);
}

/* Without any fl= in the file, fi= is what names the files of functions. */
static void take_inner(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->inner = text;
    if (!calls->has_fl)
        set_file(calls, text);
}

static void take_callee_object(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->callee_object = text;
    calls->has_callee_object = calls->is_callee_new = true;
}

static void take_callee_file(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->callee_file = text;
    calls->has_callee_file = calls->is_callee_new = true;
}

static void take_callee_name(struct pk_callgrind_calls *calls, uint32_t text)
{
    calls->callee_name = text;
    calls->has_callee_name = calls->is_callee_new = true;
}

/* Jumps and contexts matter only for the names that they may define. */
static void take_nothing(struct pk_callgrind_calls *calls, uint32_t text)
{
    (void)calls;
    (void)text;
}

/* In the order of how often they stand in real files, as they are tried one after the other. The
 * keys that only define names stand last. */
static const struct naming {
    struct pk_str key;
    enum pk_callgrind_space space;
    void (*take)(struct pk_callgrind_calls *calls, uint32_t text); /* NULL: fn= */
} namings[] = {
    {{"fn=", 3}, PK_CALLGRIND_FUNCTIONS, NULL},
    {{"cfn=", 4}, PK_CALLGRIND_FUNCTIONS, take_callee_name},
    {{"cfi=", 4}, PK_CALLGRIND_FILES, take_callee_file},
    {{"cob=", 4}, PK_CALLGRIND_OBJECTS, take_callee_object},
    {{"fi=", 3}, PK_CALLGRIND_FILES, take_inner},
    {{"fe=", 3}, PK_CALLGRIND_FILES, take_inner},
    {{"fl=", 3}, PK_CALLGRIND_FILES, take_file},
    {{"ob=", 3}, PK_CALLGRIND_OBJECTS, take_object},
    {{"cfl=", 4}, PK_CALLGRIND_FILES, take_callee_file},
    {{"cfe=", 4}, PK_CALLGRIND_FILES, take_callee_file},
    {{"jfi=", 4}, PK_CALLGRIND_FILES, take_nothing},
    {{"jfn=", 4}, PK_CALLGRIND_FUNCTIONS, take_nothing},
    {{"frfn=", 5}, PK_CALLGRIND_FUNCTIONS, take_nothing},
};

/* Also for lines that nothing is kept of: what they define may be used much later. */
enum pk_callgrind_naming pk_callgrind_calls_name(struct pk_callgrind_calls *calls,
                                                 struct pk_str line, uint64_t seen, uint32_t *name)
{
    for (size_t i = 0; i < sizeof namings / sizeof *namings; i++) {
        const struct naming *naming = &namings[i];
        struct pk_str text;
        uint32_t id;

        if (line.size < 2 || memcmp(line.data, naming->key.data, 2) != 0 ||
            !pk_str_starts(line, naming->key)) /* two bytes tell most of them apart, and faster */
            continue;
        text = pk_str_slice(line, naming->key.size, line.size);
        id = pk_callgrind_names_read(&calls->names, naming->space, text, seen);
        if (naming->take) {
            naming->take(calls, id);
            return PK_CALLGRIND_NAMED;
        }
        *name = id;
        return PK_CALLGRIND_FUNCTION;
    }
    return PK_CALLGRIND_NO_NAME;
}

/* Remember where this name had its last block. */
static void settle_home(struct pk_callgrind_calls *calls, uint32_t name)
{
    while (calls->home.size <= name)
        pk_array_push(&calls->home, 0);
    calls->home.data[name] = calls->file;
}

/* The file of a callee that comes without one. */
static uint32_t default_file(const struct pk_callgrind_calls *calls)
{
    uint32_t name = calls->callee_name;

    return name < calls->home.size && calls->home.data[name] ? calls->home.data[name]
                                                             : calls->costed;
}

/* The current file goes back to the last fl=. */
enum pk_callgrind_naming pk_callgrind_calls_enter(struct pk_callgrind_calls *calls, uint32_t name,
                                                  enum pk_callgrind_dialect dialect, uint64_t seen)
{
    struct function function = {calls->object, calls->file, name};

    set_file(calls, calls->file);
    forget_callee(calls);
    if (dialect == PK_CALLGRIND_XDEBUG)
        settle_home(calls, name);
    calls->function = frame_of(calls, function, dialect, seen);
    return calls->function == PK_NONE ? PK_CALLGRIND_NAMES_FULL : PK_CALLGRIND_NAMED;
}

/* The same callee again needs no lookup. What was named holds for this call only, but the name
 * itself until the next cfn=. */
bool pk_callgrind_calls_callee(struct pk_callgrind_calls *calls, enum pk_callgrind_dialect dialect,
                               uint64_t seen, enum pk_callgrind_naming *naming)
{
    struct function function = {
        calls->has_callee_object ? calls->callee_object : calls->object,
        calls->has_callee_file ? calls->callee_file : default_file(calls),
        calls->callee_name,
    };

    *naming = PK_CALLGRIND_NAMED;
    if (!calls->has_callee_name)
        return false;
    if (calls->is_callee_new)
        calls->callee = frame_of(calls, function, dialect, seen);
    if (calls->callee == PK_NONE)
        *naming = PK_CALLGRIND_NAMES_FULL;
    calls->has_callee_object = calls->has_callee_file = calls->is_callee_new = false;
    return calls->callee != PK_NONE;
}

void pk_callgrind_calls_leave(struct pk_callgrind_calls *calls)
{
    forget_callee(calls);
    calls->function = PK_NONE;
}

/* --- levels of recursion --- */

/* The name of the level below: "f'2'main" comes from "f'main", "f'3" from "f'2". False when the
 * name has no level. The level is the first piece of digits behind a quote. */
static bool lower_level(struct pk_str name, struct pk_buf *out)
{
    for (size_t at = 0; at < name.size; at++) {
        size_t end = at + 1;
        uint64_t level = 0;

        if (name.data[at] != '\'')
            continue;
        for (; end < name.size && name.data[end] >= '0' && name.data[end] <= '9' && level < 100000;
             end++)
            level = level * 10 + (uint64_t)(name.data[end] - '0');
        if (end == at + 1 || level < 2 || (end < name.size && name.data[end] != '\''))
            continue;
        pk_buf_reset(out);
        pk_buf_add(out, name.data, at);
        if (level > 2) {
            pk_buf_char(out, '\'');
            pk_buf_int(out, (int64_t)level - 1);
        }
        pk_buf_add(out, name.data + end, name.size - end);
        return true;
    }
    return false;
}

/* The frame of the level below this frame, or PK_NONE. */
static pk_frame_id lower_frame(const struct pk_callgrind_calls *calls, pk_frame_id frame,
                               struct pk_buf *name)
{
    struct pk_builder *builder = calls->names.builder;
    struct pk_frame_key key = *pk_builder_frame_key(builder, frame);

    if (!lower_level(text_of(calls, key.name), name))
        return PK_NONE;
    key.name = pk_builder_text(builder, pk_buf_view(name));
    if (is_address(pk_buf_view(name)))
        key.kind = PK_KIND_UNRESOLVED;
    return pk_builder_find_frame(builder, &key);
}

/* A level is kept apart from the next one only while it stands at most once on the stack. */
bool *pk_callgrind_calls_once(const struct pk_callgrind_calls *calls, uint32_t *n)
{
    bool *is_once = pk_calloc(calls->n_frames, sizeof *is_once);
    struct pk_buf name = {0};

    *n = calls->n_frames;
    for (uint32_t i = 0; i < calls->n_frames; i++) {
        pk_frame_id lower = lower_frame(calls, i, &name);

        if (lower != PK_NONE && lower < calls->n_frames)
            is_once[lower] = true;
    }
    pk_buf_fini(&name);
    return is_once;
}
