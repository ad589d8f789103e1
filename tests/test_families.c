/*
 * Families of functions. The names are those of profiles of programs whose fault is known, and what
 * a name is for comes from the program's source and the manual of the library, not from here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/buf.h"
#include "rules/assets.h"
#include "rules/rules_xml.h"
#include "support.h"

#define BIT PK_FAMILY_BIT

static struct pk_families *families;

static int set_up(void **state)
{
    (void)state;
    families = pk_families_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    pk_families_free(families);
    return 0;
}

struct known {
    const char *name, *file;
    enum pk_frame_kind kind;
    uint64_t has, lacks;
};

static void assert_known(const struct known *table, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct pk_frame frame = {.name = pk_str_of(table[i].name),
                                 .file = pk_str_of(table[i].file),
                                 .kind = table[i].kind};
        uint64_t found = pk_families_of(families, &frame);

        if ((found & table[i].has) != table[i].has || (found & table[i].lacks))
            print_error("%s (%s): found %llx\n", table[i].name, table[i].file ? table[i].file : "",
                        (unsigned long long)found);
        assert_int_equal(found & table[i].has, table[i].has);
        assert_int_equal(found & table[i].lacks, 0);
    }
}

#define LIB "/usr/lib/python3.11/"

/* Whole libraries, but for what has no name; a folder of that name elsewhere is none of them. */
static void libraries_of_services_are_known_by_their_files(void **state)
{
    static const struct known table[] = {
        {"_send_output", "/usr/lib/python3.11/http/client.py", PK_KIND_FUNCTION,
         BIT(PK_FAMILY_NETWORK_CLIENT), BIT(PK_FAMILY_NETWORK)},
        {"<module>", "/usr/lib/python3.11/http/client.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"<lambda>", "/usr/lib/python3.11/socket.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"get", "/srv/venv/lib/python3.11/site-packages/redis/commands/core.py", PK_KIND_FUNCTION,
         BIT(PK_FAMILY_CACHE_CLIENT), BIT(PK_FAMILY_NETWORK_CLIENT)},
        {"get", "src/notredis/core.py", PK_KIND_FUNCTION, 0, BIT(PK_FAMILY_CACHE_CLIENT)},
        {"<method 'close' of 'sqlite3.Connection' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_DATABASE_CLIENT), BIT(PK_FAMILY_DATABASE)},
        {"memcached_set", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_CACHE_CLIENT), 0},
        {"rd_kafka_produce", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_MESSAGE_CLIENT), 0},
    };

    (void)state;
    assert_known(table, sizeof table / sizeof *table);
}

