/*
 * What cairo and pango make of a page: ink where the page has its boxes, pixels of their colours,
 * names of every script inside of their boxes. Built with the sources of the module; fonts are
 * those that the machine has, so no letter is compared, only where letters are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <cairo.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/out_cairo_private.h"

#define FINE 64.0

static const struct pk_color paper = {255, 255, 255};

static cairo_status_t read_chunk(void *closure, unsigned char *bytes, unsigned size)
{
    return fread(bytes, 1, size, closure) == size ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_READ_ERROR;
}

/* The page as PNG, read back; destroy it. */
static cairo_surface_t *png_of(const struct pk_page *page, double scale)
{
    FILE *stream = tmpfile();
    cairo_surface_t *surface;

    assert_non_null(stream);
    assert_int_equal(pk_png_write(page, scale, stream), PK_PAGE_DONE);
    assert_int_equal(fseek(stream, 0, SEEK_SET), 0);
    surface = cairo_image_surface_create_from_png_stream(read_chunk, stream);
    fclose(stream);
    assert_int_equal(cairo_surface_status(surface), CAIRO_STATUS_SUCCESS);
    return surface;
}

static uint32_t pixel(cairo_surface_t *surface, double x, double y)
{
    const unsigned char *data = cairo_image_surface_get_data(surface);
    uint32_t value;

    memcpy(&value,
           data + (size_t)y * (size_t)cairo_image_surface_get_stride(surface) + 4 * (size_t)x,
           sizeof value);
    return value & 0xffffff;
}

static uint32_t value_of(struct pk_color color)
{
    return (uint32_t)color.r << 16 | (uint32_t)color.g << 8 | color.b;
}

struct extents {
    double x, y, width, height;
};

static void paint_texts(cairo_t *cairo, const struct pk_page *page)
{
    struct pk_cairo_pen *pen = pk_cairo_pen_new(page);

    assert_non_null(pen);
    pk_cairo_texts(cairo, page, pen, (struct pk_cairo_band){-1e6, 1e6});
    pk_cairo_pen_free(pen);
}

/* Where the boxes or texts of a page have ink; cairo rounds to whole units, so boxes are made
 * large.
 */
static struct extents ink_of(const struct pk_page *page, bool is_text)
{
    cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, NULL);
    cairo_t *cairo = cairo_create(surface);
    double fine = is_text ? 1 : FINE;
    struct extents ink;

    cairo_scale(cairo, fine, fine);
    if (is_text)
        paint_texts(cairo, page);
    else
        pk_cairo_boxes(cairo, page, (struct pk_cairo_band){-1e6, 1e6});
    cairo_recording_surface_ink_extents(surface, &ink.x, &ink.y, &ink.width, &ink.height);
    ink = (struct extents){ink.x / fine, ink.y / fine, ink.width / fine, ink.height / fine};
    cairo_destroy(cairo);
    cairo_surface_destroy(surface);
    return ink;
}

static void ink_is_where_the_page_has_its_boxes(void **state)
{
    struct pk_page_box box = {.fill = {1, 2, 3}};
    struct pk_page page = {.boxes = &box, .n_boxes = 1, .paper = paper};
    (void)state;

    for (unsigned i = 0; i < 40; i++) {
        unsigned gap = i % 2;
        struct extents ink;

        box.x = 8.0 * i + 0.25 * (i % 4);
        box.y = 16.0 * i;
        box.width = 0.125 + 1.5 * i;
        box.height = 15;
        box.has_gap = gap;
        box.is_hatched = i % 3 == 0;
        ink = ink_of(&page, false);
        assert_true(fabs(ink.x - (box.x - gap)) < 0.02 && fabs(ink.y - box.y) < 0.02);
        assert_true(fabs(ink.width - (box.width + 2 * gap)) < 0.04 && fabs(ink.height - 15) < 0.04);
    }
}

