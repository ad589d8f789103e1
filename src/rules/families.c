/*
 * Families out of families.xml: see families.h. Nearly all names are whole names, found by hash;
 * the few patterns are tried on each function once, not on each call, and compiled when a function
 * of their language comes, since that takes longer than reading a small profile. All of a language
 * are one pattern first, which few names fit.
 *
 * Traps: "open" of a user's Python module is not the open of libc, so each language has names of
 * its own, and a Python name counts only in its file. A C name is tried as it is first and then
 * without what libraries wrap round it. Kernel functions in a collapsed file may have no mark, so C
 * names of which nothing else is known are tried as such.
 */
#include "rules/families.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/map.h"
#include "base/match.h"
#include "rules/assets.h"
#include "rules/rules.h"
#include "rules/symbol.h"

const char *const pk_family_ids[PK_FAMILIES] = {
    [PK_FAMILY_STAT] = "stat",
    [PK_FAMILY_MAKE_FOLDER] = "make-folder",
    [PK_FAMILY_FOLDER_CHECK] = "folder-check",
    [PK_FAMILY_EXISTS] = "exists",
    [PK_FAMILY_OPEN] = "open",
    [PK_FAMILY_READ] = "read",
    [PK_FAMILY_RAW_READ] = "raw-read",
    [PK_FAMILY_WRITE] = "write",
    [PK_FAMILY_RAW_WRITE] = "raw-write",
    [PK_FAMILY_SYNC] = "sync",
    [PK_FAMILY_DATABASE] = "database",
    [PK_FAMILY_QUERY] = "query",
    [PK_FAMILY_FETCH_ROW] = "fetch-row",
    [PK_FAMILY_FETCH_ROWS] = "fetch-rows",
    [PK_FAMILY_NETWORK] = "network",
    [PK_FAMILY_REQUEST] = "request",
    [PK_FAMILY_SEND] = "send",
    [PK_FAMILY_RECEIVE] = "receive",
    [PK_FAMILY_CACHE] = "cache",
    [PK_FAMILY_LOG_FRONT] = "log-front",
    [PK_FAMILY_LOG_EMIT] = "log-emit",
    [PK_FAMILY_FORMAT] = "format",
    [PK_FAMILY_REGEX_COMPILE] = "regex-compile",
    [PK_FAMILY_REGEX_MISS] = "regex-miss",
    [PK_FAMILY_REGEX_BUILD] = "regex-build",
    [PK_FAMILY_REGEX_MATCH] = "regex-match",
    [PK_FAMILY_ENCODE] = "encode",
    [PK_FAMILY_DECODE] = "decode",
    [PK_FAMILY_PARSE] = "parse",
    [PK_FAMILY_COPY] = "copy",
    [PK_FAMILY_DEEPCOPY] = "deepcopy",
    [PK_FAMILY_BLOCK_COPY] = "block-copy",
    [PK_FAMILY_CONCAT] = "concat",
    [PK_FAMILY_KEEP] = "keep",
    [PK_FAMILY_ALLOCATE] = "allocate",
    [PK_FAMILY_FREE] = "free",
    [PK_FAMILY_GC] = "gc",
    [PK_FAMILY_LOCK] = "lock",
    [PK_FAMILY_LOCK_TAKE] = "lock-take",
    [PK_FAMILY_EXCEPTION] = "exception",
    [PK_FAMILY_THROW] = "throw",
    [PK_FAMILY_REFLECTION] = "reflection",
    [PK_FAMILY_COMPARE] = "compare",
    [PK_FAMILY_SEARCH] = "search",
    [PK_FAMILY_SHIFT] = "shift",
    [PK_FAMILY_WALK] = "walk",
    [PK_FAMILY_SORT] = "sort",
    [PK_FAMILY_STRLEN] = "strlen",
    [PK_FAMILY_IMPORT] = "import",
    [PK_FAMILY_SPAWN] = "spawn",
    [PK_FAMILY_SLEEP] = "sleep",
    [PK_FAMILY_POLL] = "poll",
    [PK_FAMILY_DNS] = "dns",
    [PK_FAMILY_COMPRESS] = "compress",
    [PK_FAMILY_CRYPTO] = "crypto",
    [PK_FAMILY_STRPTIME] = "strptime",
    [PK_FAMILY_DATABASE_CLIENT] = "database-client",
    [PK_FAMILY_NETWORK_CLIENT] = "network-client",
    [PK_FAMILY_CACHE_CLIENT] = "cache-client",
    [PK_FAMILY_MESSAGE_CLIENT] = "message-client",
};

