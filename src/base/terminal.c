/*
 * See terminal.h. The order of the variables is that of no-color.org and bixense.com/clicolors.
 * Colours are those of the terminal's own theme, which its user chose to be readable: 1 to 6 of 8,
 * bold and dim, no black, no white, no background. Red stands beside cyan and never beside green,
 * which one man in twelve cannot tell from it.
 *
 * Trap: the variables of the locale are read directly. setlocale would change how numbers are
 * printed.
 */
#include "base/terminal.h"

#include <asm-generic/ioctls.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#define WIDTH_UNKNOWN 100u
#define WIDEST 10000

static const char *const sequences[] = {
    [PK_PAINT_PLAIN] = "",           [PK_PAINT_HEADING] = "\x1b[1m",
    [PK_PAINT_BAR] = "\x1b[36m",     [PK_PAINT_MORE] = "\x1b[31m",
    [PK_PAINT_LESS] = "\x1b[36m",    [PK_PAINT_ASIDE] = "\x1b[2m",
    [PK_PAINT_ERROR] = "\x1b[1;31m", [PK_PAINT_WARNING] = "\x1b[1;33m",
    [PK_PAINT_HINT] = "\x1b[1;36m",
};

enum pk_color_when pk_terminal_color(const char *word)
{
    if (word && strcmp(word, "always") == 0)
        return PK_COLOR_ALWAYS;
    return word && strcmp(word, "never") == 0 ? PK_COLOR_NEVER : PK_COLOR_AUTO;
}

/* The value of a variable, or NULL where it is empty, which counts as not set. */
static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value && *value ? value : NULL;
}

bool pk_terminal_has_color(enum pk_color_when choice, bool is_terminal)
{
    const char *force = variable("CLICOLOR_FORCE"), *term = variable("TERM");

    if (choice != PK_COLOR_AUTO)
        return choice == PK_COLOR_ALWAYS;
    if (variable("NO_COLOR"))
        return false;
    if (force && strcmp(force, "0") != 0)
        return true;
    return is_terminal && !(term && strcmp(term, "dumb") == 0);
}

bool pk_terminal_has_truecolor(void)
{
    const char *says = variable("COLORTERM");

    return says && (strcmp(says, "truecolor") == 0 || strcmp(says, "24bit") == 0);
}

bool pk_terminal_is_utf8(void)
{
    const char *name = variable("LC_ALL");

    if (!name)
        name = variable("LC_CTYPE");
    if (!name)
        name = variable("LANG");
    return name && (strcasestr(name, "utf-8") || strcasestr(name, "utf8"));
}

/* The terminal itself knows best; COLUMNS helps where it cannot be asked, as over a serial line. */
unsigned pk_terminal_width(int fd)
{
    struct winsize size;
    const char *columns = variable("COLUMNS");
    long width = columns ? strtol(columns, NULL, 10) : 0;

    if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return width > 0 && width < WIDEST ? (unsigned)width : WIDTH_UNKNOWN;
}

const char *pk_terminal_begin(enum pk_paint paint)
{
    return sequences[paint];
}

const char *pk_terminal_end(enum pk_paint paint)
{
    return paint == PK_PAINT_PLAIN ? "" : "\x1b[0m";
}
