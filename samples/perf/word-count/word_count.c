/* Counts words of a made-up text: hashing, a table that grows, and a recursive sort at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    char word[16];
    unsigned count;
};

struct table {
    struct entry *entries;
    size_t room, used;
};

static unsigned random_state = 12345;

static unsigned next_random(void)
{
    random_state = random_state * 1103515245u + 12345u;
    return random_state >> 16;
}

static void make_word(char *word)
{
    static const char *const syllables[] = {"ba", "ce", "di", "fo", "gu", "la", "me", "ni", "ro", "su"};
    unsigned n = 1 + next_random() % 3;

    *word = 0;
    while (n--)
        strcat(word, syllables[next_random() % 10]);
}

static unsigned hash(const char *word)
{
    unsigned h = 2166136261u;

    for (; *word; word++)
        h = (h ^ (unsigned char)*word) * 16777619u;
    return h;
}

static struct entry *find(struct table *table, const char *word)
{
    size_t slot = hash(word) % table->room;

    while (table->entries[slot].count && strcmp(table->entries[slot].word, word) != 0)
        slot = (slot + 1) % table->room;
    return &table->entries[slot];
}

static void grow(struct table *table)
{
    struct table larger = {calloc(table->room * 2, sizeof(struct entry)), table->room * 2, table->used};

    for (size_t i = 0; i < table->room; i++)
        if (table->entries[i].count)
            *find(&larger, table->entries[i].word) = table->entries[i];
    free(table->entries);
    *table = larger;
}

static void add(struct table *table, const char *word)
{
    struct entry *entry = find(table, word);

    if (entry->count++ == 0) {
        strcpy(entry->word, word);
        if (++table->used * 2 > table->room)
            grow(table);
    }
}

static void sort(struct entry *entries, size_t n)
{
    size_t last = 0;

    if (n < 2)
        return;
    for (size_t i = 1; i < n; i++) {
        if (entries[i].count > entries[0].count) {
            struct entry moved = entries[++last];

            entries[last] = entries[i];
            entries[i] = moved;
        }
    }
    struct entry pivot = entries[0];
    entries[0] = entries[last];
    entries[last] = pivot;
    sort(entries, last);
    sort(entries + last + 1, n - last - 1);
}

static void report(struct table *table)
{
    size_t n = 0;

    for (size_t i = 0; i < table->room; i++)
        if (table->entries[i].count)
            table->entries[n++] = table->entries[i];
    sort(table->entries, n);
    for (size_t i = 0; i < 5 && i < n; i++)
        printf("%6u %s\n", table->entries[i].count, table->entries[i].word);
}

int main(int argc, char **argv)
{
    struct table table = {calloc(64, sizeof(struct entry)), 64, 0};
    long words = argc > 1 ? atol(argv[1]) : 100000;
    char word[16];

    for (long i = 0; i < words; i++) {
        make_word(word);
        add(&table, word);
    }
    report(&table);
    free(table.entries);
    return 0;
}