enum { MANY = 2000 }; /* functions, from which on a pattern that is made well pays */

struct entry {
    enum pk_symbol_language language;
    struct pk_str name;
    struct pk_str in; /* the end of the file's path, or with '/' behind it a folder; missing: any */
    uint64_t families;
    uint32_t next; /* entry of the same slot, or PK_NONE */
};

struct pattern {
    enum pk_symbol_language language;
    struct pk_str text;
    struct pk_match *match; /* NULL: not compiled yet */
    uint64_t families;
    uint32_t line; /* where it stands */
};

struct screen {
    uint32_t asked;         /* how often */
    struct pk_match *match; /* NULL: none yet, or the patterns do not go together */
};

struct pk_families {
    struct pk_rules rules; /* owns the texts */
    struct pk_str titles[PK_FAMILIES];
    PK_ARRAY(struct entry) entries;
    uint32_t *slots; /* by hash of language and name: the first entry, or PK_NONE */
    uint32_t slot_mask;
    PK_ARRAY(struct pattern) patterns;
    struct screen *screens; /* by language: any of its patterns */
};

/* ---- reading; the schema has judged the form of everything here */

/* The name of an element, or of what a pattern is for. */
static enum pk_symbol_language language_of(struct pk_str word)
{
    static const char *const words[] = {
        [PK_SYMBOL_BUILTIN] = "builtin",
        [PK_SYMBOL_PYTHON] = "python",
        [PK_SYMBOL_C] = "c",
        [PK_SYMBOL_KERNEL] = "kernel",
    };
    size_t i = 0;

    while (i < PK_SYMBOL_KERNEL && !pk_str_equal(word, pk_str_of(words[i])))
        i++;
    return (enum pk_symbol_language)i;
}

/* The blanks of XML. */
static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* An entry for each name of a list. The names stay in the text of the element, which lives as long
 * as the families do; equal names of several families stay several entries. */
static void add_names(struct pk_families *to, const struct pk_rules_element *element,
                      uint64_t families)
{
    struct entry entry = {language_of(element->name), PK_STR_NULL,
                          pk_rules_attribute(element, "in"), families, PK_NONE};
    size_t from, at = 0;

    while (at < element->text.size) {
        while (at < element->text.size && is_space(element->text.data[at]))
            at++;
        from = at;
        while (at < element->text.size && !is_space(element->text.data[at]))
            at++;
        entry.name = pk_str_slice(element->text, from, at);
        if (entry.name.size)
            pk_array_push(&to->entries, entry);
    }
}

/* Blanks round it are the file's layout. */
static void add_pattern(struct pk_families *to, const struct pk_rules_element *element,
                        uint64_t families)
{
    struct pattern pattern = {language_of(pk_rules_attribute(element, "for")), element->text, NULL,
                              families, element->line};

    while (pattern.text.size && is_space(pattern.text.data[0]))
        pattern.text = pk_str_slice(pattern.text, 1, pattern.text.size);
    while (pattern.text.size && is_space(pattern.text.data[pattern.text.size - 1]))
        pattern.text.size--;
    pk_array_push(&to->patterns, pattern);
}

