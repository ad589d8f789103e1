"""Sums up a made-up web server log: requests, errors and slow pages by hour."""

import collections
import random
import re
import statistics

LINES = 240_000
PAGES = ["/", "/search", "/cart", "/login", "/item/%d", "/user/%d/orders", "/static/app.js"]
LINE = re.compile(r'(\S+) \[(\d\d):(\d\d)\] "(GET|POST) (\S+)" (\d{3}) (\d+) ms')


def make_log(lines):
    chance = random.Random(3)
    for n in range(lines):
        page = chance.choice(PAGES)
        page = page % chance.randrange(500) if "%d" in page else page
        status = chance.choices([200, 304, 404, 500], [90, 5, 4, 1])[0]
        took = int(chance.lognormvariate(3.5, 0.9))
        minute = n * 1440 // lines
        method = "POST" if page == "/login" else "GET"
        yield f'10.0.0.{chance.randrange(256)} [{minute // 60:02d}:{minute % 60:02d}] "{method} {page}" {status} {took} ms'


def parse(line):
    match = LINE.match(line)
    if not match:
        return None
    host, hour, _minute, method, page, status, took = match.groups()
    return host, int(hour), method, normalise(page), int(status), int(took)


def normalise(page):
    """One name for all items and users."""
    return re.sub(r"/\d+", "/N", page)


class Report:
    def __init__(self):
        self.by_hour = collections.defaultdict(list)
        self.by_page = collections.defaultdict(list)
        self.errors = collections.Counter()

    def add(self, record):
        _host, hour, _method, page, status, took = record
        self.by_hour[hour].append(took)
        self.by_page[page].append(took)
        if status >= 500:
            self.errors[page] += 1

    def slow_pages(self):
        ranked = sorted(self.by_page.items(), key=lambda item: percentile(item[1], 95), reverse=True)
        return [(page, percentile(times, 95), len(times)) for page, times in ranked]

    def busy_hours(self):
        return [(hour, len(times), statistics.median(times)) for hour, times in sorted(self.by_hour.items())]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]


def main():
    report = Report()
    for line in make_log(LINES):
        record = parse(line)
        if record:
            report.add(record)
    for page, slow, count in report.slow_pages():
        print(f"{page:20} {count:6} requests, 95 % under {slow} ms, {report.errors[page]} errors")
    print("busiest hour:", max(report.busy_hours(), key=lambda row: row[1])[0])


if __name__ == "__main__":
    main()
