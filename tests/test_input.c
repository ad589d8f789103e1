/*
 * What can be opened, what comes out of it, and how it ends: files, FIFOs with a slow writer,
 * packed data cut at every byte, packings in packings, bombs, and text in UTF-16.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/input.h"
#include "base/limits.h"
#include "base/str.h"
#include "tests/packed.h"

struct outcome { /* all that reading an input to its end tells */
    struct pk_buf bytes;
    struct pk_error error;
    bool is_truncated, head_is_all;
};

static struct pk_limits limits;

static int setup(void **state)
{
    static char folder[] = "test_input.XXXXXX";

    limits = pk_limits_default();
    *state = mkdtemp(folder);
    return *state && chdir(folder) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    return chdir("..") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static void write_file(const char *name, struct pk_str bytes)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_true(write(fd, bytes.data, bytes.size) == (ssize_t)bytes.size);
    close(fd);
}

/* Look at the head, read in pieces of `step` bytes, free. */
static struct outcome drain(struct pk_input *input, size_t step)
{
    struct outcome o = {0};
    struct pk_str head = pk_input_head(input);
    size_t got, same;

    o.head_is_all = pk_input_head_is_all(input);
    do {
        pk_buf_reserve(&o.bytes, step);
        got = pk_input_read(input, o.bytes.data + o.bytes.size, step, &o.error);
        o.bytes.size += got;
        o.bytes.data[o.bytes.size] = '\0';
    } while (got > 0);
    same = head.size < o.bytes.size ? head.size : o.bytes.size;
    assert_memory_equal(head.data, o.bytes.data, same);
    assert_int_equal(same, head.size);
    assert_int_equal(pk_input_read(input, o.bytes.data, 1, &o.error), 0); /* and stays at the end */
    o.is_truncated = pk_input_is_truncated(input);
    pk_input_free(input);
    return o;
}

static struct outcome drain_memory(struct pk_str bytes, size_t step)
{
    return drain(pk_input_memory("t", bytes.data, bytes.size, &limits), step);
}

static void input_names_what_cannot_be_opened(void **state)
{
    static const struct {
        const char *path, *text;
    } cases[] = {
        {"missing", "no such file or directory"},  {".", "is a directory"},
        {"dangling", "no such file or directory"}, {"loop", "too many levels of symbolic links"},
        {"file/below", "not a directory"},         {"", "no such file or directory"},
    };
    (void)state;

    write_file("file", PK_STR("x"));
    assert_int_equal(symlink("missing", "dangling"), 0);
    assert_int_equal(symlink("loop", "loop"), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pk_error error = {0};

        assert_null(pk_input_open(cases[i].path, &limits, &error));
        assert_int_equal(error.status, PK_INPUT);
        assert_string_equal(error.text, cases[i].text);
        assert_string_equal(error.file, cases[i].path);
        assert_int_equal(error.place.kind, PK_NOWHERE);
    }
    unlink("file");
    unlink("dangling");
    unlink("loop");
}

static void input_of_nothing_is_empty_and_no_error(void **state)
{
    struct pk_error error = {0};
    struct outcome o;
    (void)state;

    write_file("empty", PK_STR(""));
    for (int i = 0; i < 2; i++) {
        o = drain(pk_input_open(i ? "/dev/null" : "empty", &limits, &error), 10);
        assert_int_equal(o.bytes.size, 0);
        assert_int_equal(o.error.status, PK_OK);
        assert_true(o.head_is_all);
        pk_buf_fini(&o.bytes);
    }
    o = drain(pk_input_memory("t", NULL, 0, &limits), 10);
    assert_int_equal(o.bytes.size, 0);
    pk_buf_fini(&o.bytes);
    unlink("empty");
}

