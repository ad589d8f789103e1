/*
 * See progress.h. A line is made of constants, digits and a name that is kept ready, without memory
 * and without stdio, because the same function serves the handler of SIGUSR1, which may come at any
 * time: in the middle of a long sum there is no place that would look at a flag.
 *
 * Rates and the time left are of the bytes of the file, as they are packed: nobody knows the size
 * of what will come out.
 */
#include "base/progress.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/str.h"
#include "base/utf8.h"

#define QUIET_MS 1000 /* of work before anything is said */
#define REDRAW_MS 100
#define PLAIN_MS 10000
#define BAR_CELLS 20u
#define NAME_CELLS 30u
#define VERBS 8u
#define CLEAR "\r\x1b[K"

struct line {
    char text[400];
    size_t size;
};

struct taken { /* time by verb */
    const char *verb;
    uint64_t ms;
};

static struct {
    enum pk_progress_mode mode;
    unsigned width;
    const char *volatile verb; /* NULL: nothing has begun */
    char name[4 * NAME_CELLS + 1];
    unsigned number, count;
    _Atomic uint64_t done, total;
    uint64_t begun, phase_begun, said; /* ms of the clock */
    volatile sig_atomic_t is_drawn;
    atomic_bool is_busy; /* several threads may read */
    struct taken taken[VERBS];
} now;

static uint64_t clock_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
}

/* ---- the text of a line */

static void add(struct line *line, const char *text)
{
    for (; *text && line->size < sizeof line->text; text++)
        line->text[line->size++] = *text;
}

static void add_number(struct line *line, uint64_t number)
{
    char digits[21], *at = digits + sizeof digits - 1;

    *at = '\0';
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    add(line, at);
}

/* "12.3 MB". */
static void add_size(struct line *line, uint64_t bytes)
{
    add_number(line, bytes / 1000000);
    add(line, ".");
    add_number(line, bytes / 100000 % 10);
    add(line, " MB");
}

/* "[#######.............]": ASCII, for it is gone before anybody could admire it. */
static void add_bar(struct line *line, uint64_t done, uint64_t total)
{
    uint64_t full = done >= total ? BAR_CELLS : done / (total / BAR_CELLS + 1);

    add(line, " [");
    for (uint64_t i = 0; i < BAR_CELLS; i++)
        add(line, i < full ? "#" : ".");
    add(line, "]");
}

/* What, "(2 of 5)", bar, share, rate, time left; as much as is known. */
static void describe(struct line *line, uint64_t at)
{
    uint64_t done = atomic_load(&now.done), total = atomic_load(&now.total);
    uint64_t ms = at > now.phase_begun ? at - now.phase_begun : 1;
    uint64_t rate = done / ms; /* bytes in a millisecond */

    add(line, now.verb ? now.verb : "starting");
    if (now.name[0]) {
        add(line, " ");
        add(line, now.name);
    }
    if (now.count > 1) {
        add(line, " (");
        add_number(line, now.number);
        add(line, " of ");
        add_number(line, now.count);
        add(line, ")");
    }
    if (done == 0)
        return;
    if (total >= done && now.mode == PK_PROGRESS_BAR && now.width >= 80)
        add_bar(line, done, total);
    add(line, "  ");
    if (total >= done) {
        add_number(line, (uint64_t)((double)done * 100 / (double)total));
        add(line, " %");
    } else {
        add_size(line, done);
    }
    add(line, "  ");
    add_size(line, rate * 1000);
    add(line, "/s");
    if (total >= done && rate > 0) {
        add(line, "  ");
        add_number(line, ((total - done) / rate + 999) / 1000);
        add(line, " s left");
    }
}

/* In one piece, so that no other line gets into it; what stderr cannot take is lost. */
static void put(const struct line *line)
{
    (void)!write(STDERR_FILENO, line->text, line->size);
}

/* ---- when it is said */

static void say_line(uint64_t at)
{
    struct line line = {.size = 0};

    if (now.is_drawn)
        add(&line, CLEAR);
    now.is_drawn = 0;
    add(&line, "profkit: ");
    describe(&line, at);
    add(&line, "\n");
    put(&line);
}

