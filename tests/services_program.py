"""The program that services.py asks about: orders and a report out of SQLite, a cache and an HTTP server on this host.

It keeps its own counts and times of all calls that it makes to them, by entry point, and records itself.
usage: services_program.py pstats|folded OUTPUT    prints its counts as JSON
"""
import cProfile
import http.client
import http.server
import json
import sqlite3
import sys
import threading
import time

import services_cache

clock = time.perf_counter_ns
ROUNDS = 12


class Rates(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        body = b'%d' % (len(self.path) * 100)
        time.sleep(0.001)
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Counts:
    """{entry: {service: [calls, ns]}}, kept beside the calls and never by them."""

    def __init__(self):
        self.entry = 'main'
        self.of = {}

    def took(self, service, began, calls=1):
        now = clock()
        counted = self.of.setdefault(self.entry, {}).setdefault(service, [0, 0])
        counted[0] += calls
        counted[1] += now - began


class Shop:
    def __init__(self, name, address, cache_address):
        self.name = name
        self.counts = Counts()
        self.address = address
        self.cache_address = cache_address

    def open(self):
        took = self.counts.took
        began = clock()
        self.db = sqlite3.connect(':memory:')
        took('database', began)
        began = clock()
        self.db.create_function('rate', 1, self.rate_of)
        took('database', began)
        began = clock()
        self.db.execute('create table item (name, price)')
        took('database', began)
        began = clock()
        self.cache = services_cache.Client(self.cache_address)
        took('cache', began)

    def close(self):
        took = self.counts.took
        began = clock()
        self.cache.close()
        took('cache', began)
        began = clock()
        self.db.close()
        took('database', began)

    def rate_of(self, name):
        """Called by SQLite: the database's time holds that of the cache."""
        began = clock()
        known = self.cache.get(name)
        self.counts.took('cache', began)
        return len(known)

    def fetch(self, name):
        took = self.counts.took
        began = clock()
        connection = http.client.HTTPConnection(*self.address)
        took('network', began)
        began = clock()
        connection.request('GET', '/' + name)
        took('network', began)
        began = clock()
        response = connection.getresponse()
        took('network', began)
        began = clock()
        body = response.read()
        took('network', began)
        began = clock()
        response.close()
        took('network', began)
        began = clock()
        connection.close()
        took('network', began)
        return body.decode()

    def orders(self):
        took = self.counts.took
        for i in range(ROUNDS):
            name = self.name + str(i % 5)
            began = clock()
            price = self.cache.get(name)
            took('cache', began)
            if not price:
                price = self.fetch(name)
                began = clock()
                self.cache.set(name, price)
                took('cache', began)
            began = clock()
            self.db.executemany('insert into item values (?, ? + rate(?))', [(name, price, name)] * 2)
            took('database', began)
        began = clock()
        self.db.commit()
        took('database', began)

    def report(self):
        took = self.counts.took
        total = 0
        for i in range(ROUNDS * 2):
            name = self.name + str(i % 5)
            began = clock()
            found = self.db.execute('select price from item where name = ?', (name,))
            took('database', began)
            began = clock()
            rows = found.fetchall()
            took('database', began)
            began = clock()
            self.cache.get(name)
            took('cache', began)
            total += sum(price for price, in rows)
        return total


def main(shop):
    """{entry: what the cache's client asked of its socket in it}."""
    asked = {}
    shop.open()
    for entry, function in (('orders', shop.orders), ('report', shop.report)):
        shop.counts.entry = entry
        before = shop.cache.asked
        function()
        asked[entry] = shop.cache.asked - before
    shop.counts.entry = 'main'
    shop.close()
    asked['main'] = shop.cache.asked - sum(asked.values())
    return asked


class Recorder:
    """Collapsed stacks by sys.setprofile: the time between two events is that of the stack between them."""

    def __init__(self):
        self.stack = []
        self.self_ns = {}
        self.last = 0

    @staticmethod
    def name_of(frame, event, argument):
        if event == 'call':
            code = frame.f_code
            return '%s (%s:%d)' % (code.co_name, code.co_filename, code.co_firstlineno)
        owner = getattr(argument, '__self__', None)
        if owner is None or isinstance(owner, type(sys)):
            return '<built-in method %s.%s>' % (argument.__module__, argument.__name__)
        kind = next((kind for kind in type(owner).__mro__ if argument.__name__ in kind.__dict__), type(owner))
        return "<method '%s' of '%s.%s' objects>" % (argument.__name__, kind.__module__, kind.__name__)

    def __call__(self, frame, event, argument):
        now = clock()
        if self.stack:
            key = ';'.join(self.stack)
            self.self_ns[key] = self.self_ns.get(key, 0) + now - self.last
        if event in ('call', 'c_call'):
            self.stack.append(self.name_of(frame, event, argument).replace(';', ':'))
        elif self.stack:
            self.stack.pop()
        self.last = clock()

    def dump(self, path):
        with open(path, 'w', encoding='utf-8') as file:
            for key, value in sorted(self.self_ns.items()):
                if value:
                    file.write('%s %d\n' % (key, value))


def record(shop, kind, path):
    if kind == 'pstats':
        profile = cProfile.Profile()
        profile.enable()
        asked = main(shop)
        profile.disable()
        profile.dump_stats(path)
        return asked
    recorder = Recorder()
    sys.setprofile(recorder)
    asked = main(shop)
    sys.setprofile(None)
    recorder.dump(path)
    return asked


if __name__ == '__main__':
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Rates)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    addresses = server.server_address, services_cache.start()
    main(Shop('first', *addresses)) # imports what is imported late
    shop = Shop('then', *addresses)
    asked_by_entry = record(shop, sys.argv[1], sys.argv[2])
    json.dump({'of': shop.counts.of, 'asked': asked_by_entry}, sys.stdout)
