/*
 * See pager.h. While it runs the keyboard is the pager's: INT and QUIT, which the terminal sends to
 * both, are left to it. TERM and HUP are passed on, so that it can restore the terminal, and end
 * this program afterwards.
 *
 * Traps: a pager killed the hard way leaves the terminal raw, so its settings are kept and put
 * back. The write end of the pipe must not be in the pager too, or it would wait for its own end.
 */
#include "base/pager.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/oserror.h"

#define SPACES " \t\n"

static volatile sig_atomic_t passed_on; /* a signal that was, or 0 */
static volatile pid_t pager;

static const int handed_over[] = {SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGHUP};

#define HANDED_OVER (sizeof handed_over / sizeof *handed_over)

/* A variable that is empty or holds only spaces turns it off. */
bool pk_pager_is_asked(const char *command)
{
    return command && command[strspn(command, SPACES)] != '\0';
}

/* The words of a command, ended by NULL, in one piece of memory that the caller frees. */
static char **split(const char *command)
{
    size_t size = strlen(command) + 1, most = size / 2 + 2, n = 0;
    char **words = pk_alloc(most * sizeof *words + size);
    char *copy = (char *)(words + most), *rest = copy;

    memcpy(copy, command, size);
    while (rest[strspn(rest, SPACES)]) {
        rest += strspn(rest, SPACES);
        words[n++] = rest;
        rest += strcspn(rest, SPACES);
        if (*rest)
            *rest++ = '\0';
    }
    words[n] = NULL;
    return words;
}

/* Only what is safe in a handler. */
static void pass_on(int number)
{
    passed_on = number;
    if (pager > 0)
        kill(pager, number);
}

/* What this program does with signals while the pager has the terminal; `old` gets what it did. */
static void hand_over(struct sigaction old[HANDED_OVER])
{
    struct sigaction ignored = {.sa_handler = SIG_IGN}, passed = {.sa_handler = pass_on};

    sigemptyset(&ignored.sa_mask);
    sigemptyset(&passed.sa_mask);
    for (size_t i = 0; i < HANDED_OVER; i++)
        sigaction(handed_over[i],
                  handed_over[i] == SIGTERM || handed_over[i] == SIGHUP ? &passed : &ignored,
                  &old[i]);
}

/* Also for signals that were ignored from the start, as below nohup. */
static void take_back(const struct sigaction old[HANDED_OVER])
{
    for (size_t i = 0; i < HANDED_OVER; i++)
        sigaction(handed_over[i], &old[i], NULL);
}

/* Start it with `from` as its standard input and signals as they are by default; errno, or 0. */
static int start(char **words, int from)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all;
    pid_t started = 0;
    int failed;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&actions, from, STDIN_FILENO);
    sigemptyset(&all);
    for (size_t i = 0; i < HANDED_OVER; i++)
        sigaddset(&all, handed_over[i]);
    sigaddset(&all, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    failed = posix_spawnp(&started, words[0], &actions, &attributes, words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    pager = failed ? 0 : started;
    return failed;
}

/* All of it, or as much as the pager wants: EPIPE is its end. */
static void feed(int to, struct pk_str text)
{
    while (text.size) {
        ssize_t wrote = write(to, text.data, text.size);

        if (wrote > 0)
            text = pk_str_slice(text, (size_t)wrote, text.size);
        else if (errno != EINTR)
            return;
    }
}

/* How it ended, as waitpid tells it. */
static int wait_for_end(void)
{
    int status = 0;
    pid_t ended;

    do
        ended = waitpid(pager, &status, 0);
    while (ended < 0 && errno == EINTR);
    pager = 0;
    return status;
}

/* The usual mistake has words of its own: strerror would speak of a file. */
static bool fail_to_start(const char *name, int number, struct pk_error *error)
{
    char text[PK_OSERROR_ROOM], quoted[320];

    pk_error_quote(quoted, sizeof quoted, pk_str_of(name));
    if (number == ENOENT)
        return pk_error_set(error, PK_OUTPUT, pk_place_none(), "there is no pager %s in PATH",
                            quoted);
    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "cannot start the pager %s: %s", quoted,
                        pk_oserror_text(text, number));
}

/* Feed and wait; the status, after which a signal that ended the pager ends this program too. */
static int run(int to, struct pk_str text)
{
    int status;

    feed(to, text);
    close(to);
    status = wait_for_end();
    return status;
}

/* A pager that failed may have shown nothing, so the result counts as not written. */
static bool judge(const char *name, int status, struct pk_error *error)
{
    char quoted[320];

    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return true;
    pk_error_quote(quoted, sizeof quoted, pk_str_of(name));
    if (WIFSIGNALED(status))
        return pk_error_set(error, PK_OUTPUT, pk_place_none(),
                            "the pager %s was ended by signal %d", quoted, WTERMSIG(status));
    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "the pager %s ended with status %d",
                        quoted, WEXITSTATUS(status));
}

bool pk_pager_show(const char *command, struct pk_str text, struct pk_error *error)
{
    char **words = split(command);
    struct sigaction old[HANDED_OVER];
    struct termios before;
    bool is_terminal = tcgetattr(STDOUT_FILENO, &before) == 0, done;
    int ends[2], failed = 0, status = 0;

    passed_on = 0;
    hand_over(old);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        failed = errno;
    } else {
        failed = start(words, ends[0]);
        close(ends[0]);
        if (!failed)
            status = run(ends[1], text);
        else
            close(ends[1]);
    }
    if (is_terminal)
        tcsetattr(STDOUT_FILENO, TCSADRAIN, &before);
    take_back(old);
    if (passed_on || (!failed && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT))
        raise(passed_on ? passed_on : SIGINT);
    done = failed ? fail_to_start(words[0], failed, error) : judge(words[0], status, error);
    pk_free(words);
    return done;
}
