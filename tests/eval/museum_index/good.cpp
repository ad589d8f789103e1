// Counts the different inventory numbers of a museum.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_set>

static bool add_number(std::unordered_set<std::string> &known, const std::string &number)
{
    return known.insert(number).second;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100, different = 0;
    std::unordered_set<std::string> known;
    for (int k = 0; k < count; k++)
        different += add_number(known, "inv-" + std::to_string(k * 7 % (count / 2)));
    std::printf("%d\n", different);
}
