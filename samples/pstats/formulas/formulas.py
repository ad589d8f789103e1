"""Evaluates spreadsheet-like formulas: a recursive-descent parser and an evaluator that follows references.

Both recurse: expression -> term -> factor -> expression, and value -> evaluate -> value. So one function is on
the stack many times at once, which profiles of callers and callees alone cannot show level by level.
"""

import re

TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Z]\d+)|(.))")


def tokens(text):
    for number, cell, sign in TOKEN.findall(text):
        if number:
            yield "number", float(number)
        elif cell:
            yield "cell", cell
        else:
            yield sign, None
    yield "end", None


class Parser:
    """Turns a formula into nested tuples."""

    def __init__(self, text):
        self.tokens = list(tokens(text))
        self.place = 0

    def peek(self):
        return self.tokens[self.place][0]

    def take(self):
        token = self.tokens[self.place]
        self.place += 1
        return token

    def expression(self):
        left = self.term()
        while self.peek() in ("+", "-"):
            left = (self.take()[0], left, self.term())
        return left

    def term(self):
        left = self.factor()
        while self.peek() in ("*", "/"):
            left = (self.take()[0], left, self.factor())
        return left

    def factor(self):
        kind, value = self.take()
        if kind == "(":
            inner = self.expression()
            self.take()
            return inner
        if kind == "-":
            return ("negate", self.factor())
        return (kind, value)


class Sheet:
    """Cells with formulas; a value is worked out when asked for, and never kept."""

    def __init__(self):
        self.cells = {}

    def set(self, cell, formula):
        self.cells[cell] = Parser(formula).expression()

    def value(self, cell):
        return self.evaluate(self.cells[cell])

    def evaluate(self, node):
        kind = node[0]
        if kind == "number":
            return node[1]
        if kind == "cell":
            return self.value(node[1])
        if kind == "negate":
            return -self.evaluate(node[1])
        left, right = self.evaluate(node[1]), self.evaluate(node[2])
        if kind == "+":
            return left + right
        if kind == "-":
            return left - right
        if kind == "*":
            return left * right
        return left / right if right else 0.0


def fill(sheet, rows):
    sheet.set("A0", "1")
    sheet.set("B0", "2.5")
    for n in range(1, rows):
        sheet.set(f"A{n}", f"(A{n - 1} * 1.01 + 2) - ((B{n - 1} / 4) * (1 - 0.5))")
        sheet.set(f"B{n}", f"-(-B{n - 1}) + 3 * (2 - (1 + (0.25 * 2)))")


def main():
    sheet = Sheet()
    fill(sheet, 1200)
    total = sum(sheet.value(f"A{n}") for n in range(0, 40, 4))
    print(f"sum {total:.3f}")


if __name__ == "__main__":
    main()
