// Sums the events of bee hives; each gets a scratch table from the heap.
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

static int busiest_hour(const std::vector<int> &events)
{
    auto hours = std::make_unique<std::vector<int>>(24);
    auto order = std::make_unique<std::vector<int>>(24);
    for (int event : events)
        (*hours)[event % 24]++;
    for (int k = 0; k < 24; k++)
        (*order)[k] = (*hours)[k] * 24 + k;
    int best = 0;
    for (int one : *order)
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