/* A page of 60 by 40 px with a plain and a hatched box. */
static struct pk_page page_by_hand(struct pk_page_box boxes[2])
{
    boxes[0] = (struct pk_page_box){
        .x = 10, .y = 10, .width = 20, .height = 15, .fill = {0x10, 0x20, 0x30}};
    boxes[1] = (struct pk_page_box){.x = 30,
                                    .y = 10,
                                    .width = 20,
                                    .height = 15,
                                    .fill = {0xd0, 0x20, 0x30},
                                    .is_hatched = true,
                                    .has_gap = true};
    return (struct pk_page){.title = "t",
                            .width = 60,
                            .height = 40,
                            .font = 11,
                            .paper = paper,
                            .boxes = boxes,
                            .n_boxes = 2};
}

/* New and gone of a comparison: a frame of ink inside of the one, paper across the other. */
static void new_boxes_are_outlined_and_gone_ones_striped(void **state)
{
    struct pk_page_box boxes[2];
    struct pk_page page = page_by_hand(boxes);
    cairo_surface_t *png;
    unsigned changes = 0;
    (void)state;

    page.ink = (struct pk_color){0, 0, 0};
    boxes[0].is_outlined = true;
    boxes[1].is_hatched = boxes[1].has_gap = false;
    boxes[1].is_striped = true;
    png = png_of(&page, 2);
    assert_int_equal(pixel(png, 2 * 20, 2 * 10), 0);
    assert_int_equal(pixel(png, 2 * 10, 2 * 18), 0);
    assert_int_equal(pixel(png, 2 * 20, 2 * 18), value_of(boxes[0].fill));
    assert_int_equal(pixel(png, 2 * 20, 2 * 10 - 1), 0xffffff); /* nothing outside */
    for (int x = 2 * 30 + 1; x < 2 * 50; x++)
        changes += pixel(png, x, 2 * 18) != pixel(png, x - 1, 2 * 18);
    assert_true(changes >= 4);
    assert_int_equal(pixel(png, 2 * 40, 2 * 12), pixel(png, 2 * 40, 2 * 22)); /* upright */
    cairo_surface_destroy(png);
}

static void pixels_have_the_colours_of_their_boxes(void **state)
{
    static const double scales[] = {1, 2, 3, 0.5};
    struct pk_page_box boxes[2];
    struct pk_page page = page_by_hand(boxes);
    (void)state;

    for (size_t i = 0; i < sizeof scales / sizeof *scales; i++) {
        double s = scales[i];
        cairo_surface_t *png = png_of(&page, s);
        unsigned plain = 0, lines = 0;

        assert_int_equal(cairo_image_surface_get_width(png), (int)(60 * s));
        assert_int_equal(cairo_image_surface_get_height(png), (int)(40 * s));
        assert_int_equal(pixel(png, 5 * s, 20 * s), 0xffffff);
        assert_int_equal(pixel(png, 20 * s, 5 * s), 0xffffff);
        assert_int_equal(pixel(png, 20 * s, 30 * s), 0xffffff);
        assert_int_equal(pixel(png, 20 * s, 18 * s), value_of(boxes[0].fill));
        assert_int_equal(pixel(png, 12 * s, 12 * s), value_of(boxes[0].fill));
        if (s >= 1) /* the gap of the second is taken from the first */
            assert_int_equal(pixel(png, 29.5 * s, 18 * s), 0xffffff);
        for (unsigned x = (unsigned)(32 * s); x < (unsigned)(49 * s); x++) {
            plain += pixel(png, x, 18 * s) == value_of(boxes[1].fill);
            lines += (pixel(png, x, 18 * s) & 0xff) > 0x60;
        }
        assert_true(plain > 0 && lines > 0);
        cairo_surface_destroy(png);
    }
}

