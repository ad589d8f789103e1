/*
 * The marshal decoder: every type code, reference tables, code objects in four layouts, and damage.
 * Expected values come from the format's definition (or from the Python that wrote the bytes, where
 * noted).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "formats/wire_marshal.h"

#define BYTES(literal) {(literal), sizeof(literal) - 1}

static void show(const struct pk_marshal_value *value, struct pk_buf *out);

static void show_items(const struct pk_marshal_value *value, const char *brackets,
                       struct pk_buf *out)
{
    pk_buf_char(out, brackets[0]);
    for (size_t i = 0; i < value->as.items.size; i++) {
        if (i)
            pk_buf_char(out, value->kind == PK_MARSHAL_DICT && i % 2 ? ':' : ',');
        show(value->as.items.data[i], out);
    }
    pk_buf_char(out, brackets[1]);
}

/* A value as short text; recursion is bounded by the depth limit of the decoder. */
static void show(const struct pk_marshal_value *value, struct pk_buf *out)
{
    char text[40];

    switch (value->kind) {
    case PK_MARSHAL_TUPLE:
    case PK_MARSHAL_LIST:
    case PK_MARSHAL_SET:
    case PK_MARSHAL_DICT:
    case PK_MARSHAL_SLICE:
        show_items(value, &"()[]<>{}||"[2 * (size_t)(value->kind - PK_MARSHAL_TUPLE)], out);
        break;
    case PK_MARSHAL_CODE:
        pk_buf_text(out, "code ");
        pk_buf_str(out, value->as.code->name);
        pk_buf_char(out, ' ');
        pk_buf_str(out, value->as.code->file);
        pk_buf_printf(out, " %" PRId32, value->as.code->line);
        break;
    case PK_MARSHAL_FLOAT:
        snprintf(text, sizeof text, "%.17g", value->as.real);
        pk_buf_text(out, text);
        break;
    case PK_MARSHAL_BYTES:
    case PK_MARSHAL_TEXT:
    case PK_MARSHAL_FLOAT_TEXT:
        pk_buf_char(out, value->kind == PK_MARSHAL_BYTES  ? 'b'
                         : value->kind == PK_MARSHAL_TEXT ? 'u'
                                                          : 'f');
        pk_buf_str(out, value->as.text);
        break;
    case PK_MARSHAL_BOOL:
        pk_buf_text(out, value->as.number ? "True" : "False");
        break;
    default:
        pk_buf_text(out, pk_marshal_describe(value, text, sizeof text));
    }
}

/* Decode one value and say what came: the value, "end", "cut", or "@offset: message". */
static void decode(struct pk_str bytes, uint64_t depth, struct pk_buf *out)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_marshal *marshal;
    struct pk_marshal_value *value = NULL;

    limits.depth = depth;
    marshal = pk_marshal_new(bytes.data, bytes.size, &limits);
    switch (pk_marshal_next(marshal, &value, &error)) {
    case PK_MARSHAL_VALUE:
        show(value, out);
        if (pk_marshal_offset(marshal) != bytes.size)
            pk_buf_printf(out, " left %zu", bytes.size - pk_marshal_offset(marshal));
        break;
    case PK_MARSHAL_END:
        pk_buf_text(out, "end");
        break;
    case PK_MARSHAL_CUT:
        pk_buf_text(out, "cut");
        assert_int_equal(error.status, PK_OK);
        break;
    case PK_MARSHAL_BAD:
        assert_int_equal(error.status, PK_INPUT);
        assert_int_equal(error.place.kind, PK_AT_OFFSET);
        pk_buf_printf(out, "@%" PRIu64 ": %s", error.place.offset, error.text);
    }
    pk_marshal_free(marshal);
}

struct example {
    struct pk_str bytes;
    const char *expected;
};

static void check_all(const struct example *examples, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct pk_buf out = {0};

        decode(examples[i].bytes, 100, &out);
        if (strcmp(out.data, examples[i].expected) != 0)
            fail_msg("example %zu: expected %s, found %s", i, examples[i].expected, out.data);
        pk_buf_fini(&out);
    }
}

#define CHECK_ALL(examples) check_all((examples), sizeof(examples) / sizeof *(examples))

