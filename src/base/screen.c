/*
 * The terminal: see screen.h. It is opened anew, for reading and writing without waiting: the
 * descriptors of the shell are shared with other programs, whose manners must not change, and stdin
 * may be a pipe with a profile.
 *
 * Signals only write their number into a pipe, which is waited for together with the keys. Those of
 * a crash cannot wait: their handler gives the terminal back at once, by calls that POSIX allows
 * there (write, tcsetattr), and lets the signal do the rest. exit() from anywhere comes by the same
 * function, and so does the end for want of memory, before its line is said.
 *
 * Sources: ECMA-48; the alternate screen is xterm's (DECSET 1049).
 */
#include "base/screen.h"

#include <asm-generic/ioctls.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/poll.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/keys.h"
#include "base/terminal.h"

#define ENTER "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J"
#define LEAVE "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l"
#define CANCEL "\x18" /* ends a sequence of which only a part was written */

enum {
    ESCAPE_WAIT = 60, /* ms until an escape is the key of that name */
    LAST_WAIT = 500,  /* for the last bytes */
    MOST = 2000,      /* columns and rows */
    ROWS_UNKNOWN = 24
};

static const int told[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

#define TOLD (sizeof told / sizeof *told)
#define CRASHES (sizeof crashes / sizeof *crashes)

struct pk_screen {
    char keys[256];
    size_t n_keys;
    struct pk_buf out; /* to be written, from `written` on */
    size_t written;
    int ending; /* a signal; 0: none */
    bool was_busy;
    struct sigaction before[TOLD], before_crash[CRASHES];
};

/* What handlers need; nothing else of the screen is touched by them. */
static struct {
    volatile sig_atomic_t is_taken;
    int fd, pipe[2];
    struct termios before, raw;
} tty = {.fd = -1, .pipe = {-1, -1}};

/* --- giving it back --- */

/* Also from a handler: as it was, with what can be written at once. */
static void give_back(void)
{
    if (!tty.is_taken)
        return;
    tty.is_taken = 0;
    (void)!write(tty.fd, CANCEL LEAVE, strlen(CANCEL LEAVE));
    tcsetattr(tty.fd, TCSANOW, &tty.before);
}

static void on_crash(int number)
{
    give_back();
    raise(number); /* SA_RESETHAND: now it does what it does by default */
}

static void on_signal(int number)
{
    int kept = errno;
    unsigned char byte = (unsigned char)number;

    (void)!write(tty.pipe[1], &byte, 1); /* full: there is enough to wake up for */
    errno = kept;
}

/* Those ignored from the start (nohup) stay so. */
static void catch_signals(struct pk_screen *screen)
{
    struct sigaction tell = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    struct sigaction crash = {.sa_handler = on_crash, .sa_flags = (int)(SA_RESETHAND | SA_NODEFER)};

    for (size_t i = 0; i < TOLD; i++) {
        sigaction(told[i], NULL, &screen->before[i]);
        if (screen->before[i].sa_handler != SIG_IGN)
            sigaction(told[i], &tell, NULL);
    }
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &crash, &screen->before_crash[i]);
}

static void release_signals(const struct pk_screen *screen)
{
    for (size_t i = 0; i < TOLD; i++)
        sigaction(told[i], &screen->before[i], NULL);
    for (size_t i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &screen->before_crash[i], NULL);
}

/* --- taking it --- */

/* Only keys that mean a signal keep their meaning, and Ctrl+S stops nothing. */
static bool make_raw(void)
{
    if (tcgetattr(tty.fd, &tty.before) != 0)
        return false;
    tty.raw = tty.before;
    tty.raw.c_lflag &= (tcflag_t) ~(ICANON | ECHO | IEXTEN);
    tty.raw.c_iflag &= (tcflag_t) ~(IXON | ICRNL | INLCR);
    tty.raw.c_cc[VMIN] = 1;
    tty.raw.c_cc[VTIME] = 0;
    return tcsetattr(tty.fd, TCSANOW, &tty.raw) == 0;
}

