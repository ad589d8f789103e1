"""Sends each metric as a datagram to the collector on this machine."""
import socket
import sys


def send_metric(sock, address, text):
    sock.sendto(text.encode(), address)


def main():
    collector = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    collector.bind(('127.0.0.1', 0))
    port, sock, got = collector.getsockname()[1], socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0
    address = socket.getaddrinfo('localhost', port, socket.AF_INET, socket.SOCK_DGRAM)[0][4]
    for k in range(int(sys.argv[1])):
        send_metric(sock, address, f'load:{k % 100}|g')
        got += len(collector.recv(64))
    print(got)


main()
