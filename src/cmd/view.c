/*
 * profkit view: looking around in a profile by keys, on a terminal. What a key does and how it
 * looks is decided by render/explore, how a terminal is had and given back by base/screen; here the
 * two meet: a picture is drawn when the one before was taken and no key is waiting, so a slow line
 * drops pictures and no keys.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/base64.h"
#include "base/progress.h"
#include "base/screen.h"
#include "base/terminal.h"
#include "cmd/common.h"
#include "cmd/stacks.h"
#include "render/explore.h"

#define MOST_COPIED 74994 /* bytes before base64; xterm takes no more */

static const struct pk_opt options[] = {
    {"exact-only", 0, PK_OPT_FLAG, NULL, NULL, "show only time whose place is proven", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* OSC 52 of xterm, which most terminals know, also through ssh. */
static void copy(struct pk_screen *screen, struct pk_str name)
{
    struct pk_base64 base64 = {.n_held = 0};
    struct pk_buf out = {0};

    if (name.size > MOST_COPIED)
        return; /* it is shown all the same */
    pk_buf_text(&out, "\x1b]52;c;");
    pk_base64_add(&base64, name.data, name.size, &out);
    pk_base64_end(&base64, &out);
    pk_buf_char(&out, '\x07');
    pk_screen_show(screen, pk_buf_view(&out));
    pk_buf_fini(&out);
}

static enum pk_canvas_colors colors_of(const struct pk_args *args)
{
    enum pk_color_when choice = pk_terminal_color(pk_opts_text(&args->opts, "color", NULL));

    if (!pk_terminal_has_color(choice, true))
        return PK_CANVAS_PLAIN;
    return pk_terminal_has_truecolor() ? PK_CANVAS_TRUE : PK_CANVAS_16;
}

static void resize(const struct pk_screen *screen, struct pk_canvas *canvas)
{
    unsigned columns, rows;

    pk_screen_size(screen, &columns, &rows);
    pk_canvas_resize(canvas, columns, rows);
}

/* Given to the screen as a whole; it writes as much as the line takes, and the rest later. */
static void draw(struct pk_screen *screen, struct pk_explore *explore, struct pk_canvas *canvas,
                 enum pk_canvas_colors colors)
{
    struct pk_buf out = {0};

    pk_explore_draw(explore, canvas);
    pk_canvas_paint(canvas, colors, &out);
    pk_screen_show(screen, pk_buf_view(&out));
    pk_buf_fini(&out);
}

/* Until it is over: returns the signal that ended it, 0 for a key. */
static int look_around(struct pk_screen *screen, struct pk_explore *explore,
                       enum pk_canvas_colors colors)
{
    struct pk_canvas canvas = {0};
    enum pk_explore_wish wish = PK_EXPLORE_GO_ON;
    enum pk_screen_event event = PK_SCREEN_RESIZE;
    bool is_stale = true;

    resize(screen, &canvas);
    while (wish != PK_EXPLORE_QUIT) {
        int32_t key;

        if (is_stale && pk_screen_is_free(screen) && !pk_screen_has_key(screen)) {
            draw(screen, explore, &canvas, colors);
            is_stale = false;
        }
        event = pk_screen_wait(screen, &key);
        if (event == PK_SCREEN_END)
            break;
        if (event == PK_SCREEN_RESIZE)
            resize(screen, &canvas);
        is_stale |= event != PK_SCREEN_FREE;
        if (event != PK_SCREEN_KEY)
            continue;
        wish = pk_explore_key(explore, key);
        if (wish == PK_EXPLORE_COPY)
            copy(screen, pk_explore_copied(explore));
        if (wish == PK_EXPLORE_REDRAW)
            pk_canvas_forget(&canvas);
    }
    pk_canvas_fini(&canvas);
    return event == PK_SCREEN_END ? pk_screen_signal(screen) : 0;
}

/* The screen is taken last, so that whatever is said before stands where it always stands. */
static int show(const struct pk_args *args, struct pk_loaded *loaded, struct pk_error *error)
{
    struct pk_error no_stacks = {0};
    struct pk_stacks stacks = {
        .view = {.profile = loaded->profile,
                 .profile_metric = loaded->metric,
                 .total = pk_profile_total(loaded->profile, loaded->metric)}};
    enum pk_canvas_colors colors = colors_of(args);
    struct pk_explore_setup setup = {.is_ascii = pk_opts_has(&args->opts, "ascii") ||
                                                 !pk_terminal_is_utf8()};
    struct pk_explore *explore;
    struct pk_screen *screen;
    int number = 0;

    if (pk_stacks_check(loaded, &no_stacks))
        pk_stacks_init(&stacks, args, loaded);
    setup.stacks = stacks.view;
    setup.attributed = stacks.attributed;
    setup.has_blocks = colors != PK_CANVAS_PLAIN && !setup.is_ascii;
    setup.name = pk_str_of(loaded->names.size == 2 ? loaded->names.data[0] : "several files");
    explore = pk_explore_new(&setup);
    pk_progress_clear();
    screen = pk_screen_open(error);
    if (screen) {
        number = look_around(screen, explore, colors);
        pk_screen_close(screen);
    }
    pk_explore_free(explore);
    pk_stacks_fini(&stacks);
    return number;
}

/* What the view cannot show is refused before the terminal is touched. */
static bool check(const struct pk_loaded *loaded, struct pk_error *error)
{
    char quoted[320];

    if (!pk_stacks_check_signs(loaded, "size", error))
        return false;
    return pk_profile_total(loaded->profile, loaded->metric) > 0 ||
           pk_error_set(error, PK_INPUT, pk_place_none(),
                        "nothing to show: every value of %s is zero",
                        pk_error_quote(quoted, sizeof quoted,
                                       pk_profile_metric(loaded->profile, loaded->metric)->name));
}

/* Without a terminal nothing is read in vain. */
static int run(struct pk_args *args, struct pk_error *error)
{
    struct pk_loaded loaded;
    int number = 0;

    if (!pk_screen_check(error))
        return PK_USAGE;
    if (pk_load(args, &loaded, error) && check(&loaded, error))
        number = show(args, &loaded, error);
    pk_loaded_fini(args, &loaded);
    if (number)
        pk_screen_die(number);
    return (int)error->status;
}

const struct pk_cmd pk_cmd_view = {
    .name = "view",
    .summary = "look around by keys on a terminal: icicle, sandwich, table",
    .usage = "[OPTION...] [FILE...]",
    .group = "Draw",
    .opts = options,
    .reads = true,
    .run = run,
    .example = "profkit view out.prof",
};
