/*
 * Families out of families.xml: see families.h. Nearly all names are whole names, found in a sorted
 * list; the few patterns are compiled once and tried on each function once, not on each call.
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

struct entry {
    enum pk_symbol_language language;
    struct pk_str name;
    struct pk_str in; /* the end of the file's path, or with '/' behind it a folder; missing: any */
    uint64_t families;
};

struct pattern {
    enum pk_symbol_language language;
    struct pk_match *match;
    uint64_t families;
};

struct pk_families {
    struct pk_rules rules; /* owns the texts */
    struct pk_str titles[PK_FAMILIES];
    PK_ARRAY(struct entry) entries; /* ordered by language, then name */
    PK_ARRAY(struct pattern) patterns;
};

/* Entries of one name stand together, however many files they are for. */
static int compare(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;

    if (a->language != b->language)
        return a->language < b->language ? -1 : 1;
    return pk_str_compare(a->name, b->name);
}

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
                          pk_rules_attribute(element, "in"), families};
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

/* The place of a bad pattern is the line of its element. Blanks round it are the file's layout. */
static bool add_pattern(struct pk_families *to, const struct pk_rules_element *element,
                        uint64_t families, struct pk_error *error)
{
    struct pk_error bad = {0};
    struct pattern pattern = {language_of(pk_rules_attribute(element, "for")), NULL, families};
    struct pk_str text = element->text;

    while (text.size && is_space(text.data[0]))
        text = pk_str_slice(text, 1, text.size);
    while (text.size && is_space(text.data[text.size - 1]))
        text.size--;
    pattern.match = pk_match_new(text, &bad);
    if (!pattern.match)
        return pk_error_set(error, PK_INPUT, pk_place_line(element->line, 0), "%s", bad.text);
    pk_array_push(&to->patterns, pattern);
    return true;
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
        } else if (!add_pattern(to, element, PK_FAMILY_BIT(family), error)) {
            return false;
        }
    }
    if (to->entries.size)
        qsort(to->entries.data, to->entries.size, sizeof *to->entries.data, compare);
    return true;
}

static struct pk_families *read(const char *file, struct pk_str xml, struct pk_str schema,
                                struct pk_error *error)
{
    struct pk_families *families = pk_calloc(1, sizeof *families);

    if (pk_rules_read(&families->rules, file, xml, schema, error) && take(families, error))
        return families;
    error->file = file;
    pk_families_free(families);
    return NULL;
}

struct pk_families *pk_families_read(const char *file, struct pk_str xml, struct pk_error *error)
{
    return read(file, xml, pk_str_of(pk_asset_families_rng), error);
}

/* A test has read ours and held it against the schema: that it cannot be read now is a fault of the
 * program. */
struct pk_families *pk_families_new(void)
{
    struct pk_error error = {0};
    struct pk_families *families =
        read("families.xml", pk_str_of(pk_asset_families_xml), PK_STR_NULL, &error);

    if (!families)
        abort();
    return families;
}

void pk_families_free(struct pk_families *families)
{
    if (!families)
        return;
    for (size_t i = 0; i < families->patterns.size; i++)
        pk_match_free(families->patterns.data[i].match);
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

/* Profiles of Windows are read here, too. */
static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* "<frozen os>" is os.py, which CPython carries within itself. */
static bool is_frozen(struct pk_str file, struct pk_str in)
{
    const size_t front = sizeof "<frozen " - 1;

    if (!pk_str_starts(file, PK_STR("<frozen ")) || !pk_str_ends(file, PK_STR(">")) ||
        !pk_str_ends(in, PK_STR(".py")))
        return false;
    return pk_str_equal(pk_str_slice(file, front, file.size - 1), pk_str_slice(in, 0, in.size - 3));
}

/* Whether `in` is the end of the path, or a folder on it, in whole names. */
static bool is_in(struct pk_str file, struct pk_str in)
{
    bool is_folder = in.data[in.size - 1] == '/';

    if (is_frozen(file, in))
        return true;
    if (file.size < in.size)
        return false;
    for (size_t at = is_folder ? 0 : file.size - in.size; at <= file.size - in.size; at++)
        if (at == 0 || is_separator(file.data[at - 1])) {
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
    const struct entry key = {symbol->language, symbol->name, PK_STR_NULL, 0};
    size_t from = 0, to = families->entries.size;
    uint64_t found = 0;

    while (from < to) { /* the first that is not less */
        size_t middle = from + (to - from) / 2;

        if (compare(&families->entries.data[middle], &key) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    for (; from < families->entries.size; from++) {
        const struct entry *entry = &families->entries.data[from];

        if (compare(entry, &key) != 0)
            break;
        if (!entry->in.data || is_in(symbol->file, entry->in))
            found |= entry->families;
    }
    return found;
}

/* A name that a pattern needs too long for is in no family. */
static uint64_t matched(const struct pk_families *families, const struct pk_symbol *symbol)
{
    uint64_t found = 0;

    for (size_t i = 0; i < families->patterns.size; i++) {
        const struct pattern *pattern = &families->patterns.data[i];
        struct pk_error ignored = {0};

        if (pattern->language == symbol->language &&
            pk_match_find(pattern->match, symbol->name, &ignored))
            found |= pattern->families;
    }
    return found;
}

/* `is_bare`: neither a file nor a module is known, so it may be of the kernel. */
static uint64_t of_symbol(const struct pk_families *families, struct pk_symbol symbol, bool is_bare)
{
    const struct pk_symbol any = {symbol.language, PK_STR("*"), symbol.file};
    uint64_t found = matched(families, &symbol) | listed(families, &symbol);

    /* <module> runs when it is imported, and <lambda> is called by whoever was given it. */
    if (symbol.language == PK_SYMBOL_PYTHON && !pk_str_starts(symbol.name, PK_STR("<")))
        found |= listed(families, &any);

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

uint64_t pk_families_of(const struct pk_families *families, const struct pk_frame *frame)
{
    struct pk_buf room = {0};
    uint64_t found = 0;

    if (frame->kind != PK_KIND_THREAD && frame->kind != PK_KIND_PROCESS &&
        frame->kind != PK_KIND_SPECIAL)
        found = of_symbol(families, pk_symbol_of(frame, &room),
                          frame->file.size == 0 && frame->module.size == 0);
    pk_buf_fini(&room);
    return found;
}

uint64_t *pk_families_of_profile(const struct pk_families *families,
                                 const struct pk_profile *profile, struct pk_arena *arena)
{
    uint32_t n = pk_profile_frames(profile);
    uint64_t *sets = PK_NEW_ARRAY(arena, uint64_t, n);

    for (pk_frame_id i = 0; i < n; i++)
        sets[i] = pk_families_of(families, pk_profile_frame(profile, i));
    return sets;
}
