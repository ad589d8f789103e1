/*
 * The laws of .pk on files that real profilers wrote: every file of the shared corpus, of the
 * format samples and antipatterns beside it, and of samples/, that any reader takes. To .pk and
 * back is identity, in the dump and in the bytes; the bytes do not tell the order and grouping of
 * merges; and .pk files merge as what they were made from.
 *
 * Environment: PROFKIT_SHARED (default ../shared beside the source), srcdir, CI. Status 77: no
 * corpus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "corpus.h"
#include "pk_file.h"

#define LARGEST_MERGED 50000 /* bytes of a .pk file */
#define LARGEST (4 << 20)    /* bytes of a file: enough for each format, and the run stays short */

struct subject {
    char *path;
    struct pk_builder *builder;
    struct pk_buf file; /* as .pk */
};

static PK_ARRAY(struct subject) subjects;
static struct {
    const char *name;
    unsigned files;
} formats[64];
static uint64_t checks, failures, bytes_in, bytes_out;

static void holds(bool is_true, const char *path, const char *law)
{
    checks++;
    if (!is_true && failures++ < 40)
        print_error("%s: %s\n", path, law);
}

/* --- reading */

static void count_format(const char *name)
{
    size_t i = 0;

    while (formats[i].name && strcmp(formats[i].name, name) != 0)
        i++;
    formats[i].name = name;
    formats[i].files++;
}

/* What no reader takes is no subject: here it matters only that enough are. */
static void read_subject(const char *path, uint64_t size)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_error error = {0};
    struct pk_input *input = pk_input_open(path, &limits, &error);
    const struct pk_reader *reader = input ? pk_reader_detect(input, &error) : NULL;
    struct pk_reading reading = {.input = input, .builder = pk_builder_new(&limits)};
    struct pk_profile *profile = NULL;

    pk_builder_keep_times(reading.builder);
    if (reader && reader->read && pk_reader_run(&reading, NULL, &error))
        profile = pk_builder_freeze(reading.builder, NULL, NULL, &error);
    if (profile) {
        struct subject s = {strdup(path), reading.builder, pk_file_of(profile)};

        pk_array_push(&subjects, s);
        count_format(reader->name);
        bytes_in += size;
        bytes_out += s.file.size;
    } else {
        pk_builder_free(reading.builder);
    }
    pk_profile_free(profile);
    pk_input_free(input);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
    return strcmp((*a)->fts_name, (*b)->fts_name);
}

static void read_folder(const char *parent, const char *name)
{
    char path[4096];
    char *roots[] = {path, NULL};
    FTS *tree;

    snprintf(path, sizeof path, "%s/%s", parent, name);
    tree = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, by_name);
    assert_non_null(tree);
    for (FTSENT *entry; (entry = fts_read(tree));)
        if (entry->fts_info == FTS_F && entry->fts_statp->st_size <= LARGEST)
            read_subject(entry->fts_path, (uint64_t)entry->fts_statp->st_size);
    fts_close(tree);
}

static int read_all(void **state)
{
    (void)state;
    read_folder(corpus_shared(), "corpus");
    read_folder(corpus_shared(), "formats/samples");
    read_folder(corpus_shared(), "antipatterns");
    read_folder(corpus_source(), "samples");
    return 0;
}

static void free_all(void)
{
    for (size_t i = 0; i < subjects.size; i++) {
        pk_builder_free(subjects.data[i].builder);
        pk_buf_fini(&subjects.data[i].file);
        free(subjects.data[i].path);
    }
    pk_array_fini(&subjects);
}

/* --- there and back */

static struct pk_buf dump_of(const struct pk_builder *builder)
{
    struct pk_error error = {0};
    struct pk_profile *profile = pk_builder_freeze(builder, NULL, NULL, &error);
    struct pk_buf out = {0};

    assert_non_null(profile);
    pk_dump_profile(profile, &out);
    pk_profile_free(profile);
    return out;
}

static bool same(struct pk_buf *a, struct pk_buf *b)
{
    bool is_same = pk_str_equal(pk_buf_view(a), pk_buf_view(b));

    pk_buf_fini(b);
    return is_same;
}

