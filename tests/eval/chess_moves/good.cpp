// Writes the moves of chess games to a file.
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

static void write_move(std::ostream &out, int move)
{
    out << move << ". " << "abcdefgh"[move % 8] << move % 8 + 1 << '\n';
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    std::ofstream out("moves.txt");
    for (int k = 0; k < count; k++)
        write_move(out, k);
    std::cout << out.tellp() << '\n';
    out.close();
    std::remove("moves.txt");
}