/* The callees that label.json of the known programs blames, in cProfile's spelling. */
static void what_is_slow_in_known_pstats_is_known(void **state)
{
    static const struct known table[] = {
        {"<built-in method posix.stat>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_STAT), 0},
        {"<built-in method posix.mkdir>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_STAT), 0},
        {"makedirs", "<frozen os>", PK_KIND_FUNCTION, BIT(PK_FAMILY_STAT), 0},
        {"<built-in method io.open>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_OPEN), 0},
        {"<method 'execute' of 'sqlite3.Connection' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_DATABASE) | BIT(PK_FAMILY_QUERY), 0},
        {"<method 'executemany' of 'sqlite3.Connection' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_DATABASE), BIT(PK_FAMILY_QUERY)},
        {"urlopen", LIB "urllib/request.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_NETWORK), 0},
        {"<method 'connect' of '_socket.socket' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_NETWORK), 0},
        {"loads", LIB "json/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_DECODE),
         BIT(PK_FAMILY_ENCODE)},
        {"dumps", LIB "json/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_ENCODE),
         BIT(PK_FAMILY_DECODE)},
        {"_compile", LIB "re/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_REGEX_COMPILE), 0},
        {"<method 'match' of 're.Pattern' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_REGEX_MATCH), BIT(PK_FAMILY_REGEX_COMPILE)},
        {"debug", LIB "logging/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_LOG_FRONT),
         BIT(PK_FAMILY_LOG_EMIT)},
        {"emit", LIB "logging/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_LOG_EMIT),
         BIT(PK_FAMILY_LOG_FRONT)},
        {"run", LIB "subprocess.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_SPAWN), 0},
        {"<built-in method _posixsubprocess.fork_exec>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_SPAWN), 0},
        {"<built-in method strptime>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_STRPTIME), 0},
        {"deepcopy", LIB "copy.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_DEEPCOPY) | BIT(PK_FAMILY_COPY),
         0},
        {"<built-in method time.sleep>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_SLEEP), 0},
        {"<built-in method _socket.getaddrinfo>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_DNS), 0},
    };
    (void)state;

    assert_known(table, sizeof table / sizeof *table);
}

static void the_same_functions_are_known_in_other_profiles(void **state)
{
    static const struct known table[] = {
        /* pprofile */
        {"loads:299", LIB "json/__init__.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_DECODE), 0},
        {"isEnabledFor:1734", LIB "logging/__init__.py", PK_KIND_FUNCTION, 0,
         BIT(PK_FAMILY_LOG_EMIT) | BIT(PK_FAMILY_LOG_FRONT)},
        /* perf, CPython 3.13 and what it calls */
        {"py::loads:/usr/lib/python3.13/json/__init__.py", NULL, PK_KIND_JIT, BIT(PK_FAMILY_DECODE),
         0},
        {"py::Logger.debug:/usr/lib/python3.13/logging/__init__.py", NULL, PK_KIND_JIT,
         BIT(PK_FAMILY_LOG_FRONT), 0},
        {"PyUnicode_Format", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_FORMAT), 0},
        {"__GI___mkdir", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_STAT), 0},
        {"do_nanosleep", NULL, PK_KIND_KERNEL, BIT(PK_FAMILY_SLEEP), 0},
        {"pthread_mutex_lock@@GLIBC_2.2.5", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_LOCK), 0},
        {"__GI___pthread_mutex_unlock_usercnt", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_LOCK), 0},
        /* collapsed: kernel functions without a mark */
        {"debug", "/usr/lib/python3.8/logging/__init__.py", PK_KIND_FUNCTION,
         BIT(PK_FAMILY_LOG_FRONT), 0},
        {"__GI___libc_write", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_WRITE), 0},
        {"generic_perform_write", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_WRITE), 0},
        {"deepcopy", "C:\\Python39\\lib\\copy.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_DEEPCOPY), 0},
        /* callgrind */
        {"write", "io/../sysdeps/unix/sysv/linux/write.c", PK_KIND_FUNCTION, BIT(PK_FAMILY_WRITE),
         0},
        {"malloc", "./malloc/malloc.c", PK_KIND_FUNCTION, BIT(PK_FAMILY_ALLOCATE),
         BIT(PK_FAMILY_FREE)},
        {"__memcpy_avx_unaligned_erms", "memmove-vec-unaligned-erms.S", PK_KIND_FUNCTION,
         BIT(PK_FAMILY_COPY), 0},
        /* C++ */
        {"std::__cxx11::basic_regex<char, std::regex_traits<char> >::_M_compile(char const*)", NULL,
         PK_KIND_FUNCTION, BIT(PK_FAMILY_REGEX_COMPILE), BIT(PK_FAMILY_REGEX_MATCH)},
        {"operator new(unsigned long)", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_ALLOCATE), 0},
        {"std::this_thread::sleep_for<long, std::ratio<1l, 1000l> >", NULL, PK_KIND_FUNCTION,
         BIT(PK_FAMILY_SLEEP), 0},
    };
    (void)state;

    assert_known(table, sizeof table / sizeof *table);
}

/* Seen in the profiles of tests/eval; what only hands on a part is no whole. */
static void what_is_slow_in_other_programs_is_known(void **state)
{
    static const struct known table[] = {
        {"fromstring", LIB "xml/etree/ElementTree.py", PK_KIND_FUNCTION,
         BIT(PK_FAMILY_PARSE) | BIT(PK_FAMILY_DECODE), 0},
        {"__next__", LIB "csv.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_DECODE), BIT(PK_FAMILY_PARSE)},
        {"_RealGetContents", LIB "zipfile.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_OPEN), 0},
        {"<method 'recv_into' of '_socket.socket' objects>", NULL, PK_KIND_BUILTIN,
         BIT(PK_FAMILY_NETWORK) | BIT(PK_FAMILY_RECEIVE),
         BIT(PK_FAMILY_REQUEST) | BIT(PK_FAMILY_SEND)},
        {"create_connection", LIB "socket.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_REQUEST),
         BIT(PK_FAMILY_SEND)},
        {"compile", LIB "re/_compiler.py", PK_KIND_FUNCTION, BIT(PK_FAMILY_REGEX_MISS),
         BIT(PK_FAMILY_REGEX_BUILD)},
        {"pcre2_compile_8", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_REGEX_BUILD),
         BIT(PK_FAMILY_REGEX_MISS)},
        {"<method 'append' of 'list' objects>", NULL, PK_KIND_BUILTIN, BIT(PK_FAMILY_KEEP), 0},
        {"g_strconcat", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_CONCAT), BIT(PK_FAMILY_STRLEN)},
        {"g_list_append", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_WALK), BIT(PK_FAMILY_SHIFT)},
        {"__cxa_throw", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_THROW) | BIT(PK_FAMILY_EXCEPTION), 0},
        {"__memcpy_avx_unaligned_erms", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_BLOCK_COPY), 0},
        {"read", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_RAW_READ) | BIT(PK_FAMILY_READ), 0},
        {"readFileSync", "node:fs", PK_KIND_FUNCTION, BIT(PK_FAMILY_OPEN), BIT(PK_FAMILY_RAW_READ)},
        {"void std::sort<int*>(int*, int*)", NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_SORT), 0},
        {"std::basic_string<char> std::operator+<char>(std::basic_string<char> const&, "
         "char const*)",
         NULL, PK_KIND_FUNCTION, BIT(PK_FAMILY_CONCAT), 0},
        {"std::operator+(X, Y)", NULL, PK_KIND_FUNCTION, 0, BIT(PK_FAMILY_CONCAT)},
        {"std::_Rb_tree<int>::_Link* std::_Rb_tree<int>::_M_copy<false>(int)", NULL,
         PK_KIND_FUNCTION, BIT(PK_FAMILY_DEEPCOPY), 0},
        {"std::map<int, int>::map(std::map<int, int> const&)", NULL, PK_KIND_FUNCTION,
         BIT(PK_FAMILY_DEEPCOPY), 0},
        {"std::map<int, int>::map()", NULL, PK_KIND_FUNCTION, 0, BIT(PK_FAMILY_DEEPCOPY)},
    };
    (void)state;

    assert_known(table, sizeof table / sizeof *table);
}

/* A user may call a function as a library does. */
static void functions_of_the_user_are_in_no_family(void **state)
{
    static const struct known table[] = {
        {"loads", "app/bad.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"open", "app/bad.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"write", "app/bad.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"deepcopy", "app/mycopy.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"compile", "app/core.py", PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"py::open:app/bad.py", NULL, PK_KIND_JIT, 0, UINT64_MAX},
        {"read_all", NULL, PK_KIND_FUNCTION, 0, UINT64_MAX},
        {"vfs_read", "src/vfs.c", PK_KIND_FUNCTION, 0, UINT64_MAX}, /* not of the kernel */
        {"write", NULL, PK_KIND_THREAD, 0, UINT64_MAX},
        {"sleep", NULL, PK_KIND_PROCESS, 0, UINT64_MAX},
        {"", NULL, PK_KIND_FUNCTION, 0, UINT64_MAX},
        {NULL, NULL, PK_KIND_UNRESOLVED, 0, UINT64_MAX},
    };
    (void)state;

    assert_known(table, sizeof table / sizeof *table);
}

static void every_family_has_a_title(void **state)
{
    (void)state;

    for (int i = 0; i < PK_FAMILIES; i++) {
        assert_non_null(pk_family_ids[i]);
        assert_true(pk_families_title(families, (enum pk_family)i).size > 0);
    }
}

static void assert_refused(const char *inside, uint64_t line, const char *words)
{
    struct pk_error error = {0};
    struct pk_buf xml = {0};

    pk_buf_printf(&xml, "<families>\n%s\n</families>", inside);
    assert_null(pk_families_read("own.xml", pk_buf_view(&xml), &error));
    support_expect_error(&error, "own.xml", line, words);
    pk_buf_fini(&xml);
}

static void mistakes_in_a_file_of_families_are_told_with_their_line(void **state)
{
    (void)state;

    assert_refused("<family id='stat' title='t'><c>stat</c></family>\n"
                   "<family id='stat' title='t'><c>stat</c></family>",
                   3, "second time");
    assert_refused("<family id='no-such' title='t'><c>stat</c></family>", 2, "'no-such'");
    assert_refused("<family id='stat' title='t'><c>stat</c>\n"
                   "<pattern for='c'>a(</pattern></family>",
                   3, "missing closing parenthesis");
    assert_refused("<family id='stat' title='t'>\n<c> </c></family>", 3, "validate");
    assert_refused("<family id='stat' title='t'>\n<python>x</python></family>", 3, "python");
    assert_refused("<family id='stat' title='t'>\n<rust>x</rust></family>", 3, "rust");
    assert_refused("<family id='stat' title='t'/>", 2, "Expecting an element");
}

/* Seven names on a tree of folders: the ends of paths are compared by whole names. */
static void a_file_is_known_by_the_end_of_its_path(void **state)
{
    static const char xml[] = "<families><family id='read' title='t'>"
                              "<python in='a/b.py'>f</python><python in='pkg/'>g</python>"
                              "</family></families>";
    static const struct {
        const char *name, *file;
        bool is_known;
    } table[] = {
        {"f", "a/b.py", true},     {"f", "/x/a/b.py", true},   {"f", "/x/aa/b.py", false},
        {"f", "b.py", false},      {"g", "/x/pkg/c.py", true}, {"g", "/x/mypkg/c.py", false},
        {"g", "pkg/d/e.py", true},
    };
    struct pk_error error = {0};
    struct pk_families *own = pk_families_read("own.xml", PK_STR(xml), &error);
    (void)state;

    assert_non_null(own);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct pk_frame frame = {.name = pk_str_of(table[i].name),
                                 .file = pk_str_of(table[i].file)};

        assert_int_equal(pk_families_of(own, &frame), table[i].is_known ? BIT(PK_FAMILY_READ) : 0);
    }
    pk_families_free(own);
}

/* Patterns of a language are tried as one first, whose groups must not get in each other's way;
 * from some number of functions on another form of it is used. */
static void patterns_of_a_language_are_found_however_many_functions_ask(void **state)
{
    static const char xml[] =
        "<families><family id='read' title='t'>"
        "<pattern for='c'>^r(a|b)\\1$</pattern></family>"
        "<family id='write' title='t'>"
        "<pattern for='c'>^(?i:w)(x|y)\\1$|^both$</pattern></family>"
        "<family id='sync' title='t'>"
        "<pattern for='c'>^(?&lt;n>s)(?i)ync|both$</pattern></family></families>";
    static const struct {
        const char *name;
        uint64_t families;
    } table[] = {
        {"raa", BIT(PK_FAMILY_READ)},
        {"rbb", BIT(PK_FAMILY_READ)},
        {"rab", 0},
        {"RAA", 0},
        {"wxx", BIT(PK_FAMILY_WRITE)},
        {"Wyy", BIT(PK_FAMILY_WRITE)},
        {"wxy", 0},
        {"sYNC", BIT(PK_FAMILY_SYNC)},
        {"SYNC", 0},
        {"BOTH", BIT(PK_FAMILY_SYNC)},
        {"f", 0},
        {"both", BIT(PK_FAMILY_WRITE) | BIT(PK_FAMILY_SYNC)},
    };
    struct pk_error error = {0};
    struct pk_families *own = pk_families_read("own.xml", PK_STR(xml), &error);
    (void)state;

    assert_non_null(own);
    for (size_t round = 0; round < 400; round++)
        for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
            struct pk_frame frame = {.name = pk_str_of(table[i].name)};

            assert_true(pk_families_of(own, &frame) == table[i].families);
        }
    pk_families_free(own);
}

/* The program itself does not ask, as that takes longer than all else it does with them. */
static void the_families_of_the_program_are_as_the_schema_has_it(void **state)
{
    struct pk_error error = {0};
    struct pk_families *own =
        pk_families_read("families.xml", pk_str_of(pk_asset_families_xml), &error);
    (void)state;

    assert_non_null(own);
    pk_families_free(own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(libraries_of_services_are_known_by_their_files),
        cmocka_unit_test(what_is_slow_in_known_pstats_is_known),
        cmocka_unit_test(the_same_functions_are_known_in_other_profiles),
        cmocka_unit_test(what_is_slow_in_other_programs_is_known),
        cmocka_unit_test(functions_of_the_user_are_in_no_family),
        cmocka_unit_test(the_families_of_the_program_are_as_the_schema_has_it),
        cmocka_unit_test(every_family_has_a_title),
        cmocka_unit_test(mistakes_in_a_file_of_families_are_told_with_their_line),
        cmocka_unit_test(a_file_is_known_by_the_end_of_its_path),
        cmocka_unit_test(patterns_of_a_language_are_found_however_many_functions_ask),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
