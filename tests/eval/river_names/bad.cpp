// Finds river names in field notes.
#include <cstdio>
#include <cstdlib>
#include <regex>
#include <string>

static bool names_river(const std::string &note)
{
    std::regex river("(Elbe|Oder|Ems) at km [0-9]+");
    return std::regex_search(note, river);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100, found = 0;
    for (int k = 0; k < count; k++)
        found += names_river((k % 3 ? "Oder at km " : "Isar at km ") + std::to_string(k));
    std::printf("%d\n", found);
}
