"""Sends to a device that takes one command each ten milliseconds, so it has to wait."""
import sys
import time


def send(device, command):
    device.append(command)
    time.sleep(0.01)


def main():
    device = []
    for k in range(int(sys.argv[1])):
        send(device, k % 16)
    print(sum(device))


main()