/* No wider than the terminal, or each redraw would leave a line behind. */
static void draw(uint64_t at)
{
    struct line line = {.size = 0}, text = {.size = 0};
    size_t room = now.width > 1 ? now.width - 1 : 1;

    describe(&text, at);
    add(&line, CLEAR);
    text.size = pk_utf8_prefix((struct pk_str){text.text, text.size}, room);
    for (size_t i = 0; i < text.size && line.size < sizeof line.text; i++)
        line.text[line.size++] = text.text[i];
    put(&line);
    now.is_drawn = 1;
}

/* One thread at a time; the others have better things to do than to wait. */
static void perhaps_say(void)
{
    uint64_t at;

    if (now.mode == PK_PROGRESS_OFF || atomic_exchange(&now.is_busy, true))
        return;
    at = clock_ms();
    if (at - now.begun >= QUIET_MS && now.mode == PK_PROGRESS_BAR && at - now.said >= REDRAW_MS) {
        draw(at);
        now.said = at;
    } else if (now.mode == PK_PROGRESS_PLAIN && at - now.said >= PLAIN_MS) {
        say_line(at);
        now.said = at;
    }
    atomic_store(&now.is_busy, false);
}

static void on_signal(int number)
{
    int before = errno;

    (void)number;
    say_line(clock_ms());
    errno = before;
}

void pk_progress_begin(enum pk_progress_mode mode, unsigned width)
{
    /* Calls that it interrupts go on: most of them are in libraries. */
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};

    now.mode = mode;
    now.width = width;
    now.begun = now.phase_begun = clock_ms();
    now.said = mode == PK_PROGRESS_PLAIN ? now.begun : 0;
    sigemptyset(&action.sa_mask);
    sigaction(SIGUSR1, &action, NULL);
}

/* Book the time of the phase that ends. */
static void end_phase(uint64_t at)
{
    unsigned i = 0;

    if (!now.verb)
        return;
    while (i < VERBS - 1 && now.taken[i].verb && strcmp(now.taken[i].verb, now.verb) != 0)
        i++;
    now.taken[i].verb = now.verb;
    now.taken[i].ms += at - now.phase_begun;
}

/* The name is cut at the front: its end tells files apart. Emptied first, since a signal may come
 * between any two bytes. */
static void set_name(const char *name)
{
    struct pk_buf text = {0};
    struct pk_str shown;

    now.name[0] = '\0';
    if (name)
        pk_escape_terminal(&text, pk_str_of(name));
    shown = pk_buf_view(&text);
    if (shown.size && pk_utf8_width(shown) > NAME_CELLS)
        shown = pk_str_slice(shown, pk_utf8_suffix(shown, NAME_CELLS), shown.size);
    if (shown.size < sizeof now.name) {
        for (size_t i = shown.size; i-- > 0;)
            now.name[i] = i + 1 < sizeof now.name ? shown.data[i] : '\0';
        now.name[shown.size] = '\0';
    }
    pk_buf_fini(&text);
}

void pk_progress_phase(const char *verb, const char *name, unsigned number, unsigned count)
{
    uint64_t at = clock_ms();

    end_phase(at);
    atomic_store(&now.done, 0);
    atomic_store(&now.total, 0);
    now.number = number;
    now.count = count;
    set_name(name);
    now.phase_begun = at;
    now.verb = verb;
    perhaps_say();
}

void pk_progress_read(uint64_t done, uint64_t total)
{
    atomic_store_explicit(&now.done, done, memory_order_relaxed);
    atomic_store_explicit(&now.total, total, memory_order_relaxed);
    if (now.verb)
        perhaps_say();
}

void pk_progress_wipe(void)
{
    if (now.is_drawn)
        (void)!write(STDERR_FILENO, CLEAR, sizeof CLEAR - 1);
    now.is_drawn = 0;
}

void pk_progress_clear(void)
{
    pk_progress_wipe();
}

const char *pk_progress_time(unsigned i, uint64_t *milliseconds)
{
    uint64_t ms = 0;

    if (i >= VERBS || !now.taken[i].verb)
        return NULL;
    ms = now.taken[i].ms;
    *milliseconds = ms;
    return now.taken[i].verb;
}
