/*
 * What an error means, why it happens and what to do: see explain_texts.h. One entry for each kind
 * of failure that a user can act on, ordered by code: E00x formats, E03x damage and limits, E04x
 * what a profile lacks, E05x outputs, E07x the machine. A code is never given another meaning.
 */
#include "cmd/explain_texts.h"

#include <stddef.h>

const struct pk_explanation pk_explain_codes[] = {
    {"E001", "the format of the input is unknown",
     "No reader takes the file for its own. The format is told from the first 4 KiB of the "
     "content alone; the name of the file does not count.",
     "The file is no profile, it is one of a format that profkit does not know, or "
     "something stands in front of it: a message of the program that was recorded, the "
     "output of a shell.",
     "Look at its first lines. Remove what does not belong to it, export it in a form of "
     "the list, or force a reader with -f.",
     "profkit formats\nprofkit -f folded stacks.txt", NULL, NULL},
    {"E031", "the file is cut short or damaged",
     "A binary file ends, or says something impossible, before anything useful was read. "
     "Nothing is shown of it, since what came before cannot be trusted to be whole.",
     "The program was ended while it wrote the profile, the disk was full, or a copy was "
     "not complete.",
     "Compare the size with that of the original and copy it again; else record again, and "
     "let the program end by itself. A file of which whole records were read is shown with "
     "a warning instead.",
     "python -m cProfile -o out.prof app.py\nprofkit out.prof", NULL, NULL},
    {"E032", "more than one line in ten cannot be read",
     "Single bad lines of a text format are skipped, counted and told. With more than one "
     "in ten the result would say little, so it is an error.",
     "The file mixes the profile with other output, was edited by hand, or is of another "
     "format than was forced with -f.",
     "Look at the line that the message names. Write the profile to a file of its own. "
     "--keep-going reads on and counts what was lost.",
     "profkit --keep-going run.folded", NULL, NULL},
    {"E033", "the input passes a limit",
     "A line, a stack, the number of functions or of metrics, the depth of values, or what "
     "a packed file unpacks to is larger than profkit takes unless told to.",
     "The input is larger than most are; or it was made to use up memory, as a packed file "
     "of a few bytes can.",
     "If the file is what you think it is, raise the limit as the hint says.",
     "profkit --limit stack=2M deep.folded", NULL, NULL},
    {"E041", "the profile does not say who called what",
     "The file holds costs of functions alone. Callers, call trees, flame graphs and call "
     "graphs need at least the calls between functions, and are not made up.",
     "The recording was made without call chains, as by perf record without -g, by "
     "cachegrind, or by perf script without the field ip.",
     "Look at the functions alone, or record again with call chains.",
     "profkit hotspots perf.txt\nperf record -g -- ./app; perf script | profkit flame - -o "
     "out.svg",
     NULL, NULL},
    {"E042", "the samples have no times",
     "A flame chart draws stacks in the order in which they were sampled, a timeline says what "
     "each thread did when. This file holds sums, from which the times are gone.",
     "Collapsed stacks, cProfile and callgrind files add up what they record.",
     "Draw a flame graph, or record with perf, whose samples have times.",
     "profkit flame out.folded -o out.svg\nperf script | profkit flame --flamechart - -o out.svg",
     NULL, NULL},
    {"E043", "the profile has no such metric",
     "The name given by --metric (or --event, --sample-type) is none of those that the file "
     "holds.",
     "Metrics are named as the file names them: cycles:u, Ir, time.",
     "Take one of the names of the hint; info lists them with their totals.",
     "profkit info callgrind.out.77\nprofkit hotspots -m Dr callgrind.out.77", NULL, NULL},
    {"E044", "the two profiles measure different things",
     "Only values of one metric in one unit can be compared. Numbers of samples and times, "
     "or cycles and instructions, have no difference that means anything.",
     "The files were recorded by different tools, or with different events.",
     "Choose a metric that both have, or record both sides alike.",
     "profkit diff -m cycles before.perf.txt after.perf.txt", NULL, NULL},
    {"E045", "values of this metric are differences",
     "A picture draws values as areas, and a value below zero has none.",
     "The file is itself a comparison: collapsed stacks with negative counts, or a profile "
     "with a base taken off.",
     "Show it as a table, or give profkit the two profiles that were compared.",
     "profkit hotspots changes.folded\nprofkit diff before.folded after.folded", NULL, NULL},
    {"E051", "the output is also an input",
     "The file named by -o is one of those that are read, perhaps by another name or "
     "through a link.",
     "Writing it would destroy what is being read. It was left as it is.", "Name another file.",
     "profkit convert in.folded -o out.json", NULL, NULL},
    {"E052", "the format of the output is not known",
     "Neither the extension of -o nor --to names a format that this command can write.",
     "The extension is unknown or belongs to a format for other commands: tables cannot be "
     "SVG, pictures cannot be CSV.",
     "Take one of the hint, or say --to FORMAT, which is stronger than the name.",
     "profkit hotspots out.prof --to csv -o table.txt", NULL, NULL},
    {"E070", "out of memory",
     "The system gave no more memory. The run ends with status 70, and an older output file "
     "is as it was. The message has no code, as there is no memory to compose it.",
     "Memory follows what is distinct in a profile: functions, calls and paths. Many long "
     "and different stacks take most.",
     "Read fewer files at once, filter when recording, or merge parts on a larger machine "
     "into a .pk, which is smaller to read.",
     "profkit merge part1.folded part2.folded -o all.pk", NULL, NULL},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};