/* The family that an element begins, or PK_FAMILIES and the error. */
static enum pk_family begin_family(struct pk_families *to, const struct pk_rules_element *element,
                                   struct pk_error *error)
{
    struct pk_str id = pk_rules_attribute(element, "id");
    char quoted[320];
    size_t i = 0;

    while (i < PK_FAMILIES && !pk_str_equal(id, pk_str_of(pk_family_ids[i])))
        i++;
    if (i == PK_FAMILIES || to->titles[i].data)
        pk_error_set(error, PK_INPUT, pk_place_line(element->line, 0),
                     i == PK_FAMILIES ? "no rule knows a family %s" : "family %s for a second time",
                     pk_error_quote(quoted, sizeof quoted, id));
    else
        to->titles[i] = pk_rules_attribute(element, "title");
    return error->status == PK_OK ? (enum pk_family)i : PK_FAMILIES;
}

static uint32_t slot_of(const struct pk_families *families, enum pk_symbol_language language,
                        struct pk_str name)
{
    return (uint32_t)(pk_map_hash(name.data, name.size) + language) & families->slot_mask;
}

/* Entries of one name are in one slot, however many files they are for. */
static void index_entries(struct pk_families *to)
{
    uint32_t n = 16;

    while (n < to->entries.size)
        n *= 2;
    to->slots = PK_NEW_ARRAY(&to->rules.arena, uint32_t, n);
    to->slot_mask = n - 1;
    for (uint32_t i = 0; i < n; i++)
        to->slots[i] = PK_NONE;
    for (uint32_t i = 0; i < to->entries.size; i++) {
        struct entry *entry = &to->entries.data[i];
        uint32_t *slot = &to->slots[slot_of(to, entry->language, entry->name)];

        entry->next = *slot;
        *slot = i;
    }
}

/* All elements: what is below a family stands behind it in the file. */
static bool take(struct pk_families *to, struct pk_error *error)
{
    enum pk_family family = PK_FAMILIES;

    for (uint32_t i = 1; i < to->rules.n; i++) { /* 0 is the root */
        const struct pk_rules_element *element = &to->rules.elements[i];

        if (element->parent == 0) {
            family = begin_family(to, element, error);
            if (family == PK_FAMILIES)
                return false;
        } else if (!pk_str_equal(element->name, PK_STR("pattern"))) {
            add_names(to, element, PK_FAMILY_BIT(family));
        } else {
            add_pattern(to, element, PK_FAMILY_BIT(family));
        }
    }
    index_entries(to);
    return true;
}

/* From XML, for tests and for those who write rules; the program has them laid flat. */
struct pk_families *pk_families_of_rules(struct pk_rules *rules, struct pk_error *error)
{
    struct pk_families *families = pk_calloc(1, sizeof *families);

    families->rules = *rules;
    families->screens = PK_NEW_ARRAY(&families->rules.arena, struct screen, PK_SYMBOL_KERNEL + 1);
    if (take(families, error))
        return families;
    pk_families_free(families);
    return NULL;
}

/* A test has held ours against the schema: that they cannot be taken now is a fault of the program.
 */
struct pk_families *pk_families_new(void)
{
    struct pk_error error = {0};
    struct pk_families *families;
    struct pk_rules rules;

    pk_rules_init(&rules, pk_flat_families);
    families = pk_families_of_rules(&rules, &error);
    if (!families)
        abort();
    return families;
}

/* The place of a bad pattern is the line of its element. */
bool pk_families_compile(struct pk_families *families, struct pk_error *error)
{
    for (size_t i = 0; i < families->patterns.size; i++) {
        struct pattern *pattern = &families->patterns.data[i];
        struct pk_error bad = {0};

        if (!pattern->match)
            pattern->match = pk_match_new(pattern->text, &bad);
        if (!pattern->match)
            return pk_error_set(error, PK_INPUT, pk_place_line(pattern->line, 0), "%s", bad.text);
    }
    return true;
}

