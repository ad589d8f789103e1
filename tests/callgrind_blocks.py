"""Which function of a callgrind file that profkit wrote is which frame of the profile.

Blocks stand in the order of their written names. A name that several functions have in one file (or in files of one
name) is followed by the line of its definition, the folder of its file, or a number.
"""
import re


def written(text):
    """A name as the format can hold it: RELIABILITY asks that it stays one name on one line."""
    text = re.sub('[\n\r\0]', ' ', text or '')
    inner = text.strip(' \t\n\v\f\r')
    begin = text.index(inner) if inner else len(text)
    text = '_' * begin + inner + '_' * (len(text) - begin - len(inner))
    return re.sub(r'^\((?=[0-9])', '[', text)


def match(frames, blocks):
    """The index of the block of each frame. `blocks` are triples of object, file and name, '' where not known. What
    cannot be told by names (bytes that JSON shows otherwise) is taken in order; None when the numbers differ."""
    free, found = {}, [None] * len(frames)
    if len(frames) != len(blocks):
        return None
    for i, (module, file, name) in enumerate(blocks):
        free.setdefault((module, file), []).append((name or '???', i))
    for exact in (True, False):  # a name of its own comes before one that was made
        for number, frame in enumerate(frames):
            names = free.get((written(frame['module']), written(frame['file'])), [])
            name = written(frame['name']) or '???'
            places = re.compile(re.escape(name) + r'(:%d)?( \[.*\])?( #\d+)?$' % (frame['line'] or 0), re.DOTALL)
            if found[number] is None:
                fits = [entry for entry in names if entry[0] == name or (not exact and places.match(entry[0]))]
                if fits:
                    best = min(fits, key=lambda entry: (len(entry[0]), entry))
                    names.remove(best)
                    found[number] = best[1]
    left = sorted(i for names in free.values() for _, i in names)
    return [left.pop(0) if i is None else i for i in found]
