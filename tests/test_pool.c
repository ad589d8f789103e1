/*
 * Parts of a text that several threads read: what is handed out, in which lines, and which failure
 * counts when more than one thread has one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/pool.h"

#define LINES 2000u
#define WORKERS 4u

static struct pk_limits limits;

/* Whole records end behind an empty line. */
static size_t cut_at_empty_lines(struct pk_str text)
{
    size_t size = 0;

    for (size_t i = 1; i < text.size; i++)
        if (text.data[i] == '\n' && text.data[i - 1] == '\n')
            size = i + 1;
    return size;
}

/* "0 x\n1 x\n\n3 x\n...": lines that tell their number, every third one empty. */
static void make_text(struct pk_buf *text)
{
    for (uint32_t line = 0; line < LINES; line++)
        if (line % 3 == 2)
            pk_buf_char(text, '\n');
        else
            pk_buf_printf(text, "%u x\n", line);
}

struct reader { /* of one worker */
    struct pk_scan scan;
    struct pk_error error;
    PK_ARRAY(uint64_t) lines; /* as counted by its parts */
    PK_ARRAY(uint64_t) told;  /* by the text */
};

static bool keep_lines(struct pk_pool_worker *worker)
{
    struct reader *reader = worker->run;
    struct pk_str line;

    while (pk_scan_line(worker->scan, &line)) {
        if (!line.size)
            continue;
        pk_array_push(&reader->lines, worker->scan->line);
        pk_array_push(&reader->told, strtoull(line.data, NULL, 10));
    }
    return reader->error.status == PK_OK;
}

static void begin(struct reader *readers, struct pk_pool_worker *workers)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        readers[i].scan.error = &readers[i].error;
        workers[i] = (struct pk_pool_worker){&readers[i].scan, &readers[i]};
    }
}

static void end(struct reader *readers)
{
    for (unsigned i = 0; i < WORKERS; i++) {
        pk_scan_fini(&readers[i].scan);
        pk_array_fini(&readers[i].lines);
        pk_array_fini(&readers[i].told);
    }
}

static void read_in(uint64_t turns)
{
    struct pk_buf text = {0};
    struct pk_error error = {0};
    struct pk_scan whole;
    struct pk_pool pool = {.whole = &whole,
                           .cut = cut_at_empty_lines,
                           .read = keep_lines,
                           .size = 100,
                           .turns = turns};
    struct reader readers[WORKERS] = {0};
    struct pk_pool_worker workers[WORKERS];
    bool seen[LINES] = {false};
    struct pk_input *input;
    struct pk_str line;
    uint32_t missing = 0, n_workers = 0;

    make_text(&text);
    input = pk_input_memory("x", text.data, text.size, &limits);
    pk_scan_init(&whole, input, &error);
    assert_true(pk_scan_line(&whole, &line)); /* the first line is read alone */
    begin(readers, workers);
    assert_true(pk_pool_run(&pool, workers, WORKERS));
    for (unsigned i = 0; i < WORKERS; i++) {
        n_workers += readers[i].lines.size > 0;
        for (size_t k = 0; k < readers[i].lines.size; k++) {
            uint64_t told = readers[i].told.data[k];

            assert_int_equal(pk_pool_line(&pool, readers[i].lines.data[k]), told + 1);
            assert_false(seen[told]);
            seen[told] = true;
        }
    }
    assert_true(!turns || n_workers == WORKERS);
    /* The rest has no empty line behind it, and its number goes on. */
    while (pk_scan_line(&whole, &line)) {
        assert_int_equal(strtoull(line.data, NULL, 10) + 1, whole.line);
        seen[whole.line - 1] = true;
    }
    for (uint32_t i = 1; i < LINES; i++)
        missing += !seen[i] && i % 3 != 2;
    assert_int_equal(missing, 0);
    assert_int_equal(whole.line, LINES);
    assert_int_equal(whole.bytes, text.size);
    pk_pool_fini(&pool);
    end(readers);
    pk_scan_fini(&whole);
    pk_input_free(input);
    pk_buf_fini(&text);
}

