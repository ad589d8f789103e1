"""A cache server and its client, as small as they can be: the service of its own that services.py asks about.

One line each way over a socket: "get KEY", "set KEY VALUE". The client counts what it asks of its socket.
"""
import socket
import socketserver
import threading


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        values = self.server.values
        for line in self.rfile:
            word, key, *value = line.decode().split()
            if word == 'set':
                values[key] = value[0]
            self.wfile.write((values.get(key, '') + '\n').encode())


def start():
    """The address of a server in a thread of its own."""
    server = socketserver.ThreadingTCPServer(('127.0.0.1', 0), Handler)
    server.daemon_threads = True
    server.values = {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address


class Client:
    def __init__(self, address):
        self.asked = 1
        self.socket = socket.create_connection(address)

    def ask(self, line):
        self.asked += 1
        self.socket.sendall(line)
        answer = b''
        while not answer.endswith(b'\n'):
            self.asked += 1
            answer += self.socket.recv(100)
        return answer[:-1].decode()

    def get(self, key):
        return self.ask(b'get %s\n' % key.encode())

    def set(self, key, value):
        return self.ask(('set %s %s\n' % (key, value)).encode())

    def close(self):
        self.asked += 1
        self.socket.close()
