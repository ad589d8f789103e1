"""A signal-timer sampler: runs a Python script and writes its stacks as folded lines.

usage: sampler.py OUTPUT SCRIPT [ARGUMENT...]

ITIMER_PROF counts CPU time, so a waiting program gives no samples. Python runs the handler between two
bytecodes: the time of a long call into C is charged to its caller's line, at the next bytecode.
"""

import collections
import runpy
import signal
import sys

PERIOD = 0.004
stacks = collections.Counter()


def place(frame):
    code = frame.f_code
    return f"{code.co_qualname} ({code.co_filename}:{frame.f_lineno or code.co_firstlineno})"


def sample(_signal, frame):
    names = []
    while frame and frame.f_code.co_filename not in (__file__, runpy.__file__, "<frozen runpy>"):
        names.append(place(frame))
        frame = frame.f_back
    if names:
        stacks[";".join(reversed(names))] += 1


def main():
    output, script, *arguments = sys.argv[1:]
    sys.argv = [script, *arguments]
    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, PERIOD, PERIOD)
    try:
        runpy.run_path(script, run_name="__main__")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        with open(output, "w", encoding="utf-8") as file:
            for stack, count in sorted(stacks.items()):
                file.write(f"{stack} {count}\n")


if __name__ == "__main__":
    main()
