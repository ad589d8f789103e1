/* Stores seed samples in a database file. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void store(sqlite3 *db, sqlite3_stmt *insert, int sample)
{
    char lot[16];
    snprintf(lot, sizeof lot, "lot %d", sample * 7 % 100);
    sqlite3_bind_int(insert, 1, sample);
    sqlite3_bind_text(insert, 2, lot, -1, SQLITE_TRANSIENT);
    if (sqlite3_step(insert) != SQLITE_DONE)
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
    sqlite3_reset(insert);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 100;
    sqlite3 *db;
    sqlite3_stmt *insert;
    remove("seeds.db");
    sqlite3_open("seeds.db", &db);
    sqlite3_exec(db, "create table seed (id integer primary key, lot text)", NULL, NULL, NULL);
    sqlite3_exec(db, "begin", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "insert into seed values (?, ?)", -1, &insert, NULL);
    for (int k = 0; k < count; k++)
        store(db, insert, k);
    sqlite3_finalize(insert);
    sqlite3_exec(db, "commit", NULL, NULL, NULL);
    printf("%d\n", (int)sqlite3_last_insert_rowid(db));
    sqlite3_close(db);
    remove("seeds.db");
    return 0;
}