/* Sizes around the head, the block and twice the block, read in steps below and above the block. */
static void input_reads_all_sizes_in_all_steps(void **state)
{
    static const size_t sizes[] = {1, 4095, 4096, 4097, 262143, 262144, 262145, 700001};
    static const size_t steps[] = {1000, 4096, 262144, 1000000};
    struct pk_buf truth = {0};
    (void)state;

    for (uint32_t i = 0, x = 1; i < 700001; i++, x = x * 1664525u + 1013904223u)
        pk_buf_char(&truth, (char)(x >> 24));
    truth.data[0] = 'a'; /* no packing begins so */
    for (size_t i = 0; i < 32; i++) {
        struct pk_str bytes = {truth.data, sizes[i / 4]};
        struct pk_error error = {0};
        struct outcome memory = drain_memory(bytes, steps[i % 4]), file;

        write_file("file", bytes);
        file = drain(pk_input_open("file", &limits, &error), steps[i % 4]);
        assert_true(pk_str_equal(pk_buf_view(&memory.bytes), bytes));
        assert_true(pk_str_equal(pk_buf_view(&file.bytes), bytes));
        assert_int_equal(file.head_is_all, bytes.size <= PK_INPUT_HEAD);
        assert_false(file.is_truncated);
        pk_buf_fini(&memory.bytes);
        pk_buf_fini(&file.bytes);
    }
    unlink("file");
    pk_buf_fini(&truth);
}

/* A child writes `bytes` in three pieces with pauses, so that reads come short. */
static pid_t write_slowly(const char *path, struct pk_str bytes)
{
    pid_t child = fork();

    if (child == 0) {
        int fd = open(path, O_WRONLY);
        size_t third = bytes.size / 3;

        for (size_t i = 0; i < 3; i++) {
            size_t size = i < 2 ? third : bytes.size - 2 * third;

            if (write(fd, bytes.data + i * third, size) != (ssize_t)size)
                _exit(1);
            usleep(20000);
        }
        _exit(0);
    }
    return child;
}

static void input_reads_a_fifo_with_a_slow_writer(void **state)
{
    struct pk_buf text = packed_long_text();
    (void)state;

    assert_int_equal(mkfifo("fifo", 0600), 0);
    for (int i = 0; i < 2; i++) { /* plain, then packed: a head of three pieces either way */
        pid_t child = write_slowly("fifo", i ? packed[0].all : pk_buf_view(&text));
        struct pk_error error = {0};
        struct outcome o = drain(pk_input_open("fifo", &limits, &error), 700);
        int status;

        assert_true(pk_str_equal(pk_buf_view(&o.bytes), pk_buf_view(&text)));
        assert_int_equal(o.error.status, PK_OK);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_int_equal(status, 0);
        pk_buf_fini(&o.bytes);
    }
    unlink("fifo");
    pk_buf_fini(&text);
}

