"""Streams readings over one connection in large pieces."""
import socket
import struct
import sys
import threading


def feed(link, count):
    with link:
        for k in range(count):
            link.sendall(struct.pack('<512I', *range(k, k + 512)))


def main():
    here, there = socket.socketpair()
    sender = threading.Thread(target=feed, args=(there, int(sys.argv[1])))
    sender.start()
    total = 0
    with here.makefile('rb') as stream:
        while piece := stream.read(2048):
            total += sum(struct.unpack('<512I', piece))
    sender.join()
    print(total)


main()