static void every_line_is_read_once_under_its_number(void **state)
{
    (void)state;
    read_in(0);
    for (uint64_t turns = 1; turns < 20; turns++)
        read_in(turns);
}

/* --- failures --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct reader *early; /* fails in an earlier part, but later than the other one */
static bool has_begun, has_failed;
static uint32_t early_part;

static void wait_for(const bool *is_true)
{
    struct timespec late;

    clock_gettime(CLOCK_REALTIME, &late);
    late.tv_sec += 20;
    while (!*is_true && !pthread_cond_timedwait(&changed, &mutex, &late))
        ;
}

/* The one waits in its first part until the other has failed in a later part. */
static bool fail_in_turn(struct pk_pool_worker *worker)
{
    struct reader *reader = worker->run;
    uint32_t part = pk_pool_part(worker->scan);
    struct pk_str line = {0};
    bool is_failing;

    while (!line.size && pk_scan_line(worker->scan, &line))
        ;
    pthread_mutex_lock(&mutex);
    if (reader == early) {
        early_part = part;
        has_begun = true;
        pthread_cond_signal(&changed);
        wait_for(&has_failed);
        is_failing = true;
    } else {
        wait_for(&has_begun);
        is_failing = part > early_part;
        has_failed |= is_failing;
        pthread_cond_signal(&changed);
    }
    pthread_mutex_unlock(&mutex);
    if (is_failing)
        return pk_error_set(&reader->error, PK_INPUT, pk_scan_place(worker->scan, 3), "line %.*s",
                            (int)line.size, line.data);
    while (pk_scan_line(worker->scan, &line))
        ;
    return true;
}

static void the_failure_that_comes_first_in_the_text_is_told(void **state)
{
    struct pk_buf text = {0};
    struct pk_error error = {0};
    struct pk_scan whole;
    struct pk_pool pool = {
        .whole = &whole, .cut = cut_at_empty_lines, .read = fail_in_turn, .size = 100};
    struct reader readers[WORKERS] = {0};
    struct pk_pool_worker workers[WORKERS];
    struct pk_input *input;

    (void)state;
    make_text(&text);
    input = pk_input_memory("x", text.data, text.size, &limits);
    pk_scan_init(&whole, input, &error);
    begin(readers, workers);
    early = &readers[1];
    assert_false(pk_pool_run(&pool, workers, 2));
    assert_string_equal(error.text, readers[1].error.text);
    assert_int_equal(error.place.line, strtoull(error.text + strlen("line "), NULL, 10) + 1);
    assert_int_equal(error.place.column, 3);
    assert_true(readers[0].error.status != PK_OK && readers[1].error.status != PK_OK);
    pk_pool_fini(&pool);
    end(readers);
    pk_scan_fini(&whole);
    pk_input_free(input);
    pk_buf_fini(&text);
}

/* Where no thread can be had, the calling one does all. */
static bool has_no_threads;

int __real_pthread_create(pthread_t *id, const pthread_attr_t *how, void *(*run)(void *), void *of);
int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *how, void *(*run)(void *), void *of);

int __wrap_pthread_create(pthread_t *id, const pthread_attr_t *how, void *(*run)(void *), void *of)
{
    return has_no_threads ? EAGAIN : __real_pthread_create(id, how, run, of);
}

static void without_threads_one_reads_it_all(void **state)
{
    (void)state;
    has_no_threads = true;
    read_in(0);
    has_no_threads = false;
}

static void processors_are_some_and_not_too_many(void **state)
{
    (void)state;
    assert_in_range(pk_pool_processors(), 1, PK_POOL_MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_line_is_read_once_under_its_number),
        cmocka_unit_test(the_failure_that_comes_first_in_the_text_is_told),
        cmocka_unit_test(without_threads_one_reads_it_all),
        cmocka_unit_test(processors_are_some_and_not_too_many),
    };

    limits = pk_limits_default();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