static void check_back(struct subject *s)
{
    struct pk_error error = {0};
    struct pk_builder *again = pk_file_read(pk_buf_view(&s->file), &error);
    struct pk_buf dump, found;

    holds(again != NULL, s->path, "what was written is read");
    if (!again) {
        pk_error_print(&error, stderr);
        return;
    }
    dump = dump_of(s->builder);
    found = dump_of(again);
    holds(same(&dump, &found), s->path, "read again: the same dump");
    pk_buf_fini(&dump);
    found = pk_file_of_builder(again);
    holds(same(&s->file, &found), s->path, "written again: the same bytes");
    pk_builder_free(again);
}

static void to_pk_and_back_is_identity(void **state)
{
    uint64_t before = failures;

    (void)state;
    for (size_t i = 0; i < subjects.size; i++)
        check_back(&subjects.data[i]);
    assert_true(failures == before);
}

/* --- merging */

/* The .pk file of builders merged one by one. */
static struct pk_buf merged(const struct pk_builder *const *parts, size_t n)
{
    const struct pk_limits limits = pk_limits_default();
    struct pk_builder *sum = pk_builder_new(&limits);
    struct pk_buf out;

    pk_builder_keep_times(sum);
    for (size_t i = 0; i < n; i++)
        pk_builder_merge(sum, parts[i]);
    out = pk_file_of_builder(sum);
    pk_builder_free(sum);
    return out;
}

/* The same with two of them joined, written and read first. */
static struct pk_buf merged_by_file(const struct pk_builder *a, const struct pk_builder *b,
                                    const struct pk_builder *c)
{
    struct pk_buf pair = merged((const struct pk_builder *[]){a, b}, 2), out;
    struct pk_error error = {0};
    struct pk_builder *read = pk_file_read(pk_buf_view(&pair), &error);

    assert_non_null(read);
    out = merged((const struct pk_builder *[]){c, read}, 2);
    pk_buf_fini(&pair);
    pk_builder_free(read);
    return out;
}

/* With the next file in the list, mostly of the same kind, and one from far away. */
static void check_merge(size_t at)
{
    struct subject *s = &subjects.data[at];
    const struct pk_builder *a = s->builder, *b = subjects.data[(at + 1) % subjects.size].builder,
                            *c = subjects.data[(at * 7 + 13) % subjects.size].builder;
    struct pk_buf expected, found;
    const struct pk_builder *const orders[][3] = {{b, a, c}, {c, b, a}, {b, c, a}};

    if (s->file.size > LARGEST_MERGED)
        return;
    expected = merged((const struct pk_builder *[]){a, b, c}, 3);
    for (size_t i = 0; i < 3; i++) {
        found = merged(orders[i], 3);
        holds(same(&expected, &found), s->path, "the same bytes in another order");
    }
    found = merged_by_file(a, b, c);
    holds(same(&expected, &found), s->path, "pk(a + b) + c = a + b + c");
    found = merged_by_file(c, b, a);
    holds(same(&expected, &found), s->path, "pk(c + b) + a = a + b + c");
    pk_buf_fini(&expected);
}

static void order_and_grouping_cannot_show_in_the_bytes(void **state)
{
    uint64_t before = failures;

    (void)state;
    for (size_t i = 0; i < subjects.size; i += support_every())
        check_merge(i);
    assert_true(failures == before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(to_pk_and_back_is_identity),
        cmocka_unit_test(order_and_grouping_cannot_show_in_the_bytes),
    };
    int failed;

    if (corpus_is_missing())
        return corpus_missing_status();
    failed = cmocka_run_group_tests(tests, read_all, NULL);
    printf("pk:");
    for (size_t i = 0; formats[i].name; i++)
        printf(" %u %s", formats[i].files, formats[i].name);
    printf("; %zu cases, %llu checks, %llu bytes became %llu, %llu failures\n", subjects.size,
           (unsigned long long)checks, (unsigned long long)bytes_in, (unsigned long long)bytes_out,
           (unsigned long long)failures);
    failed += formats[0].name == NULL || formats[1].name == NULL;
    free_all();
    return failed || failures;
}
