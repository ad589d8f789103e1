/*
 * The list of commands, the options they share, and the help made from both: see cmd.h.
 */
#include <string.h>

#include "cmd/cmd.h"

const struct pk_cmd *const pk_cmd_list[] = {
    &pk_cmd_summary,  &pk_cmd_info,       &pk_cmd_hotspots,   &pk_cmd_tree,  &pk_cmd_paths,
    &pk_cmd_findings, &pk_cmd_services,   &pk_cmd_whatif,     &pk_cmd_calls, &pk_cmd_annotate,
    &pk_cmd_timeline, &pk_cmd_diff,       &pk_cmd_check,      &pk_cmd_flame, &pk_cmd_report,
    &pk_cmd_graph,    &pk_cmd_view,       &pk_cmd_convert,    &pk_cmd_merge, &pk_cmd_formats,
    &pk_cmd_explain,  &pk_cmd_completion, &pk_cmd_help_topic, NULL,
};

/* The first is left out for a command that has one of its own. */
static const struct pk_opt reader_options[] = {
    {"by", 0, PK_OPT_CHOICE, "KEY", "function,line,file,module,class",
     "take functions together (default function)", false},
    {"format", 'f', PK_OPT_TEXT, "FORMAT", NULL, "read as FORMAT instead of looking; 'help' lists",
     false},
    {"metric", 'm', PK_OPT_TEXT, "NAME", NULL, "use this metric", false},
    {"event", 0, PK_OPT_TEXT, "NAME", NULL, "the same as --metric", false},
    {"sample-type", 0, PK_OPT_TEXT, "NAME", NULL, "the same as --metric", false},
    {"strict", 0, PK_OPT_FLAG, NULL, NULL, "any damage in the input is an error", false},
    {"keep-going", 0, PK_OPT_FLAG, NULL, NULL, "read on however many lines are bad", false},
    {"threads", 0, PK_OPT_COUNT, "N", NULL, "read with N threads (default: one a processor)",
     false},
    {"mem", 0, PK_OPT_TEXT, "SIZE", NULL, "fold light stacks to stay within SIZE (200M)", false},
    {"strip-offsets", 0, PK_OPT_FLAG, NULL, NULL, "func+0x1f and func+31 are func", false},
    {"limit", 0, PK_OPT_TEXT, "NAME=VALUE", NULL, "raise a limit on the input", true},
    {"process", 0, PK_OPT_TEXT, "REGEX", NULL, "only processes whose name matches", true},
    {"thread", 0, PK_OPT_TEXT, "REGEX", NULL, "only threads whose name matches", true},
    {"label", 0, PK_OPT_TEXT, "KEY=REGEX", NULL, "only what has this label", true},
    {"from-time", 0, PK_OPT_TEXT, "TIME", NULL, "only samples from TIME on (1.5s, 200ms)", false},
    {"to-time", 0, PK_OPT_TEXT, "TIME", NULL, "only samples before TIME", false},
    {"focus", 0, PK_OPT_TEXT, "REGEX", NULL, "only stacks with a function that matches", true},
    {"ignore", 0, PK_OPT_TEXT, "REGEX", NULL, "no stacks with a function that matches", true},
    {"hide", 0, PK_OPT_TEXT, "REGEX", NULL, "leave matching functions out of stacks", true},
    {"show", 0, PK_OPT_TEXT, "REGEX", NULL, "leave all other functions out of stacks", true},
    {"show-from", 0, PK_OPT_TEXT, "REGEX", NULL, "begin stacks at the first that matches", true},
    {"inlines", 0, PK_OPT_CHOICE, "HOW", "keep,merge", "inlined functions (default keep)", false},
    {"collapse-recursion", 0, PK_OPT_FLAG, NULL, NULL, "a function that calls itself is one",
     false},
    {"demangle", 0, PK_OPT_CHOICE, "HOW", "short,full,none",
     "names of C++ and Rust (default short)", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

static const struct pk_opt writer_options[] = {
    {"output", 'o', PK_OPT_TEXT, "FILE", NULL, "write to FILE; its extension names the format",
     false},
    {"to", 0, PK_OPT_TEXT, "FORMAT", NULL, "write FORMAT whatever the name of FILE says", false},
    {"json", 0, PK_OPT_FLAG, NULL, NULL, "the same as --to json", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

const struct pk_opt pk_cmd_global_options[] = {
    {"quiet", 'q', PK_OPT_FLAG, NULL, NULL, "say nothing but errors on stderr", false},
    {"verbose", 'v', PK_OPT_FLAG, NULL, NULL, "say on stderr what was read and what it took", true},
    {"color", 0, PK_OPT_CHOICE, "WHEN", "auto,always,never", "colours (default auto)", false},
    {"width", 0, PK_OPT_COUNT, "N", NULL, "cells of text, px of pictures", false},
    {"ascii", 0, PK_OPT_FLAG, NULL, NULL, "bars and marks from ASCII only", false},
    {"pager", 0, PK_OPT_TEXT, "COMMAND", NULL, "show what goes to a terminal in this pager", false},
    {"progress", 0, PK_OPT_CHOICE, "HOW", "auto,plain",
     "a bar on a terminal, or a line each 10 s (default auto)", false},
    {"no-progress", 0, PK_OPT_FLAG, NULL, NULL, "no bar", false},
    {"no-config", 0, PK_OPT_FLAG, NULL, NULL, "read no configuration", false},
    {"help", 0, PK_OPT_FLAG, NULL, NULL, "show this help and exit", false},
    {"version", 0, PK_OPT_FLAG, NULL, NULL, "show the version and what is built in", false},
    {NULL, 0, PK_OPT_FLAG, NULL, NULL, NULL, false},
};

/* A dozen commands: a linear search. */
const struct pk_cmd *pk_cmd_find(const char *name)
{
    for (size_t i = 0; pk_cmd_list[i]; i++)
        if (strcmp(pk_cmd_list[i]->name, name) == 0)
            return pk_cmd_list[i];
    return NULL;
}

/* The nearest command is part of the message, not a hint: it is all that most people need. `reason`
 * follows where no command is near. */
bool pk_cmd_refuse(const char *word, const char *reason, struct pk_error *error)
{
    const char *names[sizeof pk_cmd_list / sizeof *pk_cmd_list], *nearest;
    char quoted[320];

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        names[i] = pk_cmd_list[i] ? pk_cmd_list[i]->name : NULL;
    nearest = pk_opts_nearest(word, names);
    pk_error_quote(quoted, sizeof quoted, pk_str_of(word));
    if (nearest)
        return pk_error_set(error, PK_USAGE, pk_place_none(),
                            "unknown command %s; did you mean '%s'?", quoted, nearest);
    pk_error_set(error, PK_USAGE, pk_place_none(), "unknown command %s%s", quoted, reason);
    pk_error_hint(error, "profkit help lists them");
    return false;
}

static const struct pk_opt *options_of_reader(const struct pk_cmd *cmd)
{
    return reader_options + (cmd->has_own_by ? 1 : 0);
}

/* Own options first: a command may give a shared word a help text of its own. */
void pk_cmd_tables(const struct pk_cmd *cmd, const struct pk_opt *tables[5])
{
    size_t n = 0;

    if (cmd->opts)
        tables[n++] = cmd->opts;
    if (cmd->reads)
        tables[n++] = options_of_reader(cmd);
    if (cmd->writes)
        tables[n++] = writer_options;
    tables[n++] = pk_cmd_global_options;
    tables[n] = NULL;
}

/* Made from the tables, so it cannot drift from what is parsed. */
void pk_cmd_help(const struct pk_cmd *cmd, struct pk_buf *out)
{
    pk_buf_printf(out, "usage: profkit %s %s\n%s\n", cmd->name, cmd->usage, cmd->summary);
    if (cmd->opts) {
        pk_buf_text(out, "\noptions:\n");
        pk_opts_help(cmd->opts, out);
    }
    if (cmd->reads) {
        pk_buf_text(out, "\nreading:\n");
        pk_opts_help(options_of_reader(cmd), out);
    }
    if (cmd->writes) {
        pk_buf_text(out, "\nwriting:\n");
        pk_opts_help(writer_options, out);
    }
    pk_buf_text(out, "\ngeneral:\n");
    pk_opts_help(pk_cmd_global_options, out);
    if (cmd->example)
        pk_buf_printf(out, "\nexample:\n  %s\n", cmd->example);
}

/* Twenty lines: what it is, four examples, the commands in groups. */
void pk_cmd_overview(struct pk_buf *out)
{
    const char *group = NULL;

    pk_buf_text(out,
                "profkit reads profiles and says where the time goes\n\n"
                "  profkit out.prof                      where the time goes and what to do next\n"
                "  profkit flame out.prof -o out.svg     draw it\n"
                "  profkit hotspots --top 20             the newest profile in this folder\n"
                "  profkit convert out.folded -o x.json  for other programs\n");
    for (size_t i = 0; pk_cmd_list[i]; i++) {
        if (!group || strcmp(group, pk_cmd_list[i]->group) != 0) {
            group = pk_cmd_list[i]->group;
            pk_buf_printf(out, "\n%s\n", group);
        }
        pk_buf_printf(out, "  %-10s %s\n", pk_cmd_list[i]->name, pk_cmd_list[i]->summary);
    }
    pk_buf_text(out, "\nprofkit help COMMAND shows the options of one\n");
}