/* The terminal of stdout by its name, else the one that controls us. */
static int open_terminal(void)
{
    const int flags = O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC;
    char name[256];
    int fd = -1;

    if (ttyname_r(STDOUT_FILENO, name, sizeof name) == 0)
        fd = open(name, flags);
    return fd == -1 ? open("/dev/tty", flags) : fd;
}

/* Where the picture goes has to be a terminal; keys come from that terminal, so that a profile may
 * come from stdin. */
bool pk_screen_check(struct pk_error *error)
{
    const char *term = getenv("TERM");

    if (!isatty(STDOUT_FILENO)) {
        pk_error_set(error, PK_USAGE, pk_place_none(), "view needs a terminal");
        pk_error_hint(error, "profkit summary, tree and flame write to files and pipes");
        return false;
    }
    if (term && *term && strcmp(term, "dumb") != 0)
        return true;
    pk_error_set(error, PK_USAGE, pk_place_none(),
                 "view needs a terminal that can move its cursor, and TERM says that this cannot");
    pk_error_hint(error, "profkit summary, tree and flame need none");
    return false;
}

/* Also on the way out of an error, when some are not open yet. */
static void close_descriptors(void)
{
    int *const all[] = {&tty.fd, &tty.pipe[0], &tty.pipe[1]};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (*all[i] != -1)
            close(*all[i]);
        *all[i] = -1;
    }
}

/* When it cannot be had, what was opened on the way is closed again. */
struct pk_screen *pk_screen_open(struct pk_error *error)
{
    static bool is_registered;
    struct pk_screen *screen;

    tty.fd = open_terminal();
    if (tty.fd == -1 || pipe2(tty.pipe, O_NONBLOCK | O_CLOEXEC) != 0 || !make_raw()) {
        pk_error_set(error, PK_OUTPUT, pk_place_none(), "cannot take the terminal: %s",
                     strerror(errno));
        close_descriptors();
        return NULL;
    }
    screen = pk_calloc(1, sizeof *screen);
    if (!is_registered)
        atexit(give_back);
    is_registered = true;
    tty.is_taken = 1;
    pk_arena_before_end = give_back;
    catch_signals(screen);
    pk_screen_show(screen, PK_STR(ENTER));
    return screen;
}

/* --- writing --- */

bool pk_screen_is_free(const struct pk_screen *screen)
{
    return screen->written == screen->out.size;
}

/* As much as it takes now. A terminal that is gone takes all: the end is told by reading. */
static void write_some(struct pk_screen *screen)
{
    while (!pk_screen_is_free(screen)) {
        ssize_t n =
            write(tty.fd, screen->out.data + screen->written, screen->out.size - screen->written);

        if (n > 0)
            screen->written += (size_t)n;
        else if (n < 0 && errno == EINTR)
            continue;
        else if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return;
        else
            screen->written = screen->out.size;
    }
    pk_buf_reset(&screen->out);
    screen->written = 0;
}

void pk_screen_show(struct pk_screen *screen, struct pk_str bytes)
{
    pk_buf_str(&screen->out, bytes);
    write_some(screen);
    screen->was_busy = !pk_screen_is_free(screen);
}

/* What is left of the picture is not worth waiting for. */
static void leave(struct pk_screen *screen)
{
    struct pollfd wait = {.fd = tty.fd, .events = POLLOUT};
    bool is_cut = !pk_screen_is_free(screen);

    pk_buf_reset(&screen->out);
    screen->written = 0;
    pk_buf_text(&screen->out, is_cut ? CANCEL LEAVE : LEAVE);
    write_some(screen);
    if (!pk_screen_is_free(screen) && poll(&wait, 1, LAST_WAIT) > 0)
        write_some(screen);
    tcsetattr(tty.fd, TCSANOW, &tty.before);
}

/* The terminal is given back before all else; from then on no signal has to do it. */
void pk_screen_close(struct pk_screen *screen)
{
    leave(screen);
    tty.is_taken = 0;
    pk_arena_before_end = NULL;
    release_signals(screen);
    close_descriptors();
    pk_buf_fini(&screen->out);
    pk_free(screen);
}

