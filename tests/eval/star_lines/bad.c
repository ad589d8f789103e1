/* Counts the lines of a star catalogue that a pattern with the wanted constellation matches. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_wanted(const char *line, const char *pattern)
{
    int number;
    PCRE2_SIZE at;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, 0, &number, &at, NULL);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
    int found = pcre2_match(code, (PCRE2_SPTR)line, strlen(line), 0, 0, match, NULL) > 0;
    pcre2_match_data_free(match);
    pcre2_code_free(code);
    return found;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100, wanted = 0;
    for (int k = 0; k < count; k++) {
        char line[80];
        snprintf(line, sizeof line, "HD%05d %s mag %d.%d", k, k % 3 ? "Ori" : "Cyg", k % 7, k % 10);
        wanted += is_wanted(line, "^HD\\d+ (?:Cyg|Lyr|Aql) mag [0-3]\\.\\d$");
    }
    printf("%d\n", wanted);
    return 0;
}
