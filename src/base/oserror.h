/*
 * What the system says about a failed call, in the house form. Layer:
 * base; includes nothing of profkit.
 */
#ifndef PK_BASE_OSERROR_H
#define PK_BASE_OSERROR_H

#include <string.h>

#define PK_OSERROR_ROOM ((size_t)80)

/* Write the text of an errno value to `out` (PK_OSERROR_ROOM bytes), beginning in lower case;
 * returns `out`. */
static inline const char *pk_oserror_text(char *out, int number)
{
    const char *text = strerror(number);
    size_t size = strnlen(text, PK_OSERROR_ROOM - 1);

    memcpy(out, text, size);
    out[size] = '\0';
    if (out[0] >= 'A' && out[0] <= 'Z' && (out[1] < 'A' || out[1] > 'Z'))
        out[0] = (char)(out[0] - 'A' + 'a');
    return out;
}

#endif
