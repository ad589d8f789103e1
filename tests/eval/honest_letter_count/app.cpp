// Counts words by a hash table of strings.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <unordered_map>
#include <vector>

static void count_word(std::unordered_map<std::string, int> &words, const std::string &word)
{
    words[word]++;
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? std::atoi(argv[1]) : 100;
    std::unordered_map<std::string, int> words;
    for (int k = 0; k < count; k++)
        count_word(words, "letter" + std::to_string(k * 7919 % 6007));
    std::vector<std::pair<int, std::string>> order;
    for (const auto &one : words)
        order.emplace_back(one.second, one.first);
    std::sort(order.begin(), order.end());
    std::printf("%zu %s\n", order.size(), order.back().second.c_str());
}
