// Reads numbers; about one in two thousand is damaged and raises.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

static int number_of(const std::string &text)
{
    try {
        return std::stoi(text);
    } catch (const std::invalid_argument &) {
        return 0;
    }
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    long total = 0;
    for (int k = 0; k < count; k++)
        total += number_of(k % 2000 == 7 ? "damaged" : std::to_string(k % 5000));
    std::printf("%ld\n", total);
}
