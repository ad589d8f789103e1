/*
 * Where configuration is looked for, and what its keys mean: see config.h. The table drives the
 * parser, and tests/test_config.c holds profkit-config(5) to it.
 *
 * Traps: a .profkit comes from whoever wrote the repository. It is opened without following a link,
 * which could lead to any file and have its lines quoted in an error, and without waiting, since it
 * may be a FIFO. Above the root of a repository, or above the current folder outside of any,
 * nothing is looked for: there it could be anybody's.
 */
#include "cmd/config.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/oserror.h"

#define PROJECT ".profkit"
#define MOST_LEVELS 64
#define MOST_BYTES ((size_t)1 << 20)
#define BLOCK ((size_t)4096)

const struct pk_config_key pk_config_keys[] = {
    {"output",
     PK_CONFIG_OPTION,
     {"color", 0, PK_OPT_CHOICE, "WHEN", "auto,always,never", NULL, false},
     "color",
     NULL,
     "PROFKIT_COLOR"},
    {"output",
     PK_CONFIG_OPTION,
     {"palette", 0, PK_OPT_CHOICE, "PALETTE", "module,kind,hash,hot,grey", NULL, false},
     "colors",
     NULL,
     "PROFKIT_PALETTE"},
    {"output",
     PK_CONFIG_OPTION,
     {"progress", 0, PK_OPT_CHOICE, "HOW", "auto,plain", NULL, false},
     "progress",
     NULL,
     "PROFKIT_PROGRESS"},
    {"thresholds",
     PK_CONFIG_OPTION,
     {"top", 0, PK_OPT_COUNT, "N", NULL, NULL, false},
     "top",
     "graph",
     "PROFKIT_TOP"},
    {"thresholds",
     PK_CONFIG_OPTION,
     {"min-percent", 0, PK_OPT_DECIMAL, "N", NULL, NULL, false},
     "min-percent",
     "graph",
     "PROFKIT_MIN_PERCENT"},
    {"thresholds",
     PK_CONFIG_OPTION,
     {"max-regression", 0, PK_OPT_TEXT, "PERCENT", NULL, NULL, false},
     "max-regression",
     NULL,
     NULL},
    {"thresholds",
     PK_CONFIG_OPTION,
     {"min-change", 0, PK_OPT_TEXT, "AMOUNT", NULL, NULL, false},
     "min-change",
     NULL,
     NULL},
    {"rules", PK_CONFIG_RULE, {NULL, 0, PK_OPT_TEXT, "EXPR", NULL, NULL, true}, NULL, NULL, NULL},
    {"own", PK_CONFIG_OWN, {"prefix", 0, PK_OPT_TEXT, "TEXT", NULL, NULL, true}, NULL, NULL, NULL},
    {"modules",
     PK_CONFIG_MODULE,
     {NULL, 0, PK_OPT_TEXT, "MODULE", NULL, NULL, true},
     NULL,
     NULL,
     NULL},
    {"services",
     PK_CONFIG_SERVICE,
     {NULL, 0, PK_OPT_TEXT, "REGEX", NULL, NULL, true},
     NULL,
     NULL,
     NULL},
    {"suppress",
     PK_CONFIG_SUPPRESS,
     {NULL, 0, PK_OPT_TEXT, "REASON", NULL, NULL, true},
     NULL,
     NULL,
     NULL},
    {NULL, PK_CONFIG_OPTION, {NULL, 0, PK_OPT_TEXT, NULL, NULL, NULL, false}, NULL, NULL, NULL},
};

/* ---- files */

/* All of a file, at most MOST_BYTES; 0, or an errno. */
static int read_all(int fd, struct pk_buf *out)
{
    ssize_t got;

    do {
        pk_buf_reserve(out, BLOCK);
        got = read(fd, out->data + out->size, BLOCK);
        if (got > 0)
            out->size += (size_t)got;
        if (out->size > MOST_BYTES)
            return EFBIG;
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got < 0 ? errno : 0;
}

/* `flags` are added to those of open; 0, or an errno. With a mode it is open that is called and not
 * the checked form of glibc, which the tests of failing calls do not know. */
static int read_file(const char *path, int flags, struct pk_buf *out)
{
    int fd, number = 0;
    struct stat status;

    do
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | flags, 0);
    while (fd < 0 && errno == EINTR);
    if (fd < 0 || fstat(fd, &status) != 0)
        number = errno;
    else if (!S_ISREG(status.st_mode))
        number = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
    else
        number = read_all(fd, out);
    if (fd >= 0)
        close(fd);
    return number;
}

static bool fail(const char *path, int number, struct pk_error *error)
{
    char text[PK_OSERROR_ROOM];

    if (error->status == PK_OK)
        error->file = path;
    if (number == ELOOP)
        pk_error_set(error, PK_USAGE, pk_place_none(), "this configuration is a symbolic link");
    else
        pk_error_set(error, PK_INPUT, pk_place_none(), "cannot read this configuration: %s",
                     pk_oserror_text(text, number));
    pk_error_hint(error, "--no-config reads none");
    return false;
}

/* Read and parse a file, if it is there. One in a folder that this user may not enter is none: a
 * service often has the home of another. */
