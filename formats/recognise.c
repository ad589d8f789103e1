/*
 * Files that are not read but known by their first bytes or by their first element: binary
 * recordings, other things that people give by mistake, XML, and pprof. Sources: the format notes;
 * magic numbers from file(1). Each says what it is and what to do instead.
 *
 * Traps: pprof has no magic number, so its fields are looked through; a folded stack may begin with
 * "<module>", so an element is believed only by its name; a .pyc is told by its third and fourth
 * byte.
 */
#include "formats/head.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "formats/readers.h"

/* Magic numbers are compared with the bytes as they are, before any conversion to text. */
static bool begins(struct pk_input *input, struct pk_str bytes)
{
    return pk_str_starts(pk_input_head(input), bytes);
}

/* One entry: known by the bytes it starts with. */
#define MAGIC(word, text, bytes, what, remedy)                                  \
    static int bid_##word(struct pk_input *input)                               \
    {                                                                           \
        return begins(input, PK_STR(bytes)) ? PK_RECOGNISE_MAGIC : PK_BID_NONE; \
    }                                                                           \
    const struct pk_reader pk_reader_##word = {                                 \
        .name = (text), .summary = (what), .bid = bid_##word, .hint = (remedy)};

MAGIC(gmon, "gmon.out", "gmon", "a gmon.out recording, not text",
      "gprof PROGRAM gmon.out > out.txt")
MAGIC(jfr, "jfr", "FLR\0", "a Java Flight Recorder file", "jfrconv --collapsed in.jfr out.folded")
MAGIC(sqlite, "sqlite", "SQLite format 3", "an SQLite database, not a profile",
      "export it as text with the tool that wrote it")
MAGIC(hprof, "hprof", "JAVA PROFILE 1.0", "a Java HPROF file, which profkit does not read", NULL)
MAGIC(sysprof_capture, "sysprof-capture", "\x5e\x97\xca\xfd",
      "a sysprof capture, which profkit does not read",
      "perf script of a perf recording holds the same samples")
MAGIC(v8_log, "v8-log", "v8-version,", "a V8 log, not a profile",
      "node --prof-process isolate.log, or record with node --cpu-prof")
MAGIC(mojo, "mojo", "MOJ", "austin's binary MOJO format", "mojo2austin in.mojo out.austin")

#undef MAGIC

/* "PERFFILE" is the first version of the format, still written by some kernels' tools. */
static int bid_perf_data(struct pk_input *input)
{
    bool is_perf = begins(input, PK_STR("PERFILE2")) || begins(input, PK_STR("PERFFILE"));

    return is_perf ? PK_RECOGNISE_MAGIC : PK_BID_NONE;
}

const struct pk_reader pk_reader_perf_data = {.name = "perf.data",
                                              .summary = "a perf binary recording, not text",
                                              .bid = bid_perf_data,
                                              .hint = "perf script -i perf.data | profkit -"};

/* Also an empty archive, which begins with its directory. */
static int bid_zip(struct pk_input *input)
{
    bool is_zip = begins(input, PK_STR("PK\3\4")) || begins(input, PK_STR("PK\5\6"));

    return is_zip ? PK_RECOGNISE_MAGIC : PK_BID_NONE;
}

const struct pk_reader pk_reader_zip = {.name = "zip",
                                        .summary = "a zip archive, not a profile",
                                        .bid = bid_zip,
                                        .hint = "unpack it and give the profile inside"};

/* What is left packed after two layers, or packed by what profkit does not unpack; tar has its
 * magic late. */
static int bid_packed(struct pk_input *input)
{
    static const struct pk_str magics[] = {
        PK_STR("\x1f\x8b"),
        PK_STR("\x28\xb5\x2f\xfd"),
        PK_STR("\xfd"
               "7zXZ\0"),
        PK_STR("BZh"),
        PK_STR("\x04\x22\x4d\x18"),
        PK_STR("7z\xbc\xaf\x27\x1c"),
        PK_STR("\x1f\x9d"),
        PK_STR("Rar!\x1a\x07"),
        PK_STR("LZIP"),
    };
    struct pk_str head = pk_input_head(input);

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (pk_str_starts(head, magics[i]))
            return PK_RECOGNISE_MAGIC;
    }
    return head.size > 262 && memcmp(head.data + 257, "ustar", 5) == 0 ? PK_RECOGNISE_MAGIC
                                                                       : PK_BID_NONE;
}

const struct pk_reader pk_reader_packed = {
    .name = "packed",
    .summary = "an archive, or packed in a way that profkit does not unpack",
    .bid = bid_packed,
    .hint = "unpack it first; gzip, zstd, xz and bzip2 are unpacked here, two layers at most"};

