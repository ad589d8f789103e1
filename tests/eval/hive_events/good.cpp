// Sums the events of bee hives; the scratch tables are on the stack.
#include <cstdio>
#include <cstdlib>
#include <vector>

static int busiest_hour(const std::vector<int> &events)
{
    int hours[24] = {0}, order[24];
    for (int event : events)
        hours[event % 24]++;
    for (int k = 0; k < 24; k++)
        order[k] = hours[k] * 24 + k;
    int best = 0;
    for (int one : order)
        best = one > best ? one : best;
    return best % 24;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    long total = 0;
    std::vector<int> events(3);
    for (int k = 0; k < count; k++) {
        for (int j = 0; j < 3; j++)
            events[j] = k * (j + 5) % 1009;
        total += busiest_hour(events);
    }
    std::printf("%ld\n", total);
}
