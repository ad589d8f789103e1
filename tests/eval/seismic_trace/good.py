"""Smooths a seismic trace and reports oddities only when asked to."""
import logging
import pprint
import sys

LOG = logging.getLogger('trace')


def smooth(window):
    mean = sum(window) / len(window)
    if LOG.isEnabledFor(logging.DEBUG):
        LOG.debug('window: ' + pprint.pformat({'mean': mean, 'values': window}))
    return round(mean, 3)


def main():
    trace = [(k * 7919 % 2003) / 10 for k in range(int(sys.argv[1]))]
    print(sum(smooth(trace[k:k + 16]) for k in range(len(trace) - 16)))


main()
