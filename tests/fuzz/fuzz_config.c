/*
 * The text of a configuration: see fuzz_parts.h. What was taken must be what profkit-config(5)
 * allows; written out again, a key a line in the order of the lists, it must be taken for the same;
 * and how lines end must not matter. What was not taken is a mistake with a place inside the text.
 *
 * Trap: the text on the way back is made by three lines of C here and not by any code of the
 * program, so a blank or a key that the parser loses shows.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/config.h"
#include "fuzz_laws.h"
#include "fuzz_parts.h"

static void expect(bool is_true, const char *what)
{
    if (!is_true)
        fuzz_laws_fail(what, NULL);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* What a line can hold between its blanks. */
static void check_text(const char *text, const char *what)
{
    size_t size = strlen(text);

    expect(size > 0 && !is_blank(text[0]) && !is_blank(text[size - 1]), what);
    for (size_t i = 0; i < size; i++)
        expect((unsigned char)text[i] >= ' ' || text[i] == '\t', "a control byte in a value");
}

static void check_suppression(const struct pk_suppression *one)
{
    size_t size = 0;

    while (size < one->key.size &&
           strchr("abcdefghijklmnopqrstuvwxyz0123456789-", one->key.data[size]))
        size++;
    expect(size > 0 && (size == one->key.size || strchr(" \t:", one->key.data[size])),
           "a rule that is none");
    expect(one->reason.size > 0, "a reason that is empty");
    expect(!one->until.data || one->until.size == strlen("2027-03-01"), "an end that is no date");
}

static void check_keys(const struct pk_config *config)
{
    for (size_t i = 0; i < config->own.size; i++)
        check_text(config->own.data[i], "a prefix that is empty or has blanks round it");
    for (size_t i = 0; i < config->modules.size; i++) {
        check_text(config->modules.data[i].key, "a key that is empty or has blanks round it");
        check_text(config->modules.data[i].value, "a module that is empty or has blanks round it");
        expect(!strchr(config->modules.data[i].key, '='), "a key with '='");
        expect(!strchr("#;[", config->modules.data[i].key[0]), "a key out of a comment");
    }
    for (size_t i = 0; i < config->rules.size; i++)
        check_text(config->rules.data[i].name, "a rule without a name");
    for (size_t i = 0; i < config->services.size; i++) {
        check_text(config->services.data[i].key, "a service without a name");
        check_text(config->services.data[i].value, "a service without an expression");
    }
    for (size_t i = 0; i < config->suppressed.size; i++)
        check_suppression(&config->suppressed.data[i]);
}

/* Of the defaults of one key the last that an option takes is what the option has. */
static void check_strongest(const struct pk_config *config, const struct pk_opts *opts)
{
    for (size_t i = 0; i < config->defaults.size; i++) {
        const struct pk_config_default *one = &config->defaults.data[i];
        const struct pk_opt_value *has = pk_opts_find(opts, one->key->option);
        struct pk_opt_value ignored;
        bool is_last = has && pk_opts_check(has->opt, one->text, &ignored);

        for (size_t k = i + 1; is_last && k < config->defaults.size; k++)
            is_last = config->defaults.data[k].key != one->key ||
                      !pk_opts_check(has->opt, config->defaults.data[k].text, &ignored);
        expect(!is_last || strcmp(has->text, one->text) == 0, "a weaker default won");
    }
}

/* Each default suits its key, and is for every command an option of that command. */
static void check_defaults(const struct pk_config *config)
{
    for (size_t i = 0; i < config->defaults.size; i++) {
        const struct pk_config_default *one = &config->defaults.data[i];
        struct pk_opt_value value;

        check_text(one->text, "a default that is empty");
        expect(one->key->kind == PK_CONFIG_OPTION, "a default of what is no option");
        expect(pk_opts_check(&one->key->value, one->text, &value), "a default of the wrong kind");
    }
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        const struct pk_opt *tables[5];
        struct pk_opts opts = {0};

        pk_cmd_tables(pk_cmd_list[i], tables);
        pk_config_apply(config, pk_cmd_list[i]->name, tables, &opts);
        expect(opts.values.size <= config->defaults.size, "more options than defaults");
        for (size_t k = 0; k < opts.values.size; k++)
            fuzz_option_check(&opts.values.data[k], tables);
        check_strongest(config, &opts);
        pk_opts_fini(&opts);
    }
}

