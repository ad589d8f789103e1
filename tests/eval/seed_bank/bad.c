/* Stores seed samples in a database file. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void store(sqlite3 *db, int sample)
{
    char *text = sqlite3_mprintf("insert into seed values (%d, 'lot %d')", sample, sample * 7 % 100);
    sqlite3_exec(db, text, NULL, NULL, NULL);
    sqlite3_free(text);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    sqlite3 *db;
    remove("seeds.db");
    sqlite3_open("seeds.db", &db);
    sqlite3_exec(db, "create table seed (id integer primary key, lot text)", NULL, NULL, NULL);
    for (int k = 0; k < count; k++)
        store(db, k);
    printf("%d\n", (int)sqlite3_last_insert_rowid(db));
    sqlite3_close(db);
    remove("seeds.db");
    return 0;
}
