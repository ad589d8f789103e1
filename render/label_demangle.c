/*
 * Names as compilers mangle them, made readable. C++ (Itanium ABI, "_ZN3foo3barEv") is left to
 * __cxa_demangle of libstdc++, which is loaded when the first such name is met: linked, it would
 * cost every start more than all the rest of the program. Rust's older form is a C++ name whose
 * last part is a hash, "_ZN4core3fmt5write17h0123456789abcdefE": a list of parts with their
 * lengths, decoded here. Rust's newer form ("_R...") stays as it is: no library of the system reads
 * it, and perf does so itself.
 *
 * Traps: a name of 200 bytes can stand for megabytes, as a part is repeated by a reference of three
 * bytes, and the library has no limit: references are counted first. It recurses over a name, so
 * the size has a limit that 256 kB of stack hold. Both are above all of 94,000 names of libclang,
 * LLVM and libstdc++ but five. Hostile files have many such names: all that is written is counted
 * too. What is past a limit stays as it is.
 */
#include "render/label.h"

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"

#define MOST_BYTES 512           /* of a name */
#define MOST_REFERENCES 40       /* in it; what is expanded for each of a list counts as twelve */
#define MOST_WRITTEN (64u << 20) /* bytes in all */
#define RUST_HASH 20             /* "17h" and 16 digits, "E" */

typedef char *demangle_function(const char *name, char *buffer, size_t *size, int *status);

/* What was asked last, by hash: pictures ask for the same name once for each box. */
struct remembered {
    struct pk_buf name, shown; /* no name: empty; shown is empty where it cannot be demangled */
};

#define REMEMBERED 1024u /* a power of two */

struct library {
    demangle_function *demangle; /* NULL: not there */
    bool is_asked;
    size_t written;
    struct remembered last[REMEMBERED];
};

/* --- Rust --- */

/* "$LT$" and its like at the front of `s`; its size, or 0. */
static size_t add_escape(struct pk_buf *out, struct pk_str s)
{
    static const struct {
        const char *escape, *text;
    } escapes[] = {{"$SP$", "@"},  {"$BP$", "*"},  {"$RF$", "&"},  {"$LT$", "<"},  {"$GT$", ">"},
                   {"$LP$", "("},  {"$RP$", ")"},  {"$C$", ","},   {"$u20$", " "}, {"$u22$", "\""},
                   {"$u27$", "'"}, {"$u2b$", "+"}, {"$u3b$", ";"}, {"$u3d$", "="}, {"$u5b$", "["},
                   {"$u5d$", "]"}, {"$u7b$", "{"}, {"$u7d$", "}"}, {"$u7e$", "~"}, {"..", "::"}};

    for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
        if (pk_str_starts(s, pk_str_of(escapes[i].escape))) {
            pk_buf_text(out, escapes[i].text);
            return strlen(escapes[i].escape);
        }
    return 0;
}

static void add_part(struct pk_buf *out, struct pk_str part)
{
    size_t at = pk_str_starts(part, PK_STR("_$")) ? 1 : 0;

    while (at < part.size) {
        size_t size = add_escape(out, pk_str_slice(part, at, part.size));

        if (size == 0)
            pk_buf_char(out, part.data[at++]);
        at += size;
    }
}

/* The parts of "_ZN", then "17h", 16 digits and "E"; false when it is no name of Rust. */
static bool add_rust(struct pk_buf *out, struct pk_str name)
{
    size_t before = out->size, at = 3, end = name.size;

    if (name.size < 3 + RUST_HASH || memcmp(name.data + end - RUST_HASH, "17h", 3) != 0 ||
        name.data[end - 1] != 'E' || !pk_str_starts(name, PK_STR("_ZN")))
        return false;
    for (size_t i = end - 17; i < end - 1; i++)
        if (!strchr("0123456789abcdef", name.data[i]) || !name.data[i])
            return false;
    end -= RUST_HASH;
    while (at < end) {
        size_t size = 0;

        for (; at < end && name.data[at] >= '0' && name.data[at] <= '9' && size <= MOST_BYTES; at++)
            size = size * 10 + (size_t)(name.data[at] - '0');
        if (size == 0 || size > end - at) {
            out->size = before;
            return false;
        }
        if (out->size > before)
            pk_buf_text(out, "::");
        add_part(out, pk_str_slice(name, at, at + size));
        at += size;
    }
    return out->size > before;
}