/* Run `check` in a child whose stdin is `fd`; its result is the child's. */
static void with_stdin(int fd, int (*check)(void))
{
    pid_t child = fork();
    int status;

    if (child == 0) {
        dup2(fd, STDIN_FILENO);
        _exit(check());
    }
    close(fd);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int stdin_gives_three_lines(void)
{
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open("-", &limits, &error);
    struct pk_buf all = {0};
    bool is_good = input && pk_input_read_all(input, &all, &error) &&
                   strcmp(pk_input_name(input), "stdin") == 0 &&
                   strcmp(all.data, "a 1\nb 2\nc 3\n") == 0;

    pk_input_free(input);
    pk_buf_fini(&all);
    return is_good && fcntl(STDIN_FILENO, F_GETFD) != -1 ? 0 : 1; /* still open, or it is reused */
}

static int stdin_is_refused_as_a_directory(void)
{
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open("-", &limits, &error);

    return !input && strcmp(error.text, "is a directory") == 0 && strcmp(error.file, "stdin") == 0
               ? 0
               : 1;
}

static void input_reads_stdin_also_when_it_does_not_block(void **state)
{
    int ends[2];
    pid_t child;
    int status;
    (void)state;

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    child = fork();
    if (child == 0) {
        close(ends[0]);
        for (const char *line = "a 1\nb 2\nc 3\n"; *line; line += 4) {
            usleep(20000);
            if (write(ends[1], line, 4) != 4)
                _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    with_stdin(ends[0], stdin_gives_three_lines);
    assert_int_equal(waitpid(child, &status, 0), child);
    with_stdin(open(".", O_RDONLY | O_DIRECTORY), stdin_is_refused_as_a_directory);
}

static void input_tells_a_failed_read_with_its_offset(void **state)
{
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open("/proc/self/mem", &limits, &error);
    struct pk_buf all = {0};
    (void)state;

    assert_non_null(input); /* page zero is not mapped: the first read fails with EIO */
    assert_int_equal(pk_input_head(input).size, 0);
    assert_false(pk_input_head_is_all(input));
    assert_false(pk_input_read_all(input, &all, &error));
    assert_int_equal(error.status, PK_INPUT);
    assert_string_equal(error.text, "cannot read: input/output error");
    assert_int_equal(error.place.kind, PK_AT_OFFSET);
    assert_int_equal(error.place.offset, 0);
    pk_input_free(input);
    pk_buf_fini(&all);
}

static void input_that_shrinks_ends_early(void **state)
{
    struct pk_error error = {0};
    struct pk_buf truth = {0};
    struct pk_input *input;
    struct outcome o;
    (void)state;

    for (size_t i = 0; i < 600000; i++)
        pk_buf_char(&truth, 'x');
    write_file("file", pk_buf_view(&truth));
    input = pk_input_open("file", &limits, &error);
    assert_int_equal(pk_input_head(input).size, PK_INPUT_HEAD);
    assert_int_equal(truncate("file", 300000), 0);
    o = drain(input, 50000);
    assert_int_equal(o.error.status, PK_OK);
    assert_int_equal(o.bytes.size, 300000);
    pk_buf_fini(&o.bytes);
    pk_buf_fini(&truth);
    unlink("file");
}

static void input_tells_cut_and_damaged_from_whole(void **state)
{
    struct pk_buf bytes = {0};
    struct outcome o;
    (void)state;

    pk_buf_str(&bytes, packed[0].one);
    o = drain_memory(pk_buf_view(&bytes), 1000);
    assert_string_equal(o.bytes.data, ONE);
    assert_true(o.head_is_all && !o.is_truncated);
    pk_buf_fini(&o.bytes);
    bytes.size--;
    o = drain_memory(pk_buf_view(&bytes), 1000);
    assert_string_equal(o.bytes.data, ONE);
    assert_true(!o.head_is_all && o.is_truncated && o.error.status == PK_OK);
    pk_buf_fini(&o.bytes);
    bytes.data[bytes.size++] = 0x7f; /* the top byte of the size, which is 0 */
    o = drain_memory(pk_buf_view(&bytes), 1000);
    assert_string_equal(o.bytes.data, ONE);
    assert_true(!o.head_is_all && !o.is_truncated);
    assert_string_equal(o.error.text, "damaged gzip data: incorrect length check");
    pk_buf_fini(&o.bytes);
    pk_buf_fini(&bytes);
}

static void input_tells_where_it_is_in_the_packed_file(void **state)
{
    struct pk_error error = {0};
    struct pk_input *input;
    uint64_t total;
    char byte;
    (void)state;

    write_file("file", packed[0].all);
    input = pk_input_open("file", &limits, &error);
    assert_int_equal(pk_input_position(input, &total), 0);
    assert_int_equal(total, packed[0].all.size);
    while (pk_input_read(input, &byte, 1, &error) > 0)
        continue;
    assert_int_equal(pk_input_position(input, NULL), packed[0].all.size);
    pk_input_free(input);
    unlink("file");
}

static void input_is_known_by_device_and_inode(void **state)
{
    struct pk_error error = {0};
    struct pk_input *input;
    struct stat status;
    uint64_t device, inode;
    (void)state;

    write_file("file", PK_STR("x"));
    assert_int_equal(symlink("file", "link"), 0);
    assert_int_equal(stat("file", &status), 0);
    input = pk_input_open("link", &limits, &error);
    assert_true(pk_input_identity(input, &device, &inode));
    assert_true(device == status.st_dev && inode == status.st_ino);
    assert_string_equal(pk_input_name(input), "link");
    pk_input_free(input);
    input = pk_input_memory("t", "x", 1, &limits);
    assert_false(pk_input_identity(input, &device, &inode));
    pk_input_free(input);
    unlink("link");
    unlink("file");
}

static void input_text_is_utf8_and_its_head_too(void **state)
{
    static const struct {
        struct pk_str bytes, text;
    } cases[] = {
        {PK_STR("main 1\n"), PK_STR("main 1\n")},
        {PK_STR("\xef\xbb\xbfmain 1\n"), PK_STR("main 1\n")},
        {PK_STR("\xff\xfem\0 \0001\0\n\0"), PK_STR("m 1\n")},
        {PK_STR("\xfe\xff\0m\0 \0001\0\n"), PK_STR("m 1\n")},
        {PK_STR("m\0 \0001\0\n\0"), PK_STR("m 1\n")},
        {PK_STR("\0m\0 \0001\0\n"), PK_STR("m 1\n")},
        {PK_STR("\xff\xfe\xe9\0 \0001"), PK_STR("\xc3\xa9 \xef\xbf\xbd")}, /* cut in a unit */
        {PK_STR("\xff\xfe"), PK_STR("")},
        {PK_STR("\xff\xfe\x00\xd8"), PK_STR("\xed\xa0\x80")},
    };
    (void)state;

    for (size_t i = 0; i < 3 * sizeof cases / sizeof *cases; i++) {
        struct pk_str bytes = cases[i / 3].bytes, text = cases[i / 3].text;
        struct pk_input *input = pk_input_memory("t", bytes.data, bytes.size, &limits);
        struct pk_error error = {0};
        struct pk_buf got = {0};

        if (i % 3 > 0) { /* the head before, the head between, no head at all */
            assert_true(pk_str_equal(pk_input_text_head(input), text));
            assert_true(pk_str_equal(pk_input_head(input), bytes));
        }
        pk_input_as_text(input);
        if (i % 3 > 1) {
            pk_input_as_text(input); /* again changes nothing */
            assert_true(pk_str_equal(pk_input_text_head(input), text));
            assert_true(pk_input_head_is_all(input));
        }
        assert_true(pk_input_read_all(input, &got, &error));
        assert_true(pk_str_equal(pk_buf_view(&got), text));
        pk_input_free(input);
        pk_buf_fini(&got);
    }
}

static void input_converts_long_utf16_without_a_seam(void **state)
{
    struct pk_buf utf16 = {0}, truth = {0}, got = {0};
    struct pk_error error = {0};
    struct pk_input *input;
    struct pk_str head;
    (void)state;

    pk_buf_add(&utf16, "\xfe\xff", 2);
    for (int i = 0; i < 20000;
         i++) { /* pairs at every place of a block, odd ones with an 'x' before */
        if (i % 7 == 0) {
            pk_buf_add(&utf16, "\0x", 2);
            pk_buf_char(&truth, 'x');
        }
        pk_buf_add(&utf16, "\xd8\x3d\xde\x00", 4); /* U+1F600 */
        pk_buf_text(&truth, "\xf0\x9f\x98\x80");
    }
    input = pk_input_memory("t", utf16.data, utf16.size, &limits);
    head = pk_input_text_head(input);
    assert_true(
        pk_str_starts(pk_buf_view(&truth), head)); /* a pair cut by the window is left out */
    assert_true(head.size > 3900);
    pk_input_as_text(input);
    assert_true(pk_input_read_all(input, &got, &error));
    assert_true(pk_str_equal(pk_buf_view(&got), pk_buf_view(&truth)));
    pk_input_free(input);
    pk_buf_fini(&utf16);
    pk_buf_fini(&truth);
    pk_buf_fini(&got);
}

static void input_without_as_text_stays_raw(void **state)
{
    struct outcome o = drain_memory(PK_STR("\xff\xfem\0"), 10);
    (void)state;

    assert_true(pk_str_equal(pk_buf_view(&o.bytes), PK_STR("\xff\xfem\0")));
    pk_buf_fini(&o.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(input_names_what_cannot_be_opened),
        cmocka_unit_test(input_of_nothing_is_empty_and_no_error),
        cmocka_unit_test(input_reads_all_sizes_in_all_steps),
        cmocka_unit_test(input_reads_a_fifo_with_a_slow_writer),
        cmocka_unit_test(input_reads_stdin_also_when_it_does_not_block),
        cmocka_unit_test(input_tells_a_failed_read_with_its_offset),
        cmocka_unit_test(input_that_shrinks_ends_early),
        cmocka_unit_test(input_tells_cut_and_damaged_from_whole),
        cmocka_unit_test(input_tells_where_it_is_in_the_packed_file),
        cmocka_unit_test(input_is_known_by_device_and_inode),
        cmocka_unit_test(input_text_is_utf8_and_its_head_too),
        cmocka_unit_test(input_converts_long_utf16_without_a_seam),
        cmocka_unit_test(input_without_as_text_stays_raw),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
