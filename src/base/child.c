/*
 * A child process: see child.h. Its standard input is a socket and not a pipe, because a write to a
 * pipe whose reader died raises SIGPIPE, which this program takes for a closed output and obeys;
 * sending to a socket can be told not to.
 *
 * Both directions are served in turn by poll(2): a program that writes before it has read all would
 * otherwise wait for us for ever. Its end is noticed by the end of its output.
 */
#include "base/child.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/oserror.h"
#include "base/temporary.h"

#define CHUNK 65536
#define MOST_WORDS_OF_ERROR 4096

enum { IN, OUT, ERR, STREAMS };

struct talk {
    const struct pk_child *child;
    struct pk_str input; /* what is left to send */
    struct pk_buf *out;
    struct pk_buf said; /* on standard error */
    int ends[STREAMS];  /* ours; -1 when closed */
    int failed;         /* the number of an error of a stream, or 0 */
    pid_t pid;
    int64_t deadline; /* in ms */
};

/* A clock that no change of the date can turn back. */
static int64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* At most once: the number may be another file's by the next time. */
static void shut(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* "cannot VERB dot: reason" */
static bool fail_with_reason(const struct talk *t, const char *verb, int number,
                             struct pk_error *error)
{
    char reason[PK_OSERROR_ROOM];

    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "cannot %s %s: %s", verb,
                        t->child->words[0], pk_oserror_text(reason, number));
}

/* The three connections; `theirs` gets the ends of the child. */
static bool connect_streams(struct talk *t, int theirs[STREAMS], struct pk_error *error)
{
    for (int i = 0; i < STREAMS; i++)
        t->ends[i] = theirs[i] = -1;
    for (int i = 0; i < STREAMS; i++) {
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            return fail_with_reason(t, "start", errno, error);
        t->ends[i] = pair[0];
        theirs[i] = pair[1];
    }
    return true;
}

/* What most users will see of this file. */
static bool fail_missing(const struct talk *t, struct pk_error *error)
{
    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "there is no program %s in PATH",
                        t->child->words[0]);
}

/* dup2 clears close-on-exec, so the child gets these three descriptors and nothing else. Signals
 * are as they are by default there, whatever was ignored here. Who ignores SIGCHLD, as our caller
 * may, is never told how a child ended. */