static void add_pair(struct pk_buf *out, const char *section, const char *key, const char *value)
{
    pk_buf_printf(out, "[%s]\n%s=%s\n", section, key, value);
}

/* What was taken, as text. */
static void write_out(const struct pk_config *config, struct pk_buf *out)
{
    for (size_t i = 0; i < config->defaults.size; i++) {
        const struct pk_config_key *key = config->defaults.data[i].key;

        add_pair(out, key->section, key->value.name, config->defaults.data[i].text);
    }
    for (size_t i = 0; i < config->own.size; i++)
        add_pair(out, "own", "prefix", config->own.data[i]);
    for (size_t i = 0; i < config->modules.size; i++)
        add_pair(out, "modules", config->modules.data[i].key, config->modules.data[i].value);
    for (size_t i = 0; i < config->rules.size; i++)
        add_pair(out, "rules", config->rules.data[i].name, config->rules.data[i].rule.text.data);
    for (size_t i = 0; i < config->services.size; i++)
        add_pair(out, "services", config->services.data[i].key, config->services.data[i].value);
    for (size_t i = 0; i < config->suppressed.size; i++) {
        const struct pk_suppression *one = &config->suppressed.data[i];

        pk_buf_text(out, "[suppress]\n");
        pk_buf_str(out, one->key);
        pk_buf_text(out, " = "); /* the key may hold the bare sign */
        pk_buf_str(out, one->reason);
        if (one->until.data) {
            pk_buf_text(out, ", until ");
            pk_buf_str(out, one->until);
        }
        pk_buf_char(out, '\n');
    }
}

/* `text` is taken, and for what `expected` says. */
static void check_same(struct pk_str text, struct pk_str expected, const char *what)
{
    struct pk_config config = {0};
    struct pk_error error = {0};
    struct pk_buf found = {0};

    if (!pk_config_parse(&config, "fuzz", text, &error))
        fuzz_laws_fail(what, &error);
    write_out(&config, &found);
    expect(pk_str_equal(pk_buf_view(&found), expected), what);
    pk_buf_fini(&found);
    pk_config_fini(&config);
}

/* With CR LF in the place of LF, and blanks round every line. */
static void check_line_ends(struct pk_str bytes, struct pk_str expected)
{
    struct pk_buf changed = {0};

    if (bytes.size && memchr(bytes.data, '\r', bytes.size))
        return;
    for (size_t i = 0; i < bytes.size; i++) {
        if (bytes.data[i] == '\n')
            pk_buf_text(&changed, " \t\r");
        pk_buf_char(&changed, bytes.data[i]);
    }
    pk_buf_text(&changed, "\r\n; a comment\n\n");
    check_same(pk_buf_view(&changed), expected, "line ends change what a configuration says");
    pk_buf_fini(&changed);
}

/* The line is one of the text, and the column one of the line or just behind it. */
static void check_place(const struct pk_error *error, struct pk_str bytes)
{
    const char *at = bytes.data, *end = bytes.data + bytes.size, *stop;

    for (uint64_t line = 1; line < error->place.line && at; line++) {
        at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        at = at ? at + 1 : NULL;
    }
    if (error->place.line < 1 || !at)
        fuzz_laws_fail("a mistake on a line that is not there", error);
    stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
    if (!stop)
        stop = end;
    if (error->place.column < 1 || error->place.column > (uint64_t)(stop - at) + 1)
        fuzz_laws_fail("a mistake beyond its line", error);
}

void fuzz_config(struct pk_str bytes)
{
    struct pk_config config = {0};
    struct pk_error error = {0};
    struct pk_buf taken = {0};

    if (pk_config_parse(&config, "fuzz", bytes, &error)) {
        check_keys(&config);
        check_defaults(&config);
        write_out(&config, &taken);
        check_same(pk_buf_view(&taken), pk_buf_view(&taken), "a configuration is not read back");
        check_line_ends(bytes, pk_buf_view(&taken));
    } else {
        fuzz_error_check(&error, PK_USAGE);
        check_place(&error, bytes);
    }
    pk_buf_fini(&taken);
    pk_config_fini(&config);
}
