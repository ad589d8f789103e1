/*
 * Where a frame is and whose it is, told by the path of its file. A path is shown relative to the
 * current directory, else from the package root: "…/json/encoder.py". Both separators count,
 * whatever the system of the reader, since the profile may come from another one.
 *
 * The roots are folders that package managers make; what follows one is the package. Trap: a
 * virtual environment inside the project has its own lib/python3.x/site-packages, so the last root
 * in a path decides.
 */
#include "render/label.h"

#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/clone.h"

#define MOST_MAPS ((size_t)1000)
#define ELLIPSIS "\xe2\x80\xa6"

struct root {
    const char *parent, *folder; /* path components; '#' stands for digits and dots, NULL for any */
    enum pk_label_owner owner;
};

static const struct root roots[] = {
    {NULL, "site-packages", PK_OWNER_LIBRARY}, {NULL, "dist-packages", PK_OWNER_LIBRARY},
    {NULL, "node_modules", PK_OWNER_LIBRARY},  {"pkg", "mod", PK_OWNER_LIBRARY},
    {"lib", "python#", PK_OWNER_RUNTIME},      {"lib64", "python#", PK_OWNER_RUNTIME},
    {"lib", "pypy#", PK_OWNER_RUNTIME},        {"lib-python", "#", PK_OWNER_RUNTIME},
    {NULL, "lib_pypy", PK_OWNER_RUNTIME},      {"Python#", "lib", PK_OWNER_RUNTIME},
    {"Python#", "Lib", PK_OWNER_RUNTIME},      {NULL, "python#.zip", PK_OWNER_RUNTIME},
};

/* Both kinds: the profile may come from another system. */
static bool is_separator(char c)
{
    return c == '/' || c == '\\';
}

/* True for a digit, and for a dot inside a version: "3.11" but not the dot of "311.zip". */
static bool is_version(struct pk_str s, size_t at)
{
    char c = at < s.size ? s.data[at] : 'x';
    char next = at + 1 < s.size ? s.data[at + 1] : 'x';

    return (c >= '0' && c <= '9') || (c == '.' && next >= '0' && next <= '9');
}

/* True when the component fits the pattern. */
static bool matches(struct pk_str component, const char *pattern)
{
    size_t at = 0;

    for (; *pattern; pattern++) {
        if (*pattern == '#') {
            size_t from = at;

            while (is_version(component, at))
                at++;
            if (at == from)
                return false;
        } else if (at == component.size || component.data[at++] != *pattern) {
            return false;
        }
    }
    return at == component.size;
}

/* The root that a folder is, or NULL. */
static const struct root *root_of(struct pk_str parent, struct pk_str folder)
{
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (matches(folder, roots[i].folder) &&
            (!roots[i].parent || matches(parent, roots[i].parent)))
            return &roots[i];
    return NULL;
}

/* The size of the path up to and with the last package root; 0 when it holds none. */
static size_t root_size(struct pk_str path, enum pk_label_owner *owner)
{
    struct pk_str parent = PK_STR("");
    size_t size = 0, from = 0;

    for (size_t i = 0; i < path.size; i++) {
        if (!is_separator(path.data[i]))
            continue;

        struct pk_str folder = pk_str_slice(path, from, i);
        const struct root *root = root_of(parent, folder);

        if (root) {
            size = i + 1;
            *owner = root->owner;
        }
        parent = folder;
        from = i + 1;
    }
    return size;
}

struct pk_str pk_label_path(struct pk_str path)
{
    static char here[4096]; /* asked for once: the program never changes its directory */
    static bool is_asked;

    if (!is_asked && !getcwd(here, sizeof here))
        here[0] = '\0';
    is_asked = true;

    size_t size = strlen(here);

    if (size > 1 && path.size > size + 1 && memcmp(path.data, here, size) == 0 &&
        path.data[size] == '/')
        return pk_str_slice(path, size + 1, path.size);
    /* A compiler that was given "./main.c" in the folder "." names it "././main.c". */
    while (path.size > 2 && path.data[0] == '.' && path.data[1] == '/')
        path = pk_str_slice(path, 2, path.size);
    return path;
}