static void marshal_reads_every_constant_and_number(void **state)
{
    static const struct example examples[] = {
        {BYTES("N"), "None"},
        {BYTES("T"), "True"},
        {BYTES("F"), "False"},
        {BYTES("."), "an ellipsis"},
        {BYTES("S"), "StopIteration"},
        {BYTES("i\x03\0\0\0"), "3"},
        {BYTES("i\xff\xff\xff\xff"), "-1"},
        {BYTES("I\0\0\0\0\x01\0\0\0"), "4294967296"},
        {BYTES("I\xfe\xff\xff\xff\xff\xff\xff\xff"), "-2"},
        {BYTES("g\0\0\0\0\0\0\xf8\x3f"), "1.5"},
        {BYTES("f\x05"
               "1e-05"),
         "f1e-05"},
        {BYTES("x\x01"
               "1\x01"
               "2"),
         "a complex number"},
        {BYTES("y\0\0\0\0\0\0\xf8\x3f\0\0\0\0\0\0\xf8\x3f"), "a complex number"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_reads_longs_of_fifteen_bit_digits(void **state)
{
    /* marshal.dumps of CPython 3.11 for 0, 2**31, -2**31-1, 2**63-1, -2**63, 2**63 and 2**80. */
    static const struct example examples[] = {
        {BYTES("l\0\0\0\0"), "0"},
        {BYTES("l\x03\0\0\0\0\0\0\0\x02\0"), "2147483648"},
        {BYTES("l\xfd\xff\xff\xff\x01\0\0\0\x02\0"), "-2147483649"},
        {BYTES("l\x05\0\0\0\xff\x7f\xff\x7f\xff\x7f\xff\x7f\x07\0"), "9223372036854775807"},
        {BYTES("l\xfb\xff\xff\xff\0\0\0\0\0\0\0\0\x08\0"), "-9223372036854775808"},
        {BYTES("l\x05\0\0\0\0\0\0\0\0\0\0\0\x08\0"), "an integer past 64 bits"},
        {BYTES("l\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\x20\0"), "an integer past 64 bits"},
        {BYTES("l\x02\0\0\0\x01\0\0\x80"), "@7: expected a digit of a long, found 0x8000"},
        {BYTES("l\x02\0\0\0\x01\0\0\0"), "@7: expected a digit of a long, found 0x0000"},
        {BYTES("l\0\0\0\x80"
               "12"),
         "@1: expected a length of at most 1, found 2147483648"},
        {BYTES("l\x02\0\0\0\x01\0"), "cut"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_reads_every_kind_of_string(void **state)
{
    static const struct example examples[] = {
        {BYTES("s\x02\0\0\0ab"), "bab"},
        {BYTES("t\x02\0\0\0ab"), "uab"},
        {BYTES("u\x03\0\0\0\xe2\x82\xac"), "u\xe2\x82\xac"},
        {BYTES("u\x03\0\0\0\xed\xa0\x80"), "u\xed\xa0\x80"}, /* a lone surrogate is kept */
        {BYTES("a\x01\0\0\0q"), "uq"},
        {BYTES("A\x01\0\0\0q"), "uq"},
        {BYTES("z\x01q"), "uq"},
        {BYTES("Z\x02q\xff"), "uq\xff"}, /* not ASCII, kept all the same */
        {BYTES("z\0"), "u"},
        {BYTES("s\xff\xff\xff\xff"), "@1: expected a length of at most 0, found -1"},
        {BYTES("s\0\0\0\x40"
               "abc"),
         "@1: expected a length of at most 3, found 1073741824"},
        {BYTES("s\x09\0\0\0"
               "abc"),
         "cut"},
        {BYTES("z\x09"
               "abc"),
         "cut"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_reads_every_container(void **state)
{
    static const struct example examples[] = {
        {BYTES("(\x02\0\0\0NT"), "(None,True)"},
        {BYTES(")\x02)\0(\0\0\0\0"), "((),())"},
        {BYTES("[\x01\0\0\0[\x01\0\0\0F"), "[[False]]"},
        {BYTES("<\x01\0\0\0N"), "<None>"},
        {BYTES(">\x01\0\0\0N"), "<None>"},
        {BYTES("{0"), "{}"},
        {BYTES("{z\x01"
               "aN{T{00"
               "0"),
         "@10: expected a value, found the end mark of a dict"},
        {BYTES("{z\x01"
               "aNN{TF00"),
         "{ua:None,None:{True:False}}"},
        {BYTES(":NTF"), "|None,True,False|"},
        {BYTES("0"), "end"},
        {BYTES("\xb0"), "end"},
        {BYTES(")\x01"
               "0"),
         "@2: expected a value, found the end mark of a dict"},
        {BYTES("{N0"), "@2: expected a value, found the end mark of a dict"},
        {BYTES("[\xff\xff\xff\xff"), "@1: expected a length of at most 0, found -1"},
        {BYTES(")\x02N"), "cut"},
        {BYTES("(\x02\0\0\0N"), "cut"},
        {BYTES("{N"), "cut"},
        {BYTES(""), "cut"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_gives_a_slot_when_the_type_byte_is_read(void **state)
{
    static const struct example examples[] = {
        /* Slot 0 is the tuple, although its children are complete before it: marshal.dumps of
           CPython. */
        {BYTES("\xa9\x02\xda\x01"
               "ar\x01\0\0\0"),
         "(ua,ua)"},
        {BYTES(")\x02\xa9\x01\xe9\x07\0\0\0r\0\0\0\0"), "((7),(7))"},
        {BYTES(")\x02\xa9\x01\xe9\x07\0\0\0r\x01\0\0\0"), "((7),7)"},
        {BYTES("\xfb\xe9\x01\0\0\0r\x01\0\0\0"
               "0"),
         "{1:1}"},
        /* The flag gives no slot on N F T . S, r and the end mark. */
        {BYTES(")\x03\xce\xe9\x05\0\0\0r\0\0\0\0"), "(None,5,5)"},
        {BYTES(")\x04\xd4\xc6\xe9\x05\0\0\0r\0\0\0\0"), "(True,False,5,5)"},
        {BYTES(")\x03\xe9\x05\0\0\0\xf2\0\0\0\0r\x01\0\0\0"),
         "@12: expected a reference to one of 1 earlier objects, found 1"},
        {BYTES(")\x02\xfb\xb0r\x01\0\0\0"),
         "@4: expected a reference to one of 1 earlier objects, found 1"},
        /* A container cannot be referred to from inside. */
        {BYTES("\xa9\x01r\0\0\0\0"), "@2: expected a reference to a complete object, found 0"},
        {BYTES("r\0\0\0\0"), "@0: expected a reference to one of 0 earlier objects, found 0"},
        {BYTES(")\x02\xe9\x05\0\0\0r\xff\xff\xff\xff"),
         "@7: expected a reference to one of 1 earlier objects, found 4294967295"},
        {BYTES("r\0\0"), "cut"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_keeps_the_string_table_of_python_2_apart(void **state)
{
    static const struct example examples[] = {
        {BYTES("(\x03\0\0\0t\x01\0\0\0at\x01\0\0\0bR\x01\0\0\0"), "(ua,ub,ub)"},
        {BYTES("(\x03\0\0\0s\x01\0\0\0at\x01\0\0\0bR\0\0\0\0"),
         "(ba,ub,ub)"}, /* s is not in the table */
        {BYTES("(\x02\0\0\0\xf4\x01\0\0\0aR\0\0\0\0"),
         "@11: expected a reference to one of 0 earlier strings, found 0"}, /* nor is a flagged t */
        {BYTES("(\x02\0\0\0\xf4\x01\0\0\0ar\0\0\0\0"), "(ua,ua)"},
        {BYTES("R\0\0\0\0"), "@0: expected a reference to one of 0 earlier strings, found 0"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_names_a_byte_that_is_no_type_code(void **state)
{
    (void)state;
    for (int byte = 0; byte < 256; byte++) {
        char bytes[2] = {')', 1}, expected[80];
        struct pk_buf in = {0}, out = {0};

        pk_buf_add(&in, bytes, 2);
        pk_buf_char(&in, (char)byte);
        decode(pk_buf_view(&in), 100, &out);
        snprintf(expected, sizeof expected, "@2: expected a marshal type code, found 0x%02x",
                 (unsigned)byte);
        /* The list of r_object in marshal.c, with the type codes of Python 2. */
        if (byte != 0x80 && byte != 0 && strchr("0NFT.SiIlfgxystuaAzZRr()[<>{:c", byte & 0x7f))
            assert_string_not_equal(out.data, expected);
        else
            assert_string_equal(out.data, expected);
        pk_buf_fini(&in);
        pk_buf_fini(&out);
    }
}

/* The code object of `def f(a): return a`, file x.py, line 7, in the layout of each Python. */
#define NUMBERS4 "\x01\0\0\0\x01\0\0\0\x01\0\0\0\x43\0\0\0"
#define NUMBERS5 "\x01\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x43\0\0\0"
#define NUMBERS6 "\x01\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x01\0\0\0\x43\0\0\0"
#define CODE2                                                                                  \
    "c" NUMBERS4 "s\x02\0\0\0|S(\x01\0\0\0N(\0\0\0\0(\x01\0\0\0t\x01\0\0\0a(\0\0\0\0(\0\0\0\0" \
    "s\x04\0\0\0x.pyt\x01\0\0\0f\x07\0\0\0s\x02\0\0\0\0\x01"
#define PARTS3                         \
    "s\x02\0\0\0|S)\x01N)\0)\x01z\x01" \
    "a)\0)\0z\x04x.pyZ\x01"            \
    "f\x07\0\0\0s\x02\0\0\0\0\x01"
#define CODE311                                     \
    "c" NUMBERS5 "s\x02\0\0\0|S)\x01N)\0)\x01z\x01" \
    "as\x01\0\0\0&z\x04x.pyZ\x01"                   \
    "fZ\x05"                                        \
    "C.f.f\x07\0\0\0"                               \
    "s\x02\0\0\0\0\x01s\0\0\0\0"

static void marshal_finds_the_layout_of_a_code_object(void **state)
{
    static const struct example examples[] = {
        {BYTES(CODE2), "code f x.py 7"},
        {BYTES("c" NUMBERS5 PARTS3), "code f x.py 7"},
        {BYTES("c" NUMBERS6 PARTS3), "code f x.py 7"},
        {BYTES(CODE311), "code f x.py 7"},
        /* What was read before the trial stays, what a failed trial read is forgotten. */
        {BYTES(")\x03\xda\x01k\xe3" NUMBERS6 PARTS3 "r\x01\0\0\0"),
         "(uk,code f x.py 7,code f x.py 7)"},
        {BYTES(")\x03" CODE311 CODE311 "z\x01k"), "(code f x.py 7,code f x.py 7,uk)"},
        /* A 3.11 file fails as 3.0 only after its constants: their string must count once. */
        {BYTES(")\x02"
               "c" NUMBERS5 "s\0\0\0\0)\x01t\x01\0\0\0k)\0)\0s\0\0\0\0z\x04x.pyZ\x01"
               "fZ\0"
               "\x07\0\0\0s\0\0\0\0s\0\0\0\0R\x01\0\0\0"),
         "@70: expected a reference to one of 1 earlier strings, found 1"},
        /* The layout of the first holds for the file. */
        {BYTES(")\x02" CODE311 "c" NUMBERS6 PARTS3),
         "@99: expected a marshal type code, found 0x43"},
        {BYTES("c" NUMBERS6 "NNN"), "@0: expected a code object, found none of its 4 layouts"},
        {BYTES("c" NUMBERS6), "cut"},
        {BYTES("c"), "cut"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_reads_code_inside_code(void **state)
{
    /* The constants of m are the function f and a flagged name, which m has too. */
    static const struct example examples[] = {
        {BYTES("c" NUMBERS5 "s\0\0\0\0)\x02" CODE311
               "\xda\x01m)\0)\0s\0\0\0\0z\x04x.pyr\0\0\0\0r\0\0\0\0\x01\0\0\0s\0\0\0\0s\0\0\0\0"),
         "code m x.py 1"},
    };

    (void)state;
    CHECK_ALL(examples);
}

static void marshal_cuts_of_a_code_object_are_cuts(void **state)
{
    (void)state;
    for (size_t size = 0; size < sizeof CODE311 - 1; size++) {
        struct pk_buf out = {0};

        decode((struct pk_str){CODE311, size}, 100, &out);
        assert_string_equal(out.data, "cut");
        pk_buf_fini(&out);
    }
}

static void marshal_stops_at_the_depth_limit(void **state)
{
    struct pk_buf in = {0}, out = {0};

    (void)state;
    for (int i = 0; i < 5; i++)
        pk_buf_add(&in, ")\x01", 2);
    pk_buf_char(&in, 'N');
    decode(pk_buf_view(&in), 5, &out);
    assert_string_equal(out.data, "(((((None)))))");
    pk_buf_reset(&out);
    decode(pk_buf_view(&in), 4, &out);
    assert_non_null(strstr(out.data, "@8: "));
    assert_non_null(strstr(out.data, "more than 4 levels of nested values"));
    pk_buf_fini(&in);
    pk_buf_fini(&out);
}

static void marshal_survives_a_million_open_tuples(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_marshal_value *value;
    struct pk_marshal *marshal;
    struct pk_buf in = {0};

    (void)state;
    for (int i = 0; i < 1000000; i++)
        pk_buf_add(&in, ")\x01", 2);
    pk_buf_char(&in, 'N');
    limits.depth = UINT64_MAX;
    marshal = pk_marshal_new(in.data, in.size, &limits);
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    pk_marshal_free(marshal);
    pk_buf_fini(&in);
}

static void marshal_keeps_shared_values_shared(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_marshal_value *value;
    struct pk_marshal *marshal;
    struct pk_buf in = {0};

    (void)state;
    pk_buf_add(&in, ")\x3c\xa9\0",
               4); /* 60 values, each a pair of the one before: 2^59 leaves if copied */
    for (int i = 0; i < 59; i++) {
        char pair[] = {(char)0xa9, 2, 'r', (char)i, 0, 0, 0, 'r', (char)i, 0, 0, 0};

        pk_buf_add(&in, pair, sizeof pair);
    }
    marshal = pk_marshal_new(in.data, in.size, &limits);
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    value = value->as.items.data[59];
    assert_ptr_equal(value->as.items.data[0], value->as.items.data[1]);
    pk_marshal_free(marshal);
    pk_buf_fini(&in);
}

static void marshal_opens_a_dict_and_gives_its_pairs(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_str bytes = BYTES("\xfb\xe9\x05\0\0\0r\x01\0\0\0r\0\0\0\0");
    struct pk_marshal *marshal = pk_marshal_new(bytes.data, bytes.size, &limits);
    struct pk_marshal_value *value;

    (void)state;
    assert_int_equal(pk_marshal_open_dict(marshal, &error), PK_MARSHAL_VALUE);
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    assert_int_equal(value->as.number, 5);
    assert_int_equal(value->offset, 1);
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_VALUE);
    assert_int_equal(value->as.number, 5); /* slot 1: slot 0 is the dict itself */
    assert_int_equal(pk_marshal_next(marshal, &value, &error), PK_MARSHAL_BAD);
    assert_string_equal(error.text, "expected a reference to a complete object, found 0");
    pk_marshal_free(marshal);
}

static void marshal_refuses_to_open_what_is_no_dict(void **state)
{
    struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_marshal *marshal = pk_marshal_new("[", 1, &limits);

    (void)state;
    assert_int_equal(pk_marshal_open_dict(marshal, &error), PK_MARSHAL_BAD);
    assert_string_equal(error.text, "expected a marshal dict, found type byte 0x5b");
    pk_marshal_free(marshal);
    marshal = pk_marshal_new("", 0, &limits);
    assert_int_equal(pk_marshal_open_dict(marshal, &error), PK_MARSHAL_CUT);
    pk_marshal_free(marshal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(marshal_reads_every_constant_and_number),
        cmocka_unit_test(marshal_reads_longs_of_fifteen_bit_digits),
        cmocka_unit_test(marshal_reads_every_kind_of_string),
        cmocka_unit_test(marshal_reads_every_container),
        cmocka_unit_test(marshal_gives_a_slot_when_the_type_byte_is_read),
        cmocka_unit_test(marshal_keeps_the_string_table_of_python_2_apart),
        cmocka_unit_test(marshal_names_a_byte_that_is_no_type_code),
        cmocka_unit_test(marshal_finds_the_layout_of_a_code_object),
        cmocka_unit_test(marshal_reads_code_inside_code),
        cmocka_unit_test(marshal_cuts_of_a_code_object_are_cuts),
        cmocka_unit_test(marshal_stops_at_the_depth_limit),
        cmocka_unit_test(marshal_survives_a_million_open_tuples),
        cmocka_unit_test(marshal_keeps_shared_values_shared),
        cmocka_unit_test(marshal_opens_a_dict_and_gives_its_pairs),
        cmocka_unit_test(marshal_refuses_to_open_what_is_no_dict),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