/* --- C++ --- */

/* How much of it could be repeated, as said above. */
static size_t count_references(struct pk_str name)
{
    size_t n = 0;

    for (size_t i = 0; i + 1 < name.size; i++) {
        char c = name.data[i], next = name.data[i + 1];

        if (c == 'S' || c == 'T')
            n += next == '_' || (next >= '0' && next <= '9') || (next >= 'A' && next <= 'Z');
        else if ((c == 'D' || c == 's') && next == 'p')
            n += 12;
    }
    return n;
}

/* Nothing is done with what the library finds wrong: the name is shown as it is. */
static bool add_cxx(struct library *library, struct pk_buf *out, const char *name)
{
    int status = -1;
    char *text;

    if (!library->is_asked) {
        void *handle = dlopen("libstdc++.so.6", RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
        void *symbol = handle ? dlsym(handle, "__cxa_demangle") : NULL;

        library->is_asked = true;
        memcpy(&library->demangle, &symbol, sizeof symbol);
    }
    if (!library->demangle)
        return false;
    text = library->demangle(name, NULL, NULL, &status);
    if (status == -1)
        pk_out_of_memory();
    if (!text)
        return false;
    library->written += strlen(text);
    pk_buf_text(out, text);
    pk_free(text);
    return true;
}

/* --- both --- */

/* The mangled name at the front: what tools put behind it ("@plt", "'2", "+0x1f") is none of it. */
static size_t mangled_size(struct pk_str name)
{
    size_t size = 0;

    while (size < name.size &&
           ((name.data[size] >= 'a' && name.data[size] <= 'z') ||
            (name.data[size] >= 'A' && name.data[size] <= 'Z') ||
            (name.data[size] >= '0' && name.data[size] <= '9') || name.data[size] == '_' ||
            name.data[size] == '.' || name.data[size] == '$'))
        size++;
    return size;
}

static void demangle(struct library *library, struct pk_buf *out, struct pk_str name)
{
    size_t size = mangled_size(name), llvm = size;
    struct pk_str front = pk_str_slice(name, 0, size);
    const char *mark = memmem(front.data, front.size, ".llvm.", 6);
    bool done;

    if (mark) /* of a copy that the linker made */
        llvm = (size_t)(mark - front.data);
    done = add_rust(out, pk_str_slice(front, 0, llvm));
    if (!done && size <= MOST_BYTES && library->written < MOST_WRITTEN &&
        count_references(front) <= MOST_REFERENCES) {
        struct pk_buf copy = {0};

        pk_buf_str(&copy, front);
        done = add_cxx(library, out, copy.data);
        pk_buf_fini(&copy);
    }
    if (done)
        pk_buf_str(out, pk_str_slice(name, size, name.size));
}

bool pk_label_demangle(struct pk_buf *out, struct pk_str name)
{
    static struct library library; /* the program shows names from one thread */
    struct remembered *last;

    if (!pk_str_starts(name, PK_STR("_Z")) || name.size > (size_t)4 * MOST_BYTES)
        return false;
    last = &library.last[pk_map_hash(name.data, name.size) & (REMEMBERED - 1)];
    if (!pk_str_equal(pk_buf_view(&last->name), name)) {
        pk_buf_reset(&last->name);
        pk_buf_reset(&last->shown);
        pk_buf_str(&last->name, name);
        demangle(&library, &last->shown, name);
    }
    pk_buf_str(out, pk_buf_view(&last->shown));
    return last->shown.size > 0;
}
