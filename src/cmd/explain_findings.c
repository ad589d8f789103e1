/*
 * What a finding means, how it is told from honest work, and what to do, with an example before and
 * after: see explain_texts.h. By id; the ids are those of detectors.xml, which a test compares, and
 * are never given another meaning. The thresholds stand there alone.
 */
#include "cmd/explain_texts.h"

#include <stddef.h>

const struct pk_explanation pk_explain_findings[] = {
    /* copy.py keeps a memo with an entry for each object, so that what is shared stays shared, and
     * goes through a table of types at each level. Neither can be switched off for plain lists,
     * which is why the advice is to copy less and not to copy faster. Known false alarm: snapshots
     * that are all kept, as of an undo list. */
    {"deepcopy-in-hot-loop", "a nested object is copied as a whole for each item",
     "copy.deepcopy visits every object inside and keeps a memo of all of them; for a board or a "
     "configuration of a few hundred values that is a thousand calls for each copy.",
     "By the number of calls from a loop. The counts do not show which parts of the copy are "
     "changed: where each copy is kept and all of it differs, copying is the work.",
     "Copy only what changes, undo the change afterwards, or use values that need no copy: tuples, "
     "frozen data classes with dataclasses.replace.",
     NULL,
     "for move in moves:\n    trial = copy.deepcopy(board)\n    trial.place(move)\n    "
     "search(trial)",
     "for move in moves:\n    board.place(move)\n    search(board)\n    board.take_back(move)"},
    /* The documentation of logging itself says so ("Optimization"): arguments are evaluated before
     * the call. The operator % and f-strings are no calls, so a tracer books their time on the
     * function around; a mended program has the same counts. That is why this is never more than a
     * possible finding. */
    {"eager-log-formatting", "text is made for a log that is switched off",
     "A logging call whose level is off returns at once, but its arguments are made before it: %, "
     "format, an f-string, repr of a large object.",
     "By logging calls that are followed by no record. The text itself is made by operators that a "
     "profile does not show, or by a function called as often beside them, which is then named.",
     "Hand the arguments to the logging call and let it format them; where they are dear to make, "
     "ask isEnabledFor first.",
     NULL, "log.debug(\"sent %s\" % describe(order))",
     "if log.isEnabledFor(logging.DEBUG):\n    log.debug(\"sent %s\", describe(order))"},
    /* A tracer of Python sees no raise, so in pstats there is nothing to count; samples of the
     * interpreter itself show what raising costs. In C++ the way to the handler is looked up in
     * tables of the program, which takes thousands of instructions. Known false alarm: a loop over
     * inputs of which many are really broken. */
    {"exceptions-as-control-flow", "an exception is raised for each item or nearly so",
     "Raising makes an object, unwinds the stack frame by frame and looks for who catches it: a "
     "thousand times what a test costs in C++, several times in Python.",
     "By the number of exceptions from a loop, and their share of the cost. How many items raise "
     "none is not seen.",
     "Ask first (find instead of at, a test of the text before it is converted), or return that "
     "there is nothing. Keep exceptions for what is rare.",
     NULL,
     "try {\n    return seats.at(number);\n} catch (const std::out_of_range &) {\n    return none;"
     "\n}",
     "auto found = seats.find(number);\nreturn found == seats.end() ? none : found->second;"},
    /* Only profiles of the wall clock show what waiting costs; in instructions it is nothing, so
     * callgrind never shows it. Known false alarm: a journal that may not lose one record, where
     * each is answered for before the next is taken. */
    {"fsync-per-record", "the program waits for the disk after each record",
     "fsync comes back when the disk has all of it: milliseconds each, whatever the size.",
     "By the number of calls from a loop, and their share of the time. Whether the next record "
     "could have come along is not seen.",
     "Wait once for a batch: write several records and then call fsync; put several changes into "
     "one transaction of the database.",
     NULL, "for r in records:\n    log.write(r)\n    log.flush()\n    os.fsync(log.fileno())",
     "for r in records:\n    log.write(r)\nlog.flush()\nos.fsync(log.fileno())"},
    /* An import statement of a module that is loaded is a lookup in sys.modules and no call; what
     * is seen are imports from packages (_handle_fromlist), import_module and __import__. */
    {"import-inside-function", "a module is imported again with each call",
     "It is loaded only once, but each time its name is looked up, its lock is asked for, and what "
     "is imported from it is bound again.",
     "By imports from one function, a thousand and more. Starting a program imports much, but from "
     "many places.",
     "Import at the top of the file. Where modules need each other keep the module in a variable.",
     NULL,
     "def price(item):\n    rules = importlib.import_module(\"rules\")\n    return "
     "rules.price(item)",
     "import rules\ndef price(item):\n    return rules.price(item)"},
    /* list_index and list_contains of CPython compare from the front. 3 microseconds are some
     * hundred comparisons of equal types; comparing in Python is not part of it where the file
     * tells self and total of a call apart. Known false alarm: a list that is searched once for
     * each of many lists, all long. */
    {"linear-search-in-list", "a long list is searched from the front for each item",
     "list.index, count and remove compare one element after the other, so twice the items take "
     "four times as long. The operator `in` does the same, but is no call that a profile shows.",
     "By the number of calls and what one costs: finding a value in a dict takes a small part of a "
     "microsecond. A few dozen elements are no matter.",
     "Keep a set, or a dict from value to position, beside the list or in its place.", NULL,
     "for row in rows:\n    at = names.index(row.name)",
     "place = {name: i for i, name in enumerate(names)}\nfor row in rows:\n    at = "
     "place[row.name]"},
    /* callgrind runs one thread at a time, so nobody ever waits in it: instructions show how dear
     * the lock is when it is free, and that is all that is claimed. Known false alarm: a program
     * with one thread, which pays for the lock but has nobody to fight with. */
    {"lock-contention", "a lock is taken for a few instructions of work each",
     "Taking and giving back costs more than what it protects. With several threads they wait for "
     "each other as well, and the lock moves from one processor to the next each time.",
     "By the instructions of the loop for each lock taken. Whether threads wait is not counted: "
     "run "
     "the program with one thread and with several.",
     "Let each thread work on its own copy and join the results, take the lock once for many "
     "items, or use an atomic.",
     NULL, "for (i = 0; i < n; i++) {\n    lock(&m);\n    sum++;\n    unlock(&m);\n}",
     "long own = 0;\nfor (i = 0; i < n; i++)\n    own++;\nlock(&m);\nsum += own;\nunlock(&m);"},
    /* Both must be reached from the same loop: a structure that is built in one loop and freed in
     * another has as many calls of each, and is no fault. Known false alarm: a queue whose turn
     * takes a new block and gives back an old one. */
    {"malloc-free-churn", "memory is taken and given back in each turn of a loop",
     "Each block costs a hundred instructions or more to find, split and join again, and comes "
     "back "
     "cold.",
     "By equal numbers of blocks taken and given back in one loop. A queue, where a turn gives "
     "back "
     "the block of an earlier one, looks the same.",
     "Keep the block for the next turn, or take all from an arena that is emptied at once.", NULL,
     "while (next(in)) {\n    std::vector<char> room(SIZE);\n    use(room);\n}",
     "std::vector<char> room(SIZE);\nwhile (next(in))\n    use(room);"},
    /* Python gives up at 1,000 calls inside each other, so a recursion in a straight line, as over
     * a linked list, cannot have more for each call from outside; more means that it branches. A
     * walk over a tree branches, too, and is the known false alarm. */
    {"missing-memoisation", "one call sets off thousands of calls of the same function",
     "A function that calls itself twice for one step less answers the same questions again and "
     "again: 2 to the power of n calls for n different ones.",
     "By calls of a function by itself for each call by others. A walk over a large tree has such "
     "numbers, too; the profile does not hold the arguments.",
     "Count the different arguments. If they are few, keep the results: functools.cache, or a "
     "table that is filled from the small end.",
     NULL, "def ways(n):\n    return 1 if n < 2 else ways(n - 1) + ways(n - 2)",
     "@functools.cache\ndef ways(n):\n    return 1 if n < 2 else ways(n - 1) + ways(n - 2)"},
    /* The name is that of the manuals of object mappers: one query for the list and one for each
     * of its rows. Samples cannot show it, for one slow query looks like many quick ones. Known
     * false alarm: a tool that is asked for many unlike statements in a loop, as a migration. */
    {"n-plus-one-query", "one database query for each item",
     "Each statement is sent, planned and answered on its own; with a server there is a round trip "
     "for each as well.",
     "By the number of statements from a loop. The profile does not hold their text: statements "
     "that have nothing in common look the same.",
     "Fetch the rows in one query: a join, an IN list, or executemany for changes. With a mapper, "
     "ask for the related rows in the first query.",
     NULL,
     "for order in orders:\n    db.execute(\"SELECT * FROM items WHERE order_id = ?\", "
     "(order.id,))",
     "db.execute(\"SELECT * FROM items JOIN orders ON orders.id = order_id\")"},
    /* Where client and server run in one profile the answers are calls from a loop as well; that
     * is the known false alarm, beside a crawler, whose servers all differ. */
    {"network-call-per-item", "one request over the network for each item",
     "Each request waits for a round trip, and often for a connection and its handshake first.",
     "By the number of requests from a loop. Requests to different servers, or answers that a "
     "server sends, look the same.",
     "Ask for many items at once where the server can, keep the connection open, or ask at the "
     "same time.",
     NULL, "for name in names:\n    data[name] = get(f\"/station?id={name}\")",
     "for part in batches(names, 400):\n    data.update(get(\"/stations?ids=\" + "
     "\",\".join(part)))"},
    /* These are about the profile; findings_quality.c says by which counts. A record that was cut
     * at its end, or lines that belong to no sample, are one: what was in them nobody knows. */
    {"q-cut-stacks", "stacks that are as deep as the kernel allows",
     "The kernel follows 127 callers and stops, so the first frames of deeper stacks are missing. "
     "Flame graphs then show them beside the tree that they belong to, and totals of the functions "
     "that are missing are too small.",
     "By the number of stacks of exactly that depth, as perf script prints them.",
     "Let the kernel follow more callers, or record with --call-graph dwarf.", NULL,
     "perf record -g ./shop", "sysctl kernel.perf_event_max_stack=1000\nperf record -g ./shop"},
    {"q-damaged-input", "a part of the file could not be read",
     "What was in lines that are damaged, or behind the place where a file ends too early, is in "
     "no number. The rest is as it was.",
     "By what the reader skipped, each with its place, which was said when the file was read.",
     "Copy or record the file again; --strict takes no damage.", NULL, "scp host:run.folded .",
     "scp host:run.folded . && profkit info --strict run.folded"},
    {"q-few-samples", "so few samples that shares are rough",
     "Of 60 samples a function that takes a tenth of the time has six, or three, or ten: nobody "
     "can tell. Small functions have none.",
     "By the number of samples, where the file tells it: fewer than 100.",
     "Record longer, or merge several recordings of the same work.", NULL, "perf record -g sleep 1",
     "perf record -g sleep 30"},
    {"q-folded-stacks", "light stacks were folded to save memory",
     "With --mem a recording of more distinct stacks than there is room for loses the ends of "
     "those that weigh little: their weight is counted where it is still known.",
     "By the self of (folded by --mem): no function lacks more than that.",
     "Give it more memory, or none to keep to.", NULL, "profkit hotspots --mem 64M run.perf.txt",
     "profkit hotspots --mem 1G run.perf.txt"},
    {"q-lost-events", "the recorder lost events",
     "Where events come faster than they can be written perf drops some, and it does so when "
     "most happens: shares of what ran then are too small.",
     "By the number of events that perf says it lost.",
     "Use a larger buffer, or fewer samples a second.", NULL, "perf record -F 20000 -g ./shop",
     "perf record -F 499 -m 16M -g ./shop"},
    {"q-mixed-events", "values of several kinds of recording are added up",
     "What a tracer measured and what a sampler estimated are both times, but their sum is the "
     "time of nothing.",
     "By the formats of the files that were merged: more than one.",
     "Merge only what one recorder wrote, and compare the others.", NULL,
     "profkit merge run.prof run.folded -o all.pk", "profkit merge run1.prof run2.prof -o all.pk"},
    /* 150 ns a call is what cProfile of Python 3.11 adds: an empty function, called 200,000 times,
     * with and without it. */
    {"q-tracer-overhead", "calls so short that tracing them may be much of what is shown",
     "A tracer does something at each call and each return, for cProfile about 150 ns. Functions "
     "that are called often look dearer than they are, and those that call many others, too.",
     "By the time of a call on average: less than 500 ns.",
     "Believe the counts. For times use a sampler, or look at functions that are called seldom.",
     NULL, "python -m cProfile -o out.prof shop.py",
     "perf record -g python -X perf shop.py\nperf script | profkit -"},
    {"q-unresolved-symbols", "much of the cost is in functions without a name",
     "Without symbols an address is all that is known, so the cost is that of a module or of "
     "nothing, and no rule about functions can find anything there.",
     "By the weight that ends in frames without a symbol: more than a fifth.",
     "Install debug symbols, do not strip, and let runtimes write a map of what they compile.",
     NULL, "gcc -O2 -s shop.c", "gcc -O2 -g -fno-omit-frame-pointer shop.c"},
    /* list_insert and list_pop of CPython move everything behind the position by memmove. 2
     * microseconds are some thousands of elements; popping the last one takes none of that. Known
     * false alarm: lists of a few thousand that are emptied from the front once. */
    {"quadratic-list-ops", "items are put in or taken out at the front of a long list",
     "All elements behind are moved by one each time, so twice the items take four times as long.",
     "By the number of calls of insert and pop, and what one costs: at the end of a list they take "
     "a small part of a microsecond.",
     "Use collections.deque, or work at the end of the list and turn it round once.", NULL,
     "while queue:\n    job = queue.pop(0)",
     "queue = collections.deque(queue)\nwhile queue:\n    job = queue.popleft()"},
    /* 500 instructions copy some 8 KiB or more with vectors, and 500 bytes without. Whether both
     * copies are needed nobody can see from counts. Known false alarm: a window of a compressor. */
    {"redundant-memcpy", "large blocks are copied for each item",
     "Copying is quick, but it reads and writes memory that the caches then lack, and most copies "
     "are made to hand data on.",
     "By the number of copies from a loop and the instructions of one. Whether the source is used "
     "again is not seen.",
     "Hand on a pointer to the block, or its ownership.", NULL,
     "memcpy(work, frame, SIZE);\nfilter(work);", "filter(frame);"},
    /* re._MAXCACHE is 512; when it is full one entry is thrown away for each new
     * pattern, so patterns that come round in order are never found in it. Looked for are calls
     * of the compiler itself, which come only when the cache did not help. */
    {"regex-compile-in-loop", "patterns are compiled for hardly more than one match each",
     "Compiling takes hundreds of times as long as a match. Python keeps the last 512 patterns; "
     "with more of them, each one is compiled again.",
     "By compilations past the cache against matches. A profile that shows no matches makes it a "
     "possible finding.",
     "Compile each pattern once, before the loop.", NULL,
     "for url in urls:\n    for pattern in patterns:\n        re.match(pattern, url)",
     "compiled = [re.compile(p) for p in patterns]\nfor url in urls:\n    for pattern in "
     "compiled:\n"
     "        pattern.match(url)"},
    /* A document that is parsed once for each line of a file, and lines that are documents, have
     * the same counts. Where as much is encoded the program is a converter, and nothing is said. */
    {"reparse-same-input", "text is decoded for each item",
     "It may be the same text each time, as with a configuration that is parsed where it is used.",
     "By decodings in a loop without encodings. Different texts, as lines of a file, look the "
     "same.",
     "Count the different inputs. If they are few, decode once and keep the result.", NULL,
     "def price(item):\n    rules = json.loads(RULES)\n    return rules[item]",
     "rules = json.loads(RULES)\ndef price(item):\n    return rules[item]"},
    /* Names that differ look the same, as with a crawler: that is the known false alarm. glibc
     * keeps no answers, so each call asks files and servers again. */
    {"repeated-dns-lookup", "a host name is resolved for each item",
     "Each time files are read and servers are asked, and the answer is nearly always that of "
     "before.",
     "By the number of calls from a loop. Different names look the same.",
     "Resolve the name once, or keep the connection open.", NULL,
     "for line in lines:\n    sock.sendto(line, socket.getaddrinfo(host, port)[0][4])",
     "to = socket.getaddrinfo(host, port)[0][4]\nfor line in lines:\n    sock.sendto(line, to)"},
    /* Paths are arguments, which no profile holds. That each call of the reader made the same
     * number of steps is the best that counts can say of its input; files of a fixed number of
     * records would look so, too. Files that are written are left out, as each is made but once. */
    {"repeated-file-read", "a file is opened and read for each item",
     "It may be the same file each time: it is read, decoded and parsed again for what was known "
     "already.",
     "By files that are opened in a loop and not written. A walk over many files looks the same. "
     "Where each call of the function that opens did exactly as many steps as every other, one "
     "file is likely.",
     "Count the different paths (strace -e openat). If it is one, read it before the loop and keep "
     "what was read.",
     NULL, "for mail in mails:\n    contacts = read_contacts(path)\n    send(mail, contacts)",
     "contacts = read_contacts(path)\nfor mail in mails:\n    send(mail, contacts)"},
    /* os.makedirs(exist_ok=True) calls mkdir, gets EEXIST, and then asks isdir to be sure that it
     * is a folder; os.path.exists is a stat. Known false alarm: a tree of as many folders that all
     * exist, as when one copy of it is brought up to date. */
    {"repeated-stat-mkdir", "it is asked again and again whether a folder is there",
     "os.makedirs on a folder that exists fails in the system, catches the error and asks once "
     "more; exists asks the system each time.",
     "By makedirs that asks whether the folder is there, which it does only after it could not "
     "make it; or by a function that asks and hardly ever makes one.",
     "Make the folder once, before the loop, or remember which were made.", NULL,
     "def save(row):\n    os.makedirs(folder, exist_ok=True)\n    write(folder, row)",
     "os.makedirs(folder, exist_ok=True)\ndef save(row):\n    write(folder, row)"},
    /* What is neither written nor sent stays inside, so what was decoded is what was encoded. Known
     * false alarm: texts that are collected and written by one call at the end. */
    {"serialisation-round-trip", "data is encoded and decoded again within the program",
     "Both cost time, and the object at the end is the one from the beginning.",
     "By as many encodings as decodings in one loop, while hardly anything is read or written. "
     "Text that is kept, or joined for one large write, looks the same.",
     "Hand over the object itself; copy it only where a copy is needed.", NULL,
     "def stage(text):\n    order = json.loads(text)\n    order[\"tax\"] = tax(order)\n    return "
     "json.dumps(order)",
     "def stage(order):\n    order[\"tax\"] = tax(order)\n    return order"},
    /* The profile says how long it slept and not what for. A pace that a server asks for, or a
     * backoff after errors, is the known false alarm; both have few calls for a long time. */
    {"sleep-polling", "a loop sleeps and looks again",
     "Each answer comes late by half the pause on average, and each look in vain costs time.",
     "By the number of pauses in a loop and their share of the time. A pace that is wanted, as one "
     "request a second, looks the same.",
     "Wait for the event itself: a condition, a queue, join, or poll on a descriptor.", NULL,
     "while not worker.done:\n    time.sleep(0.01)", "worker.done_event.wait()"},
    /* timsort is quick on what is sorted already, so the cost of one sort says little of how long
     * the list is, and the finding is never more than possible. */
    {"sort-in-loop", "a long collection is sorted for each item",
     "It may be the same one each time, with little changed in between.",
     "By the number of sorts and what one costs without its key function. Different collections "
     "look the same.",
     "Sort once behind the loop, or keep it in order: bisect.insort, heapq.", NULL,
     "for job in new:\n    jobs.append(job)\n    jobs.sort()", "jobs.extend(new)\njobs.sort()"},
    /* By the cost of one: 1,000 instructions are for some kilobytes. Python's own += of a text that
     * nobody else holds grows in place, and is no call. Known false alarm: long texts that are all
     * needed. */
    {"string-concat-growth", "a longer copy of a long text is made for each item",
     "Each step copies all that was there before, so twice the parts take four times as long.",
     "By the number of calls from a loop and what one costs. Different long texts look the same.",
     "Append in place (std::string's +=, GString, io.StringIO), or collect the parts and join them "
     "once.",
     NULL, "for (const auto &line : lines)\n    page = page + line;",
     "for (const auto &line : lines)\n    page += line;"},
    /* A compiler takes strlen out of a loop only when it can see that nothing in the loop writes to
     * the text. 100 instructions are a thousand bytes or more with vector instructions, and a
     * hundred without. Known false alarm: a loop over many long texts. */
    {"strlen-in-loop", "the end of a long text is looked for in each turn of a loop",
     "strlen, and strcat with it, read all of the text up to its end, so twice the text takes four "
     "times as long.",
     "By the number of calls and the instructions of one: 100 or more are for a long text. "
     "Different long texts look the same.",
     "Take the length once, before the loop, and keep the end when appending.", NULL,
     "for (i = 0; i < strlen(line); i++)\n    line[i] = up(line[i]);",
     "size_t n = strlen(line);\nfor (i = 0; i < n; i++)\n    line[i] = up(line[i]);"},
    /* _strptime.py keeps five compiled formats, so the pattern is not made again, but the locale is
     * compared, the match is taken apart and the day of the year is worked out each time. */
    {"strptime-in-hot-loop", "dates of one format are parsed by the general strptime",
     "strptime works out its format, asks for the locale and matches a regular expression each "
     "time: ten to fifty times what a fixed format takes.",
     "By the number of calls from a loop. Whether all dates have one format is not seen.",
     "Use fromisoformat, cut the text by position, or keep the result for equal texts.", NULL,
     "for line in log:\n    at = datetime.strptime(line[:19], \"%Y-%m-%d %H:%M:%S\")",
     "for line in log:\n    at = datetime.fromisoformat(line[:19])"},
    /* fork, exec, the dynamic linker and the interpreter of the child, if it is one, are paid for
     * each. Known false alarm: a build or a test driver, where the children are the work. */
    {"subprocess-per-item", "a process is started for each item",
     "Starting one takes a millisecond or more: memory is set up, libraries are loaded, and the "
     "program is thrown away after one answer.",
     "By the number of processes from a loop. A build that runs one compiler for each file looks "
     "the same.",
     "Do it within the program, or hand all items to one process.", NULL,
     "for path in paths:\n    subprocess.run([\"cksum\", path])",
     "subprocess.run([\"cksum\", *paths])"},
    /* The same as for writes: between two calls there are too few instructions to have used much.
     */
    {"unbuffered-tiny-reads", "a system call reads what a few instructions use up",
     "Each call goes into the kernel and back, a microsecond or so, for a few bytes.",
     "By the instructions of the loop for each call. Sizes are in no profile: strace -e read shows "
     "them.",
     "Read blocks of 64 KiB and take from them; stdio and BufferedReader do so.", NULL,
     "while (read(fd, &c, 1) == 1)\n    use(c);", "while ((c = getc(in)) != EOF)\n    use(c);"},
    /* Sizes are arguments, which no profile holds. Filling a block of 64 KiB takes tens of
     * thousands of instructions, so with fewer between two writes each must be small, or the data
     * was not made here: a program that copies blocks which others made is the known false alarm.
     */
    {"unbuffered-tiny-writes", "a system call writes what a few instructions made",
     "Each write enters the kernel, which takes longer than making the few bytes.",
     "By the instructions of the loop for each write: too few for more than some bytes. The "
     "kernel's "
     "part is not counted, so the cost shown is far too small.",
     "Collect the output and write it in blocks of 64 KiB; stdio does so.", NULL,
     "for (i = 0; i < n; i++)\n    write(fd, line[i], size[i]);",
     "FILE *out = fdopen(fd, \"w\");\nfor (i = 0; i < n; i++)\n    fwrite(line[i], 1, size[i], "
     "out);"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

/* Codes come first. */
const struct pk_explanation *pk_explain_at(size_t i)
{
    static const struct pk_explanation *const lists[] = {pk_explain_codes, pk_explain_findings};

    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (const struct pk_explanation *e = lists[list]; e->id; e++)
            if (i-- == 0)
                return e;
    return NULL;
}
