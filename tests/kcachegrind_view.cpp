/*
 * Prints what KCachegrind makes of a profile, for tests/kcachegrind.py, which builds it with the
 * loader and the data model of KCachegrind (libcore). Tab-separated, a line for each thing:
 *
 *   warning LINE TEXT                          what the loader does not like
 *   event NAME TOTAL                           in the order of the columns
 *   function OBJECT FILE NAME CYCLE CALLED, then self and inclusive of each event
 *   call CALLER CALLEE CALLS, then inclusive of each event; functions by their number above
 *
 * CYCLE is the number of the cycle that a function is in, 0 for none. In a cycle inclusive means
 * something else there. A tab in a name would be a name of two fields: the loader gets none.
 */
#include <QCoreApplication>
#include <QFile>
#include <QHash>

#include <cstdio>

#include "config.h"
#include "globalconfig.h"
#include "loader.h"
#include "logger.h"
#include "tracedata.h"

namespace {

class Printer : public Logger {
public:
    void loadStart(const QString &) override {}
    void loadProgress(int) override {}
    void loadFinished(const QString &message) override
    {
        if (!message.isEmpty())
            loadError(0, message);
    }
    void loadWarning(int line, const QString &message) override { loadError(line, message); }
    void loadError(int line, const QString &message) override
    {
        std::printf("warning\t%d\t%s\n", line, qUtf8Printable(message));
    }
};

void print_cost(ProfileCostArray *costs, EventTypeSet *events)
{
    for (int i = 0; i < events->realCount(); i++)
        std::printf("\t%llu", (unsigned long long)(uint64)costs->subCost(events->realType(i)));
}

void print_functions(TraceData *data, QHash<TraceFunction *, int> &numbers)
{
    EventTypeSet *events = data->eventTypes();

    for (TraceFunction &f : data->functionMap()) {
        numbers.insert(&f, numbers.size());
        std::printf("function\t%s\t%s\t%s\t%d\t%llu", qUtf8Printable(f.object()->name()),
                    qUtf8Printable(f.file()->name()), qUtf8Printable(f.name()),
                    f.cycle() ? f.cycle()->cycleNo() : 0,
                    (unsigned long long)(uint64)f.calledCount());
        print_cost(&f, events);
        print_cost(f.inclusive(), events);
        std::printf("\n");
    }
}

/* Calls into a cycle are shown as calls of the cycle; true: of the member itself. */
void print_calls(TraceData *data, const QHash<TraceFunction *, int> &numbers)
{
    for (TraceFunction &f : data->functionMap())
        for (TraceCall *call : f.callings()) {
            std::printf("call\t%d\t%d\t%llu", numbers.value(call->caller(true), -1),
                        numbers.value(call->called(true), -1),
                        (unsigned long long)(uint64)call->callCount());
            print_cost(call, data->eventTypes());
            std::printf("\n");
        }
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    Printer printer;
    TraceData data(&printer);
    QHash<TraceFunction *, int> numbers;

    if (argc != 2)
        return 2;
    Loader::initLoaders();
    ConfigStorage::setStorage(new ConfigStorage);
    GlobalConfig::config()->addDefaultTypes();
    QFile file(QFile::decodeName(argv[1]));
    if (data.load(&file, QFile::decodeName(argv[1])) == 0)
        return 1;
    for (int i = 0; i < data.eventTypes()->realCount(); i++) {
        EventType *event = data.eventTypes()->realType(i);

        std::printf("event\t%s\t%llu\n", qUtf8Printable(event->name()),
                    (unsigned long long)(uint64)data.subCost(event));
    }
    print_functions(&data, numbers);
    print_calls(&data, numbers);
    return 0;
}
