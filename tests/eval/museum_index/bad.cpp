// Counts the different inventory numbers of a museum.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

static bool add_number(std::vector<std::string> &known, const std::string &number)
{
    if (std::find(known.begin(), known.end(), number) != known.end())
        return false;
    known.push_back(number);
    return true;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100, different = 0;
    std::vector<std::string> known;
    for (int k = 0; k < count; k++)
        different += add_number(known, "inv-" + std::to_string(k * 7 % (count / 2)));
    std::printf("%d\n", different);
}
