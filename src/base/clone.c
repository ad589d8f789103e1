/*
 * Names of copies and parts of functions: see clone.h. A word counts only as a whole: behind it
 * comes a number, another word, the bracket of a demangler, or nothing.
 */
#include "base/clone.h"

#include <string.h>

const char *const pk_clone_words[] = {".constprop", ".isra",     ".part", ".cold",
                                      ".llvm",      ".lto_priv", NULL};

/* The size of the word that stands at `at`, or 0. */
static size_t word_at(struct pk_str name, size_t at)
{
    struct pk_str rest = pk_str_slice(name, at, name.size);

    for (const char *const *word = pk_clone_words; *word; word++) {
        size_t size = strlen(*word);

        if (pk_str_starts(rest, pk_str_of(*word)) &&
            (rest.size == size || rest.data[size] == '.' || rest.data[size] == ']'))
            return size;
    }
    return 0;
}

size_t pk_clone_at(struct pk_str name)
{
    for (size_t at = 0; at < name.size; at++)
        if (name.data[at] == '.' && word_at(name, at))
            return at;
    return name.size;
}