/* Patterns are compiled when first asked for, so not all of them are there. */
void pk_families_free(struct pk_families *families)
{
    if (!families)
        return;
    for (size_t i = 0; i < families->patterns.size; i++)
        pk_match_free(families->patterns.data[i].match);
    for (int i = 0; i <= PK_SYMBOL_KERNEL; i++)
        pk_match_free(families->screens[i].match);
    pk_array_fini(&families->patterns);
    pk_array_fini(&families->entries);
    pk_rules_fini(&families->rules);
    pk_free(families);
}

struct pk_str pk_families_title(const struct pk_families *families, enum pk_family family)
{
    return families->titles[family];
}

/* ---- asking */

/* "<frozen os>" is os.py, which CPython carries within itself. */
static bool is_frozen(struct pk_str file, struct pk_str in)
{
    const size_t front = sizeof "<frozen " - 1;

    if (!pk_str_starts(file, PK_STR("<frozen ")) || !pk_str_ends(file, PK_STR(">")) ||
        !pk_str_ends(in, PK_STR(".py")))
        return false;
    return pk_str_equal(pk_str_slice(file, front, file.size - 1), pk_str_slice(in, 0, in.size - 3));
}

/* Whether `in` is the end of the path, or a folder on it, in whole names. Profiles of Windows are
 * read here, too. */
static bool is_in(struct pk_str file, struct pk_str in)
{
    bool is_folder = in.data[in.size - 1] == '/';

    if (is_frozen(file, in))
        return true;
    if (file.size < in.size)
        return false;
    for (size_t at = is_folder ? 0 : file.size - in.size; at <= file.size - in.size; at++)
        if (at == 0 || file.data[at - 1] == '/' || file.data[at - 1] == '\\') {
            size_t same = 0;

            while (same < in.size && (file.data[at + same] == in.data[same] ||
                                      (in.data[same] == '/' && file.data[at + same] == '\\')))
                same++;
            if (same == in.size)
                return true;
        }
    return false;
}

/* The families that list this name. Several entries may do so: of several families, or for several
 * files, of which only those count that the function is in. */
static uint64_t listed(const struct pk_families *families, const struct pk_symbol *symbol)
{
    uint32_t at = families->slots[slot_of(families, symbol->language, symbol->name)];
    uint64_t found = 0;

    for (; at != PK_NONE; at = families->entries.data[at].next) {
        const struct entry *entry = &families->entries.data[at];

        if (entry->language == symbol->language && pk_str_equal(entry->name, symbol->name) &&
            (!entry->in.data || is_in(symbol->file, entry->in)))
            found |= entry->families;
    }
    return found;
}

/* All patterns of a language as one, numbering the groups of each from 1 as if it were alone. */
static struct pk_match *join(const struct pk_families *families, enum pk_symbol_language language,
                             bool is_for_few)
{
    struct pk_buf text = {0};
    struct pk_error ignored = {0};
    struct pk_match *match = NULL;

    for (size_t i = 0; i < families->patterns.size; i++)
        if (families->patterns.data[i].language == language) {
            pk_buf_text(&text, text.size ? "|(?:" : "(?|(?:");
            pk_buf_str(&text, families->patterns.data[i].text);
            pk_buf_char(&text, ')');
        }
    pk_buf_char(&text, ')');
    match = is_for_few ? pk_match_new_for_few(pk_buf_view(&text), &ignored)
                       : pk_match_new(pk_buf_view(&text), &ignored);
    pk_buf_fini(&text);
    return match;
}

/* Whether any pattern of the language may match: a search that was given up says nothing. */
static bool may_match(const struct pk_families *families, const struct pk_symbol *symbol)
{
    struct screen *screen = &families->screens[symbol->language];
    struct pk_error given_up = {0};

    if (screen->asked == 0 || screen->asked == MANY) {
        pk_match_free(screen->match);
        screen->match = join(families, symbol->language, screen->asked == 0);
    }
    screen->asked += screen->asked <= MANY;
    return !screen->match || pk_match_find(screen->match, symbol->name, &given_up) ||
           given_up.status != PK_OK;
}