/* Nothing for a frame without a file. With a root the ellipsis says that folders were left out; one
 * that is relative to the current directory needs none. */
void pk_label_place(struct pk_buf *out, const struct pk_frame *frame)
{
    struct pk_str path = frame->file;
    enum pk_label_owner owner;

    if (path.size == 0)
        return;
    size_t root = root_size(path, &owner);

    if (root > 0 && root < path.size) {
        pk_buf_text(out, ELLIPSIS "/");
        path = pk_str_slice(path, root, path.size);
    } else {
        path = pk_label_path(path);
    }
    pk_buf_str(out, path);
    if (frame->line > 0) {
        pk_buf_char(out, ':');
        pk_buf_int(out, frame->line);
    }
}

/* What the project says of itself; set once, before anything is asked. */
static struct {
    const char *const *own;
    size_t n_own, n_maps;
    struct {
        struct pk_str prefix;
        const char *module;
    } maps[MOST_MAPS];
} project;

void pk_label_own(const char *const *prefixes, size_t n)
{
    project.own = prefixes;
    project.n_own = n;
}

/* More than MOST_MAPS are not kept: each frame is compared with each. */
void pk_label_map(const char *prefix, const char *module)
{
    if (project.n_maps == MOST_MAPS)
        return;
    project.maps[project.n_maps].prefix = pk_str_of(prefix);
    project.maps[project.n_maps++].module = module;
}

/* The module that the project gives a file, or NULL: that of the longest prefix, the last of
 * several that are equal. */
static const char *mapped_module(struct pk_str file)
{
    const char *module = NULL;
    size_t longest = 0;

    for (size_t i = 0; file.size && i < project.n_maps; i++) {
        struct pk_str prefix = project.maps[i].prefix;

        if (prefix.size >= longest &&
            (pk_str_starts(file, prefix) || pk_str_starts(pk_label_path(file), prefix))) {
            module = project.maps[i].module;
            longest = prefix.size;
        }
    }
    return module;
}

static bool is_own(const struct pk_frame *frame)
{
    for (size_t i = 0; i < project.n_own; i++) {
        struct pk_str prefix = pk_str_of(project.own[i]);

        if (pk_str_starts(frame->file, prefix) || pk_str_starts(frame->module, prefix) ||
            pk_str_starts(frame->name, prefix) ||
            (frame->file.size && pk_str_starts(pk_label_path(frame->file), prefix)))
            return true;
    }
    return false;
}

/* What no root claims is the user's own code, also in C: no list of system folders would be right
 * everywhere. */
enum pk_label_owner pk_label_owner(const struct pk_frame *frame)
{
    enum pk_label_owner owner = PK_OWNER_OWN;

    if (frame->kind == PK_KIND_BUILTIN || pk_str_starts(frame->file, PK_STR("<frozen ")))
        return PK_OWNER_RUNTIME;
    if (project.n_own && is_own(frame))
        return PK_OWNER_OWN;
    (void)root_size(frame->file, &owner);
    return project.n_own && owner == PK_OWNER_OWN ? PK_OWNER_LIBRARY : owner;
}

/* The last component of a path, without the folders. */
static struct pk_str base_name(struct pk_str path)
{
    size_t from = path.size;

    while (from > 0 && !is_separator(path.data[from - 1]))
        from--;
    return pk_str_slice(path, from, path.size);
}

/* The size of what stands before the first separator, or before the first of `stops`. */
static size_t first_part(struct pk_str s, const char *stops)
{
    size_t size = 0;

    while (size < s.size && !is_separator(s.data[size]) && !strchr(stops, s.data[size]))
        size++;
    return size;
}

/* The package of a file below a root, the folder of any other, and of a lone file its stem. */
static struct pk_str module_of_file(struct pk_str path)
{
    enum pk_label_owner owner;
    size_t root = root_size(path, &owner);