static bool load_file(struct pk_config *config, const char *path, int flags, struct pk_error *error)
{
    const char *name = pk_arena_str(&config->arena, pk_str_of(path)).data;
    struct pk_buf text = {0};
    int number = read_file(path, flags, &text);
    bool done = true;

    if (number == 0) {
        pk_array_push(&config->sources, name);
        done = pk_config_parse(config, name, pk_buf_view(&text), error);
    } else if (number != ENOENT && number != ENOTDIR && number != EACCES) {
        done = fail(name, number, error);
    }
    pk_buf_fini(&text);
    return done;
}

/* $XDG_CONFIG_HOME, which counts only when it is absolute, else ~/.config. */
static bool load_users(struct pk_config *config, struct pk_error *error)
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    struct pk_buf path = {0};
    bool done = true;

    if (folder && folder[0] == '/')
        pk_buf_printf(&path, "%s/profkit/config", folder);
    else if (home && home[0] == '/')
        pk_buf_printf(&path, "%s/.config/profkit/config", home);
    if (path.size)
        done = load_file(config, path.data, 0, error);
    pk_buf_fini(&path);
    return done;
}

/* Look at `name` in the folder `levels` above this one; false when it is not there. */
static bool look_above(unsigned levels, const char *name, struct stat *status)
{
    struct pk_buf path = {0};
    bool is_there;

    for (unsigned i = 0; i < levels; i++)
        pk_buf_text(&path, "../");
    pk_buf_text(&path, name);
    is_there = stat(path.data, status) == 0;
    pk_buf_fini(&path);
    return is_there;
}

/* The root of the file system is above itself. */
static bool is_top(unsigned level)
{
    struct stat here, above;

    return !look_above(level, ".", &here) || !look_above(level, "..", &above) ||
           (here.st_ino == above.st_ino && here.st_dev == above.st_dev);
}

/* Levels up to the root of the repository that this folder is in; 0 outside of any. */
static unsigned levels_to_root(void)
{
    static const char *const marks[] = {".git", ".hg", ".svn"};
    struct stat status;

    for (unsigned level = 0; level < MOST_LEVELS; level++) {
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (look_above(level, marks[i], &status))
                return level;
        if (is_top(level))
            break;
    }
    return 0;
}

static bool load_projects(struct pk_config *config, struct pk_error *error)
{
    unsigned last = levels_to_root(), level = 0;
    struct pk_buf path = {0};
    struct stat status;
    bool done;

    while (level < last && !look_above(level, PROJECT, &status))
        level++;
    for (unsigned i = 0; i < level; i++)
        pk_buf_text(&path, "../");
    pk_buf_text(&path, PROJECT);
    done = load_file(config, path.data, O_NOFOLLOW, error);
    pk_buf_fini(&path);
    return done;
}

/* ---- variables */

static bool load_variables(struct pk_config *config, struct pk_error *error)
{
    for (const struct pk_config_key *key = pk_config_keys; key->section; key++) {
        const char *text = key->variable ? getenv(key->variable) : NULL;
        struct pk_opt_value value;
        struct pk_buf wanted = {0};
        char quoted[320];

        if (!text || !*text)
            continue;
        if (!pk_opts_check(&key->value, text, &value)) {
            pk_opts_wants(&key->value, &wanted);
            pk_error_set(error, PK_USAGE, pk_place_none(), "%s needs %s, found %s", key->variable,
                         wanted.data, pk_error_quote(quoted, sizeof quoted, pk_str_of(text)));
            pk_buf_fini(&wanted);
            return false;
        }
        pk_array_push(&config->defaults, ((struct pk_config_default){key, text}));
        pk_array_push(&config->sources, key->variable);
    }
    return true;
}

bool pk_config_load(struct pk_config *config, struct pk_error *error)
{
    return load_file(config, PK_CONFIG_FOLDER "/profkit.conf", 0, error) &&
           load_users(config, error) && load_projects(config, error) &&
           load_variables(config, error);
}

/* ---- what it is for */

static const struct pk_opt *option_of(const struct pk_opt *const *tables, const char *name)
{
    for (; *tables; tables++)
        for (const struct pk_opt *opt = *tables; opt->name; opt++)
            if (strcmp(opt->name, name) == 0)
                return opt;
    return NULL;
}

/* From the strongest to the weakest, each in front of what is there, so that the order is one of
 * strength and the command line stays last. A value that an option of this command would not take
 * is none for it. */
void pk_config_apply(const struct pk_config *config, const char *command,
                     const struct pk_opt *const *tables, struct pk_opts *opts)
{
    for (size_t i = config->defaults.size; i-- > 0;) {
        const struct pk_config_default *one = &config->defaults.data[i];
        const struct pk_opt *opt = option_of(tables, one->key->option);
        struct pk_opt_value value;

        if (!opt || (one->key->not_for && strcmp(one->key->not_for, command) == 0) ||
            !pk_opts_check(opt, one->text, &value))
            continue;
        pk_array_push(&opts->values, value);
        memmove(opts->values.data + 1, opts->values.data,
                (opts->values.size - 1) * sizeof *opts->values.data);
        opts->values.data[0] = value;
    }
}

void pk_config_fini(struct pk_config *config)
{
    pk_array_fini(&config->defaults);
    pk_array_fini(&config->own);
    pk_array_fini(&config->modules);
    pk_array_fini(&config->services);
    pk_array_fini(&config->suppressed);
    pk_array_fini(&config->rules);
    pk_array_fini(&config->sources);
    pk_arena_fini(&config->arena);
}
