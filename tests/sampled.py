"""A part of a long list, for builds in which all of it takes too long: PROFKIT_EVERY=5 is about one in five.

The rest is tried by `make check` in a build without sanitizers. One at least of each kind is kept, so that a sample has
all formats; what is left out is said by the test.
"""
import os

EVERY = max(1, int(os.environ.get('PROFKIT_EVERY') or 1))


def sampled(things, kind=lambda thing: None):
    """The first of each kind and every EVERY-th behind it, in their order."""
    things = list(things)
    if EVERY == 1:
        return things
    seen, kept = {}, []
    for thing in things:
        count = seen.get(kind(thing), 0)
        seen[kind(thing)] = count + 1
        if count % EVERY == 0:
            kept.append(thing)
    print('PROFKIT_EVERY: %d of %d' % (len(kept), len(things)))
    return kept


def format_of(path):
    """The folder above that of a file: in the corpus its format."""
    return os.path.basename(os.path.dirname(os.path.dirname(path)))
