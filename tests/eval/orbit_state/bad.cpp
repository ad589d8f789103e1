// The energy of satellites; the state is passed by value.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

using State = std::map<std::string, double>;

static double energy(State state, const std::string &name)
{
    return state[name] * state[name] / 2;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    State state;
    double total = 0;
    for (int k = 0; k < 40; k++)
        state["satellite " + std::to_string(k)] = k;
    for (int k = 0; k < count; k++)
        total += energy(state, "satellite " + std::to_string(k % 40));
    std::printf("%.1f\n", total);
}
