// Multiplies matrices of doubles.
#include <cstdio>
#include <cstdlib>
#include <vector>

using Matrix = std::vector<std::vector<double>>;

static double cell(const Matrix &a, const Matrix &b, size_t row, size_t column)
{
    double sum = 0;
    for (size_t k = 0; k < b.size(); k++)
        sum += a[row][k] * b[k][column];
    return sum;
}

int main(int argc, char **argv)
{
    size_t size = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 10;
    Matrix a(size, std::vector<double>(size)), b = a, c = a;
    for (size_t j = 0; j < size; j++)
        for (size_t k = 0; k < size; k++)
            a[j][k] = double((j * k) % 7), b[j][k] = double((j + k) % 5);
    for (size_t j = 0; j < size; j++)
        for (size_t k = 0; k < size; k++)
            c[j][k] = cell(a, b, j, k);
    std::printf("%.1f\n", c[size / 2][size / 3]);
}