    if (pk_str_starts(path, PK_STR("<frozen "))) {
        path = pk_str_slice(path, 8, path.size);
        return pk_str_slice(path, 0, first_part(path, ".>"));
    }
    if (root > 0) {
        path = pk_str_slice(path, root, path.size);
        return pk_str_slice(path, 0, first_part(path, "."));
    }
    path = pk_label_path(path);

    struct pk_str base = base_name(path);

    if (base.size + 1 < path.size)
        return base_name(pk_str_slice(path, 0, path.size - base.size - 1));
    return pk_str_slice(base, 0, first_part(base, "."));
}

/* The namespace in front of a name: of "std::sort" std, of "net/http.(*conn).serve" net/http, of
 * "a.b.c.d" a.b; empty when the name says nothing. */
static struct pk_str module_of_name(struct pk_str name)
{
    size_t dots = 0, last_slash = 0, second_dot = 0, last_dot = 0, i = 0;

    while (name.size > 0 && strchr("<&*", name.data[0]))
        name = pk_str_slice(name, 1, name.size);
    /* Up to the first character that no namespace holds: what follows are arguments or a file. */
    for (; i < name.size; i++) {
        char c = name.data[i];

        if (c == ':' && i + 1 < name.size && name.data[i + 1] == ':')
            return pk_str_slice(name, 0, i);
        if (c == '<' && i > 0 && memmem(name.data + i, name.size - i, "::", 2))
            return pk_str_slice(name, 0, i); /* a class template */
        if (strchr(" ()<>[]@;", c))
            break;
        if (c == '/') {
            last_slash = i;
            dots = 0;
        } else if (c == '.') {
            dots++;
            second_dot = last_dot;
            last_dot = i;
        }
    }
    if (last_slash > 0)
        return pk_str_slice(
            name, 0, dots > 0 && last_dot > last_slash && i < name.size ? last_dot : last_slash);
    if (i == name.size && dots > 0)
        return pk_str_slice(name, 0, dots > 2 ? second_dot : last_dot);
    return PK_STR_NULL;
}

/* Of "sqlite3.Cursor.execute [C]" sqlite3, of Xdebug's "php::sleep [C]" php; the methods of str and
 * its like are named without "builtins.". */
static struct pk_str module_of_builtin(struct pk_str name)
{
    static const char *const types[] = {"bytearray", "bytes", "code",       "complex",  "dict",
                                        "float",     "frame", "frozenset",  "function", "generator",
                                        "int",       "list",  "memoryview", "object",   "set",
                                        "slice",     "str",   "tuple",      "type"};
    struct pk_str first = pk_str_slice(name, 0, first_part(name, ".: "));

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (pk_str_equal(first, pk_str_of(types[i])))
            return PK_STR("builtins");
    return first;
}

/* The best witness first: what the project says, the module that was recorded, then the file, then
 * the name. Appends nothing where none of them says anything; the name of a clone of a compiler is
 * not asked, its dots part nothing. */
void pk_label_module(struct pk_buf *out, const struct pk_frame *frame)
{
    const char *mapped = mapped_module(frame->file);
    struct pk_buf name = {0};

    if (frame->kind == PK_KIND_SPECIAL)
        return;
    if (mapped) {
        pk_buf_text(out, mapped);
    } else if (frame->module.size > 0) {
        pk_buf_str(out, base_name(frame->module));
    } else if (frame->kind == PK_KIND_BUILTIN) {
        pk_label_name(&name, frame);
        pk_buf_str(out, module_of_builtin(pk_buf_view(&name)));
    } else if (frame->file.size > 0) {
        pk_buf_str(out, module_of_file(frame->file));
    } else if (frame->kind != PK_KIND_UNRESOLVED && frame->name.size > 0 &&
               pk_clone_at(frame->name) == frame->name.size) {
        pk_buf_str(out, module_of_name(pk_label_demangle(&name, frame->name) ? pk_buf_view(&name)
                                                                             : frame->name));
    }
    pk_buf_fini(&name);
}