/* --- waiting --- */

/* Asked of the terminal each time: it may have changed while nobody waited. */
void pk_screen_size(const struct pk_screen *screen, unsigned *columns, unsigned *rows)
{
    struct winsize size = {0};

    (void)screen;
    *columns = pk_terminal_width(tty.fd);
    *rows = ioctl(tty.fd, TIOCGWINSZ, &size) == 0 && size.ws_row ? size.ws_row : ROWS_UNKNOWN;
    *columns = *columns > MOST ? MOST : *columns;
    *rows = *rows > MOST ? MOST : *rows;
}

/* Stopped by Ctrl+Z: the shell gets its terminal, and we get ours when it goes on. */
static void stop(struct pk_screen *screen)
{
    struct sigaction by_default = {.sa_handler = SIG_DFL}, kept;

    leave(screen);
    sigaction(SIGTSTP, &by_default, &kept);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &kept, NULL);
    tcsetattr(tty.fd, TCSANOW, &tty.raw);
    pk_screen_show(screen, PK_STR(ENTER));
}

/* Of several the one that ends is the one that counts. True when there is something to tell. */
static bool take_signals(struct pk_screen *screen)
{
    unsigned char bytes[64];
    ssize_t n = read(tty.pipe[0], bytes, sizeof bytes);
    bool must_stop = false;

    for (ssize_t i = 0; i < n; i++) {
        must_stop |= bytes[i] == SIGTSTP;
        if (bytes[i] != SIGTSTP && bytes[i] != SIGWINCH && !screen->ending)
            screen->ending = bytes[i];
    }
    if (must_stop && !screen->ending)
        stop(screen);
    return n > 0;
}

/* A terminal that is gone reads as ended or fails. */
static void read_keys(struct pk_screen *screen)
{
    ssize_t n = read(tty.fd, screen->keys + screen->n_keys, sizeof screen->keys - screen->n_keys);

    if (n > 0)
        screen->n_keys += (size_t)n;
    else if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR))
        screen->ending = SIGHUP;
}

static bool take_key(struct pk_screen *screen, bool is_all, int32_t *key)
{
    size_t n = pk_keys_take((struct pk_str){screen->keys, screen->n_keys}, is_all, key);

    screen->n_keys -= n;
    memmove(screen->keys, screen->keys + n, screen->n_keys);
    return n > 0;
}

bool pk_screen_has_key(const struct pk_screen *screen)
{
    int32_t key;

    return pk_keys_take((struct pk_str){screen->keys, screen->n_keys}, false, &key) > 0;
}

/* Signals come through a pipe, so that none is lost between looking and waiting. */
enum pk_screen_event pk_screen_wait(struct pk_screen *screen, int32_t *key)
{
    while (!screen->ending) {
        bool is_busy = !pk_screen_is_free(screen);
        struct pollfd fds[] = {
            {.fd = tty.fd, .events = (short)(POLLIN | (is_busy ? POLLOUT : 0))},
            {.fd = tty.pipe[0], .events = POLLIN},
        };
        int n;

        if (take_key(screen, false, key))
            return PK_SCREEN_KEY;
        n = poll(fds, 2, screen->n_keys ? ESCAPE_WAIT : -1);
        if (n == 0 && take_key(screen, true, key))
            return PK_SCREEN_KEY;
        if (fds[1].revents && take_signals(screen) && !screen->ending)
            return PK_SCREEN_RESIZE;
        if (n > 0 && fds[0].revents & (POLLIN | POLLHUP | POLLERR))
            read_keys(screen);
        if (n > 0 && fds[0].revents & POLLOUT)
            write_some(screen);
        if (screen->was_busy && pk_screen_is_free(screen)) {
            screen->was_busy = false;
            return PK_SCREEN_FREE;
        }
    }
    return PK_SCREEN_END;
}

int pk_screen_signal(const struct pk_screen *screen)
{
    return screen->ending;
}

_Noreturn void pk_screen_die(int number)
{
    raise(number);
    exit(128 + number); /* it was ignored or held */
}