static const char *const names[] = {
    "\xe8\xa7\xa3\xe6\x9e\x90\xe8\xaf\xb7\xe6\xb1\x82", /* Chinese */
    /* Arabic */
    "\xd9\x85\xd8\xb9\xd8\xa7\xd9\x84\xd8\xac\xd8\xa9 \xd8\xa7\xd9\x84\xd8\xb7\xd9\x84\xd8\xa8",
    "\xd7\xa2\xd7\x99\xd7\x91\xd7\x95\xd7\x93 \xd7\x91\xd7\xa7\xd7\xa9\xd7\x94", /* Hebrew */
    "\xe0\xa4\x85\xe0\xa4\xa8\xe0\xa5\x81\xe0\xa4\xb0\xe0\xa5\x8b\xe0\xa4\xa7",  /* Devanagari */
    "\xf0\x9f\x9a\x80launch\xf0\x9f\x94\xa5",                                    /* emoji */
    "z\xcc\xb6\xcc\x9b\xcc\xba\xcc\xa8\xcd\x8d\xcd\x95\xcd\x8c\xcc\x90\xcd\x8elgo",
    "\xcd\xb8\xcd\xb9\xf4\x8f\xbf\xbd", /* no font has these */
    "<b>markup</b> &amp; %s",
    "push_back_with_a_very_long_name_that_does_not_fit",
};

/* Every name, in wide and narrow boxes, alone and with something beside it. */
static void names_of_every_script_stay_in_their_boxes(void **state)
{
    static const double rooms[] = {14, 34, 80, 300};
    (void)state;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++) {
            struct pk_page_text text = {.x = 100,
                                        .y = 50,
                                        .room = rooms[r],
                                        .above = 11,
                                        .below = 4,
                                        .forms = &names[i],
                                        .n_forms = 1,
                                        .beside = r % 2 ? "file.py:12" : NULL};
            struct pk_page page = {.font = 11, .texts = &text, .n_texts = 1};
            struct extents ink = ink_of(&page, true);

            assert_true(ink.width > 0 && ink.x >= 97);
            assert_true(ink.x + ink.width <= 100 + rooms[r] + 3);
            assert_true(ink.y >= 38 && ink.y + ink.height <= 55);
        }
}

/* A width between those of the forms chooses the one; the same ink as if it stood alone. */
static void the_first_form_that_fits_is_drawn(void **state)
{
    static const char *const forms[] = {"net::http::Server::run", "\xe2\x80\xa6Server::run", "run"};
    struct pk_page_text text = {
        .x = 10, .y = 50, .room = 1000, .above = 11, .below = 4, .forms = forms, .n_forms = 3};
    struct pk_page page = {.font = 11, .texts = &text, .n_texts = 1};
    double widths[3];
    (void)state;

    for (unsigned i = 0; i < 3; i++) {
        text.forms = &forms[i];
        text.n_forms = 1;
        widths[i] = ink_of(&page, true).width;
    }
    text.forms = forms;
    text.n_forms = 3;
    for (unsigned i = 0; i < 3; i++) {
        text.room = widths[i] + 4;
        assert_true(fabs(ink_of(&page, true).width - widths[i]) < 0.05);
    }
    text.room = widths[2] * 0.8; /* not even the last: its end is cut */
    assert_true(ink_of(&page, true).width < widths[2]);
}

static void a_pdf_is_the_same_twice_and_has_no_date(void **state)
{
    struct pk_page_box boxes[2];
    struct pk_page page = page_by_hand(boxes);
    struct pk_page_mark mark = {12, 14, "a (\\) name'] page=9"};
    char bytes[2][65536];
    size_t sizes[2];
    (void)state;

    page.marks = &mark;
    page.n_marks = 1;
    for (unsigned i = 0; i < 2; i++) {
        FILE *stream = tmpfile();

        assert_non_null(stream);
        assert_int_equal(pk_pdf_write(&page, stream), PK_PAGE_DONE);
        assert_int_equal(fseek(stream, 0, SEEK_SET), 0);
        sizes[i] = fread(bytes[i], 1, sizeof bytes[i], stream);
        assert_true(sizes[i] > 100 && sizes[i] < sizeof bytes[i]);
        fclose(stream);
    }
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(bytes[0], bytes[1], sizes[0]);
    assert_null(memmem(bytes[0], sizes[0], "Date", 4));
    /* 60 by 40 px are 45 by 30 points; the mark is 10.5 points below the top. */
    assert_non_null(memmem(bytes[0], sizes[0], "/MediaBox [ 0 0 45 30 ]", 23));
    assert_non_null(memmem(bytes[0], sizes[0], "/Outlines", 9));
    assert_non_null(memmem(bytes[0], sizes[0], "/XYZ 9 20 0]", 12));
}

