// Builds one long page of knot names.
#include <cstdio>
#include <cstdlib>
#include <string>

static void add_knot(std::string &page, int number)
{
    page += "<li>knot ";
    page += std::to_string(number);
    page += "</li>\n";
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    std::string page;
    for (int k = 0; k < count; k++)
        add_knot(page, k);
    std::printf("%zu %c\n", page.size(), page[page.size() / 3]);
}
