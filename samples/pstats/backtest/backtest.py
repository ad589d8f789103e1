"""Back-test of a small rotation strategy on made-up hourly prices.

Every simulated hour the strategy ranks a few symbols by momentum, moves the portfolio towards the best ones
and writes one line to the journal of that day. Orders go through a broker that sometimes is busy, so they are
sent through a retry helper. The program is slower than it looks; the profile beside it shows why.
"""

import csv
import logging
import os
import random
import shutil
import statistics
import sys
import tempfile
from collections import deque

SYMBOLS = ["ALFA", "BRAVO", "CHARLIE", "DELTA", "ECHO", "FOXTROT", "GOLF", "HOTEL"]
HOURS = 24 * 90
LOOKBACK = 72
HOLDINGS = 3
FEE = 0.0008

log = logging.getLogger("backtest")


class BrokerBusy(Exception):
    """The broker asks to send the order again."""


# ---- prices


class PriceFeed:
    """Random walks with a drift that changes now and then, the same for the same seed."""

    def __init__(self, symbols, seed):
        self.random = random.Random(seed)
        self.prices = {symbol: self.random.uniform(20, 200) for symbol in symbols}
        self.drift = {symbol: 0.0 for symbol in symbols}

    def step(self):
        for symbol, price in self.prices.items():
            if self.random.random() < 0.01:
                self.drift[symbol] = self.random.gauss(0, 0.0008)
            change = self.random.gauss(self.drift[symbol], 0.006)
            self.prices[symbol] = max(1.0, price * (1 + change))
        return dict(self.prices)

    def run(self, hours):
        for hour in range(hours):
            yield hour, self.step()


# ---- indicators


class History:
    """The last hours of every symbol."""

    def __init__(self, symbols, length):
        self.rows = {symbol: deque(maxlen=length) for symbol in symbols}

    def add(self, prices):
        for symbol, price in prices.items():
            self.rows[symbol].append(price)

    def is_full(self):
        return all(len(row) == row.maxlen for row in self.rows.values())

    def momentum(self, symbol):
        row = self.rows[symbol]
        return row[-1] / row[0] - 1

    def volatility(self, symbol):
        row = list(self.rows[symbol])[-12:]
        mean = sum(row) / len(row)
        return (sum((price - mean) ** 2 for price in row) / len(row)) ** 0.5 / mean


def rank(history, symbols):
    """Symbols by momentum for each unit of risk, best first."""

    def score(symbol):
        return history.momentum(symbol) / (history.volatility(symbol) + 0.01)

    return sorted(symbols, key=score, reverse=True)


# ---- orders


def describe(order, portfolio, history):
    """All that one wants to know when an order failed."""
    lines = [f"order {order}"]
    lines.append("cash {:.2f}".format(portfolio.cash))
    for symbol, amount in sorted(portfolio.holdings.items()):
        lines.append("  {} {:.4f}".format(symbol, amount))
    for symbol, row in sorted(history.rows.items()):
        recent = ", ".join(format(price, ".2f") for price in list(row)[-24:])
        lines.append(f"  {symbol}: {recent}")
    return "\n".join(lines)


def retry(action, order, portfolio, history, attempts=4):
    """Try again while the broker is busy."""
    for attempt in range(1, attempts + 1):
        text = describe(order, portfolio, history)
        log.debug("attempt %d: %s", attempt, text)
        try:
            return action(order)
        except BrokerBusy as busy:
            log.info("attempt %d failed: %s\n%s", attempt, busy, text)
    raise RuntimeError(f"broker busy {attempts} times for {order}")


class Broker:
    """Fills orders at the price of the hour; every 25th order or so it is busy."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.prices = {}
        self.sent = 0

    def fill(self, order):
        self.sent += 1
        if self.random.random() < 0.04:
            raise BrokerBusy(f"order {self.sent}")
        symbol, amount = order
        price = self.prices[symbol]
        return symbol, amount, price, abs(amount) * price * FEE


class Portfolio:
    def __init__(self, cash):
        self.cash = cash
        self.holdings = {}

    def value(self, prices):
        return self.cash + sum(amount * prices[symbol] for symbol, amount in self.holdings.items())

    def apply(self, filled):
        symbol, amount, price, fee = filled
        self.cash -= amount * price + fee
        left = self.holdings.get(symbol, 0.0) + amount
        if abs(left) < 1e-9:
            self.holdings.pop(symbol, None)
        else:
            self.holdings[symbol] = left


def orders_for(portfolio, best, prices):
    """Orders that bring the portfolio to equal shares of the best symbols; small moves are left out."""
    goal = portfolio.value(prices) / len(best)
    orders = []
    for symbol in sorted(set(portfolio.holdings) | set(best)):
        wanted = goal / prices[symbol] if symbol in best else 0.0
        move = wanted - portfolio.holdings.get(symbol, 0.0)
        if abs(move) * prices[symbol] > 0.004 * goal:
            orders.append((symbol, move))
    return sorted(orders, key=lambda order: order[1])


# ---- journal


def ensure_folder(path):
    """Make the folder and its parents where they are missing."""
    parts = path.split(os.sep)
    for n in range(2, len(parts) + 1):
        folder = os.sep.join(parts[:n])
        if not os.path.exists(folder):
            os.makedirs(folder)


class Journal:
    """One folder a week, one file a day, one line an hour."""

    def __init__(self, folder):
        self.folder = folder
        self.buffer = []

    def place(self, hour):
        day = hour // 24
        return os.path.join(self.folder, f"week-{day // 7:02d}", f"day-{day % 7}.csv")

    def add(self, hour, value, holdings):
        path = self.place(hour)
        ensure_folder(os.path.dirname(path))
        self.buffer.append((hour, round(value, 2), " ".join(sorted(holdings))))
        if hour % 24 == 23:
            with open(path, "w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(self.buffer)
            self.buffer.clear()


# ---- the run


def simulate(hours, seed, folder):
    feed = PriceFeed(SYMBOLS, seed)
    history = History(SYMBOLS, LOOKBACK)
    broker = Broker(seed + 1)
    portfolio = Portfolio(100_000.0)
    journal = Journal(folder)
    values = []
    for hour, prices in feed.run(hours):
        history.add(prices)
        broker.prices = prices
        if history.is_full():
            best = rank(history, SYMBOLS)[:HOLDINGS]
            for order in orders_for(portfolio, best, prices):
                portfolio.apply(retry(broker.fill, order, portfolio, history))
        value = portfolio.value(prices)
        journal.add(hour, value, portfolio.holdings)
        values.append(value)
    return values, broker.sent


def report(values, sent):
    changes = [after / before - 1 for before, after in zip(values, values[1:])]
    print("hours {}  orders {}".format(len(values), sent))
    print("final value {:.2f}".format(values[-1]))
    print("hourly change: mean {:.5f}, deviation {:.5f}".format(
        statistics.fmean(changes), statistics.pstdev(changes)))


def main():
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    folder = tempfile.mkdtemp(prefix="backtest-")
    try:
        values, sent = simulate(HOURS, 7, folder)
    finally:
        shutil.rmtree(folder)
    report(values, sent)


if __name__ == "__main__":
    main()
