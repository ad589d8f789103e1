"""Sends each metric as a datagram to the collector on this machine."""
import socket
import sys


def send_metric(sock, port, text):
    family, kind, proto, _name, address = socket.getaddrinfo('localhost', port, socket.AF_INET, socket.SOCK_DGRAM)[0]
    assert (family, kind, proto) == (socket.AF_INET, socket.SOCK_DGRAM, 17)
    sock.sendto(text.encode(), address)


def main():
    collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    collector.bind(('127.0.0.1', 0))
    port, sock, got = collector.getsockname()[1], socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0
    for k in range(int(sys.argv[1])):
        send_metric(sock, port, f'load:{k % 100}|g')
        got += len(collector.recv(64))
    print(got)


main()