/* PNG, PDF, GIF, JPEG, WebP. */
static int bid_picture(struct pk_input *input)
{
    static const struct pk_str magics[] = {PK_STR("\x89PNG\r\n"), PK_STR("%PDF-"), PK_STR("GIF8"),
                                           PK_STR("\xff\xd8\xff"), PK_STR("RIFF")};

    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        if (begins(input, magics[i]))
            return PK_RECOGNISE_MAGIC;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_picture = {.name = "picture",
                                            .summary = "a picture, not a profile",
                                            .bid = bid_picture,
                                            .hint =
                                                "give the data that the picture was drawn from"};

/* Protocols 2 to 5; older pickles are text and fall through. */
static int bid_pickle(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);
    bool is_pickle =
        head.size >= 2 && head.data[0] == '\x80' && head.data[1] >= 2 && head.data[1] <= 5;

    return is_pickle ? PK_RECOGNISE_MAGIC : PK_BID_NONE;
}

const struct pk_reader pk_reader_pickle = {.name = "pickle",
                                           .summary =
                                               "a Python pickle, which profkit never unpickles",
                                           .bid = bid_pickle,
                                           .hint = "save a profile with Profile.dump_stats(FILE)"};

/* "xx yy 0d 0a", where yy is one of the few values that CPython's magic numbers have had. */
static int bid_pyc(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);

    if (head.size < 8 || memcmp(head.data + 2, "\r\n", 2) != 0)
        return PK_BID_NONE;
    unsigned char high = (unsigned char)head.data[1];
    bool is_pyc = (high >= 0x0b && high <= 0x10) || high == 0xf2 || high == 0xf3;

    return is_pyc ? PK_RECOGNISE_MAGIC : PK_BID_NONE;
}

const struct pk_reader pk_reader_pyc = {.name = "pyc",
                                        .summary = "compiled Python code, not a profile",
                                        .bid = bid_pyc,
                                        .hint = "python -m cProfile -o out.prof PROGRAM.py"};

/* gperftools: words 0, 3, 0, period, 0 of four or eight bytes; pprof's own reader takes them in any
 * width. */
static int bid_gperftools(struct pk_input *input)
{
    static const struct pk_str starts[] = {PK_STR("\0\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0"),
                                           PK_STR("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3"),
                                           PK_STR("\0\0\0\0\3\0\0\0"), PK_STR("\0\0\0\0\0\0\0\3")};

    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        if (begins(input, starts[i]))
            return PK_RECOGNISE_MAGIC;
    }
    return PK_BID_NONE;
}

const struct pk_reader pk_reader_gperftools = {
    .name = "gperftools",
    .summary = "a gperftools CPU profile, which profkit does not read",
    .bid = bid_gperftools,
    .hint = "pprof -proto PROGRAM in.prof > out.pb.gz"};

/* --- pprof --- */

/* A protobuf varint at `*at`, which moves behind it; false past the end or past 64 bits. */
static bool take_varint(struct pk_str head, size_t *at, uint64_t *value)
{
    *value = 0;
    for (unsigned shift = 0; *at < head.size && shift < 64; shift += 7) {
        unsigned char byte = (unsigned char)head.data[(*at)++];

        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

/* Skip one field of a Profile message: only its fields 1 to 15 with their wire types are legal. */
static bool skip_field(struct pk_str head, size_t *at, bool *is_past)
{
    static const char wires[] = "?222222000020*00"; /* by field; '*': comment[] is packed or not */
    uint64_t key, size;

    if (!take_varint(head, at, &key) || key >> 3 == 0 || key >> 3 > 15)
        return false;
    char wire = wires[key >> 3];
    if ((key & 7) != 0 && (key & 7) != 2)
        return false;
    if (wire != '*' && (uint64_t)(wire - '0') != (key & 7))
        return false;
    if (!take_varint(head, at, &size))
        return false;
    if ((key & 7) == 0)
        return true;
    *is_past = size > head.size - *at;
    *at = *is_past ? head.size : *at + (size_t)size;
    return true;
}

/* A Profile has small numbers everywhere, so its first 4 KiB hold control characters; letters alone
 * can look like fields by accident. */
static bool has_control(struct pk_str head)
{
    for (size_t i = 0; i < head.size; i++) {
        unsigned char c = (unsigned char)head.data[i];

        if (c < ' ' && !memchr("\t\n\r", c, 3))
            return true;
    }
    return false;
}

/* The whole window is fields of a Profile, the last of which may be cut off by it. */
static int bid_pprof(struct pk_input *input)
{
    struct pk_str head = pk_input_head(input);
    bool is_all = pk_input_head_is_all(input), is_past = false;
    size_t at = 0, fields = 0;

    if (!has_control(head))
        return PK_BID_NONE;
    /* Every byte must belong to a field; the first that cannot refuses the whole. */
    while (at < head.size && !is_past) {
        size_t from = at;

        if (!skip_field(head, &at, &is_past)) {
            /* A varint may be cut by the window as well: at most ten bytes of it are left. */
            if (is_all || head.size - from > 20)
                return PK_BID_NONE;
            break;
        }
        fields++;
    }
    return fields >= 3 && !(is_past && is_all) ? PK_RECOGNISE_PPROF : PK_BID_NONE;
}

const struct pk_reader pk_reader_pprof = {.name = "pprof",
                                          .summary = "a pprof profile",
                                          .gives = PK_TREE,
                                          .bid = bid_pprof,
                                          .hint = "pprof -raw in.pb.gz shows it as text"};