static bool spawn(struct talk *t, const int theirs[STREAMS], struct pk_error *error)
{
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all;
    int failed = 0;

    signal(SIGCHLD, SIG_DFL);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (int i = 0; i < STREAMS && !failed; i++)
        failed = posix_spawn_file_actions_adddup2(&actions, theirs[i], i);
    sigemptyset(&all);
    sigaddset(&all, SIGPIPE);
    sigaddset(&all, SIGXFSZ);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    if (!failed)
        failed = posix_spawnp(&t->pid, t->child->words[0], &actions, &attributes,
                              (char *const *)t->child->words, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (!failed)
        return true;
    t->pid = 0;
    return failed == ENOENT ? fail_missing(t, error) : fail_with_reason(t, "start", failed, error);
}

/* Only the two ends that a stream has are no failure: what is lost otherwise would be missing in
 * the result. */
static bool is_failure(int number)
{
    return number != EAGAIN && number != EINTR && number != EPIPE && number != ECONNRESET;
}

/* A child that does not read its input may still be right: that is no error. */
static void send_some(struct talk *t)
{
    ssize_t sent = t->input.size ? send(t->ends[IN], t->input.data,
                                        t->input.size < CHUNK ? t->input.size : CHUNK,
                                        MSG_NOSIGNAL | MSG_DONTWAIT)
                                 : 0;

    if (sent > 0)
        t->input = pk_str_slice(t->input, (size_t)sent, t->input.size);
    if (sent < 0 && is_failure(errno))
        t->failed = errno;
    if (t->input.size == 0 || (sent < 0 && errno != EAGAIN && errno != EINTR))
        shut(&t->ends[IN]);
}

/* At the end, or when it cannot be read, the stream is closed. */
static void receive_some(struct talk *t, int stream)
{
    char chunk[CHUNK];
    ssize_t got = recv(t->ends[stream], chunk, sizeof chunk, MSG_DONTWAIT);

    if (got > 0 && stream == OUT)
        pk_buf_add(t->out, chunk, (size_t)got);
    else if (got > 0 && t->said.size < MOST_WORDS_OF_ERROR)
        pk_buf_add(&t->said, chunk, (size_t)got);
    if (got < 0 && is_failure(errno))
        t->failed = errno;
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        shut(&t->ends[stream]);
}

/* Serve all streams until the child has closed its own, or a limit is passed. */
static bool talk(struct talk *t, struct pk_error *error)
{
    size_t before = t->out->size;

    while (t->ends[OUT] >= 0 || t->ends[ERR] >= 0) {
        struct pollfd polled[STREAMS];
        int64_t left = t->deadline - now();

        for (int i = 0; i < STREAMS; i++) /* a negative descriptor is passed over */
            polled[i] = (struct pollfd){.fd = t->ends[i], .events = i == IN ? POLLOUT : POLLIN};
        if (left <= 0)
            return pk_error_set(error, PK_OUTPUT, pk_place_none(),
                                "%s was stopped after %u seconds", t->child->words[0],
                                t->child->seconds);
        if (poll(polled, STREAMS, left > 1000 ? 1000 : (int)left) < 0 && errno != EINTR)
            return fail_with_reason(t, "wait for", errno, error);
        if (polled[IN].revents)
            send_some(t);
        for (int i = OUT; i < STREAMS; i++)
            if (polled[i].revents)
                receive_some(t, i);
        if (t->failed)
            return fail_with_reason(t, "talk to", t->failed, error);
        if (t->out->size - before > t->child->most)
            return pk_error_set(error, PK_OUTPUT, pk_place_none(),
                                "%s wrote more than %zu bytes, the limit", t->child->words[0],
                                t->child->most);
    }
    return true;
}

/* The first line of what it said, quoted. */
static bool fail_with_words(const struct talk *t, struct pk_error *error)
{
    char quoted[320];
    struct pk_str said = pk_buf_view(&t->said);
    const char *end = said.size ? memchr(said.data, '\n', said.size) : NULL;

    if (end)
        said = pk_str_slice(said, 0, (size_t)(end - said.data));
    if (said.size == 0)
        return pk_error_set(error, PK_OUTPUT, pk_place_none(), "%s failed", t->child->words[0]);
    return pk_error_set(error, PK_OUTPUT, pk_place_none(), "%s failed: %s", t->child->words[0],
                        pk_error_quote(quoted, sizeof quoted, said));
}

/* Nothing is left behind: a child that is not wanted any more is killed, and each is waited for. */
static bool reap(struct talk *t, bool is_wanted, struct pk_error *error)
{
    int status = 0;
    pid_t ended;

    if (!is_wanted)
        kill(t->pid, SIGKILL);
    do
        ended = waitpid(t->pid, &status, 0);
    while (ended < 0 && errno == EINTR);
    pk_temporary_child(0);
    if (!is_wanted)
        return false;
    if (ended < 0)
        return fail_with_reason(t, "wait for", errno, error);
    /* Where posix_spawn cannot tell (under valgrind, say), a child that was never one ends so. */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127 && t->said.size == 0)
        return fail_missing(t, error);
    return (WIFEXITED(status) && WEXITSTATUS(status) == 0) || fail_with_words(t, error);
}

/* Our copies of the child's ends are closed before the talk, or its own closing would not show. */
bool pk_child_run(const struct pk_child *child, struct pk_str input, struct pk_buf *out,
                  struct pk_error *error)
{
    struct talk t = {.child = child, .input = input, .out = out};
    int theirs[STREAMS];
    bool done;

    t.deadline = now() + (int64_t)child->seconds * 1000;
    done = connect_streams(&t, theirs, error) && spawn(&t, theirs, error);
    for (int i = 0; i < STREAMS; i++)
        shut(&theirs[i]);
    if (done) {
        pk_temporary_child(t.pid);
        done = talk(&t, error);
        done = reap(&t, done, error);
    }
    for (int i = 0; i < STREAMS; i++)
        shut(&t.ends[i]);
    pk_buf_fini(&t.said);
    return done;
}
