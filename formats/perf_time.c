/*
 * Decides what the times of samples are worth. perf prints samples in order of time; a few stand a
 * little too early, where buffers of several processors were joined. With --deltatime each time is
 * the difference to the sample before: about every second one is less than the last. Source: linux
 * tools/perf/builtin-script.c (perf_sample__fprintf_start).
 *
 * Trap: equal times say nothing, as events of one group have them, and so have the differences of a
 * very regular timer.
 */
#include "formats/perf_time.h"

#include <stddef.h>
#include <stdint.h>

#define NS_DIGITS 9
#define MOST_BACKWARD 10 /* one change in ten */

/* The text was found by its shape, so it holds digits and one point. */
int64_t pk_perf_time_parse(struct pk_str text)
{
    unsigned behind = 0;
    bool is_fraction = false;
    int64_t ns = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (text.data[i] == '.') {
            is_fraction = true;
            continue;
        }
        behind += is_fraction;
        if (__builtin_mul_overflow(ns, 10, &ns) ||
            __builtin_add_overflow(ns, text.data[i] - '0', &ns))
            return -1;
    }
    for (; behind < NS_DIGITS; behind++)
        if (__builtin_mul_overflow(ns, 10, &ns))
            return -1;
    return ns;
}

void pk_perf_time_tick(struct pk_perf_clock *clock, int64_t time)
{
    clock->forward += time > clock->last;
    clock->backward += time < clock->last;
    clock->last = time;
    if (!clock->is_running)
        clock->start = time;
    if (!clock->is_running || time < clock->first)
        clock->first = time;
    if (!clock->is_running || time > clock->end)
        clock->end = time;
    clock->is_running = true;
}

/* The next part compared its first time with zero; it stands behind our last. */
void pk_perf_time_join(struct pk_perf_clock *clock, const struct pk_perf_clock *next)
{
    if (!next->is_running)
        return;
    clock->forward += next->forward - (next->start > 0) + (next->start > clock->last);
    clock->backward += next->backward + (next->start < clock->last);
    clock->last = next->last;
    if (!clock->is_running)
        clock->start = next->start;
    if (!clock->is_running || next->first < clock->first)
        clock->first = next->first;
    if (!clock->is_running || next->end > clock->end)
        clock->end = next->end;
    clock->is_running = true;
}

bool pk_perf_time_is_clock(const struct pk_perf_clock *clock)
{
    return clock->backward <= (clock->forward + clock->backward) / MOST_BACKWARD;
}
