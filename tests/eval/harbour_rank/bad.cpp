// The three longest ships in harbour after each arrival.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <vector>

static long arrive(std::vector<int> &ships, int length)
{
    ships.push_back(length);
    std::sort(ships.begin(), ships.end());
    long top = 0;
    for (size_t k = ships.size() < 3 ? 0 : ships.size() - 3; k < ships.size(); k++)
        top += ships[k];
    return top;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    std::vector<int> ships;
    long total = 0;
    for (int k = 0; k < count; k++)
        total += arrive(ships, k * 7919 % 4001);
    std::printf("%ld\n", total);
}