/* A name that a pattern needs too long for is in no family. Ours compile, as a test has seen. */
static uint64_t matched(const struct pk_families *families, const struct pk_symbol *symbol)
{
    uint64_t found = 0;

    if (!may_match(families, symbol))
        return 0;
    for (size_t i = 0; i < families->patterns.size; i++) {
        struct pattern *pattern = &families->patterns.data[i];
        struct pk_error ignored = {0};

        if (pattern->language != symbol->language)
            continue;
        if (!pattern->match)
            pattern->match = pk_match_new_for_few(pattern->text, &ignored);
        if (!pattern->match)
            abort();
        if (pk_match_find(pattern->match, symbol->name, &ignored))
            found |= pattern->families;
    }
    return found;
}

struct files {           /* of Python, that were asked for */
    struct pk_map texts; /* where their names stand: of equal ones in one place, in a profile */
    PK_ARRAY(uint64_t) families;
};

/* The families that list all functions of a file; without `files` nothing is remembered. */
static uint64_t of_file(const struct pk_families *families, struct pk_str file, struct files *files)
{
    const struct pk_symbol any = {PK_SYMBOL_PYTHON, PK_STR("*"), file};
    bool is_new;
    uint32_t id = files ? pk_map_add(&files->texts, &file.data, &is_new) : PK_NONE;

    if (id == PK_NONE)
        return listed(families, &any);
    if (is_new)
        pk_array_push(&files->families, listed(families, &any));
    return files->families.data[id];
}

/* `is_bare`: neither a file nor a module is known, so it may be of the kernel. */
static uint64_t of_symbol(const struct pk_families *families, struct pk_symbol symbol, bool is_bare,
                          struct files *files)
{
    uint64_t found = matched(families, &symbol) | listed(families, &symbol);

    /* <module> runs when it is imported, and <lambda> is called by whoever was given it. */
    if (symbol.language == PK_SYMBOL_PYTHON && !pk_str_starts(symbol.name, PK_STR("<")))
        found |= of_file(families, symbol.file, files);
    while (!found && symbol.language == PK_SYMBOL_C) {
        if (is_bare) {
            symbol.language = PK_SYMBOL_KERNEL;
            found = listed(families, &symbol);
            symbol.language = PK_SYMBOL_C;
        }
        if (found || !pk_symbol_unwrap(&symbol.name))
            break;
        found = listed(families, &symbol);
    }
    return found;
}

/* Processes, threads and what was made by profkit are no functions, whatever they are called. */
static uint64_t of_frame(const struct pk_families *families, const struct pk_frame *frame,
                         struct files *files)
{
    struct pk_buf room = {0};
    uint64_t found = 0;

    if (frame->kind != PK_KIND_THREAD && frame->kind != PK_KIND_PROCESS &&
        frame->kind != PK_KIND_SPECIAL)
        found = of_symbol(families, pk_symbol_of(frame, &room),
                          frame->file.size == 0 && frame->module.size == 0, files);
    pk_buf_fini(&room);
    return found;
}

uint64_t pk_families_of(const struct pk_families *families, const struct pk_frame *frame)
{
    return of_frame(families, frame, NULL);
}

/* Once for all functions: detectors ask again and again. */
uint64_t *pk_families_of_profile(const struct pk_families *families,
                                 const struct pk_profile *profile, struct pk_arena *arena)
{
    uint32_t n = pk_profile_frames(profile);
    uint64_t *sets = PK_NEW_ARRAY(arena, uint64_t, n);
    struct files files = {0};

    pk_map_init(&files.texts, sizeof(const char *));
    for (pk_frame_id i = 0; i < n; i++)
        sets[i] = of_frame(families, pk_profile_frame(profile, i), &files);
    pk_map_fini(&files.texts);
    pk_array_fini(&files.families);
    return sets;
}
