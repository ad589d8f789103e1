/* One pattern, compiled once, is tried on many lines. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100, found = 0, number;
    PCRE2_SIZE at;
    pcre2_code *code = pcre2_compile((PCRE2_SPTR) "(\\w+)@(\\w+)\\.(com|org)", PCRE2_ZERO_TERMINATED, 0,
                                     &number, &at, NULL);
    pcre2_match_data *match = pcre2_match_data_create_from_pattern(code, NULL);
    for (int k = 0; k < count; k++) {
        char line[96];
        snprintf(line, sizeof line, "%d mail from user%d@host%d.%s", k, k % 97, k % 13, k % 2 ? "org" : "net");
        found += pcre2_match(code, (PCRE2_SPTR)line, strlen(line), 0, 0, match, NULL) > 0;
    }
    printf("%d\n", found);
    pcre2_match_data_free(match);
    pcre2_code_free(code);
    return 0;
}