/* 2,100 px a side are more than one band has; boxes and letters lie over all places where one may
 * end. */
static void bands_of_a_png_do_not_show(void **state)
{
    static const char *const form = "Ågjçy";
    enum { SIDE = 2100, ROWS = 300, STEP = SIDE / ROWS };
    static struct pk_page_box boxes[ROWS];
    static struct pk_page_text texts[ROWS];
    const struct pk_page page = {.title = "t",
                                 .width = SIDE,
                                 .height = SIDE,
                                 .font = 11,
                                 .paper = paper,
                                 .boxes = boxes,
                                 .n_boxes = ROWS,
                                 .texts = texts,
                                 .n_texts = ROWS};
    cairo_surface_t *whole = cairo_image_surface_create(CAIRO_FORMAT_RGB24, SIDE, SIDE), *banded;
    cairo_t *cairo = cairo_create(whole);
    struct pk_cairo_pen *pen = pk_cairo_pen_new(&page);
    (void)state;

    for (unsigned i = 0; i < ROWS; i++) {
        boxes[i] = (struct pk_page_box){.x = 10.3,
                                        .y = STEP * i + 0.4,
                                        .width = 500,
                                        .height = STEP - 1,
                                        .fill = {0xd0, 0x20, 0x30},
                                        .is_hatched = i % 2,
                                        .is_striped = i % 3 == 0,
                                        .is_outlined = i % 5 == 0,
                                        .has_gap = true};
        texts[i] = (struct pk_page_text){.x = 12,
                                         .y = STEP * i,
                                         .room = 90,
                                         .above = 9,
                                         .below = 5,
                                         .forms = &form,
                                         .n_forms = 1};
    }
    assert_int_equal(pk_cairo_paint(cairo, &page, pen, pk_cairo_whole(&page)), PK_PAGE_DONE);
    cairo_surface_flush(whole);
    banded = png_of(&page, 1);
    for (unsigned y = 0; y < SIDE; y++)
        for (unsigned x = 0; x < 600; x++)
            if (pixel(whole, x, y) != pixel(banded, x, y))
                fail_msg("the pixel at %u, %u differs", x, y);
    pk_cairo_pen_free(pen);
    cairo_destroy(cairo);
    cairo_surface_destroy(whole);
    cairo_surface_destroy(banded);
}

static void a_failed_stream_is_left_to_the_output(void **state)
{
    struct pk_page_box boxes[2];
    struct pk_page page = page_by_hand(boxes);
    FILE *full = fopen("/dev/full", "w");
    (void)state;

    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_int_equal(pk_png_write(&page, 2, full), PK_PAGE_DONE);
    assert_int_equal(pk_pdf_write(&page, full), PK_PAGE_DONE);
    assert_true(ferror(full));
    fclose(full);
}

static void memory_that_cannot_be_had_is_told(void **state)
{
    (void)state;
    assert_int_equal(pk_cairo_outcome(CAIRO_STATUS_NO_MEMORY), PK_PAGE_NO_MEMORY);
    assert_int_equal(pk_cairo_outcome(CAIRO_STATUS_INVALID_SIZE), PK_PAGE_FAILED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ink_is_where_the_page_has_its_boxes),
        cmocka_unit_test(new_boxes_are_outlined_and_gone_ones_striped),
        cmocka_unit_test(pixels_have_the_colours_of_their_boxes),
        cmocka_unit_test(names_of_every_script_stay_in_their_boxes),
        cmocka_unit_test(the_first_form_that_fits_is_drawn),
        cmocka_unit_test(a_pdf_is_the_same_twice_and_has_no_date),
        cmocka_unit_test(bands_of_a_png_do_not_show),
        cmocka_unit_test(a_failed_stream_is_left_to_the_output),
        cmocka_unit_test(memory_that_cannot_be_had_is_told),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
