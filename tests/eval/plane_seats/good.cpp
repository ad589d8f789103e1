// Seats of a plane by passport number; most passengers have no seat of their own.
#include <cstdio>
#include <cstdlib>
#include <map>

static std::map<int, int> seats;

static int seat_of(int passport)
{
    auto found = seats.find(passport);
    return found != seats.end() ? found->second : passport % 30 + 20;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    long total = 0;
    for (int k = 0; k < 50; k++)
        seats[k * 20] = k;
    for (int k = 0; k < count; k++)
        total += seat_of(k % 1000);
    std::printf("%ld\n", total);
}
