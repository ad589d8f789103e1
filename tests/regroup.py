#!/usr/bin/env python3
"""Grouping and taking recursion together, against the same done to collapsed text and to pstats by Python.

What profkit prints for --by module, --by file and --collapse-recursion of random stacks and of collapsed
files of others is compared line by line; self, calls and totals of files are compared with what the module
pstats has read."""
import collections
import json
import marshal
import os
import random
import re
import subprocess
import sys
import tempfile

import left_out

PROFKIT = os.environ["PROFKIT"]
SRCDIR = os.environ.get("srcdir", ".")
SHARED = os.environ.get("PROFKIT_SHARED", os.path.join(SRCDIR, "..", "shared"))
PLACE = re.compile(r" \((.*?)(?::\d+)?\)((?:_\[.\])?)$")
failures = []


def check(name, holds, why=""):
    print(("ok " if holds else "not ok ") + name + ("" if holds else ": " + why))
    if not holds:
        failures.append(name)


def run(*words):
    result = subprocess.run([PROFKIT, *words], capture_output=True, check=False)
    if result.returncode:
        raise SystemExit(f"{' '.join(words)}: {result.stderr.decode(errors='replace')}")
    return result.stdout.decode("utf-8", "surrogateescape")


def stacks(text):
    sums = collections.Counter()
    for line in text.splitlines():
        stack, count = line.rsplit(" ", 1)
        sums[tuple(stack.split(";"))] += int(count)
    return +sums


def joined(stack, group):
    """Each run of equal groups is one; the last of the run stands for it."""
    out = []
    for frame in stack:
        if out and group(out[-1]) == group(frame):
            out.pop()
        out.append(frame)
    return out


def regrouped(sums, group, shown):
    out = collections.Counter()
    for stack, count in sums.items():
        out[tuple(shown(frame) for frame in joined(stack, group))] += count
    return +out


def difference(a, b):
    rest = [(k, a[k], b[k]) for k in sorted(set(a) | set(b)) if a[k] != b[k]]
    return f"{len(rest)} differ, first {rest[0]}" if rest else ""


def compare(name, path, options, group, shown):
    want = regrouped(stacks(run("convert", "--to", "folded", "-q", path)), group, shown)
    got = stacks(run("convert", "--to", "folded", "-q", *options, path))
    check(name, want == got, difference(want, got))


def without_line(frame):
    return PLACE.sub(r" (\1)\2", frame)


def file_of(frame):
    found = PLACE.search(frame)
    return found.group(1) if found else None


def by_file(frame):
    path = file_of(frame)
    return f"{path.rsplit('/', 1)[-1]} ({path})" if path else "(no file)"


def random_stacks(path, chance):
    lines = []
    for _ in range(400):
        stack = []
        for _ in range(chance.randrange(1, 12)):
            name = f"m{chance.randrange(4)}.f{chance.randrange(6)}"
            stack.append(name)
        lines.append(f"{';'.join(stack)} {chance.randrange(1, 50)}\n")
    with open(path, "w", encoding="ascii") as out:
        out.writelines(lines)


def random_places(path, chance):
    lines = []
    for _ in range(400):
        stack = []
        for _ in range(chance.randrange(1, 12)):
            f = chance.randrange(8)
            line = chance.randrange(1, 4)
            stack.append(f"f{f} (src/a{f % 3}.py:{line})" if f else "builtin")
        lines.append(f"{';'.join(stack)} {chance.randrange(1, 50)}\n")
    with open(path, "w", encoding="ascii") as out:
        out.writelines(lines)


def has_two_counts(path):
    """Such lines are two metrics, of which collapsed text has room for one."""
    with open(path, "rb") as data:
        return re.search(rb" [0-9.]+ [0-9.]+\r?$", data.readline()) is not None


def rows(*words):
    return json.loads(run("hotspots", "--top", "0", "--json", "-q", *words))["rows"]


def check_pstats(name, path):
    """Self and calls of a file are those of its functions, whatever calls what."""
    with open(path, "rb") as data:
        try:
            table = marshal.load(data)
        except ValueError as why:  # written by another Python than this one
            failures.extend([name] if left_out.tell(f"{name}: {why}") else [])
            return False
    want = collections.defaultdict(lambda: [0, 0])
    for (file, _, _), (_, calls, self, _, _) in table.items():
        want[None if file == "~" else file][0] += round(self * 1e9)
        want[None if file == "~" else file][1] += calls
    got = {row["file"]: [row["self"], row["calls"]] for row in rows("--by", "file", path)}
    check(f"{name}: files have the self and calls of their functions", dict(want) == got,
          str({k: (want.get(k), got.get(k)) for k in set(want) | set(got) if want.get(k) != got.get(k)}))
    return True


def main():
    with tempfile.TemporaryDirectory() as folder:
        chance = random.Random(5)
        path = os.path.join(folder, "x.folded")
        for i in range(5):
            random_stacks(path, chance)
            compare(f"random stacks {i} by module", path, ["--by", "module"],
                    lambda f: f.split(".")[0], lambda f: f.split(".")[0])
            compare(f"random stacks {i} without recursion", path, ["--collapse-recursion"],
                    lambda f: f, lambda f: f)
            random_places(path, chance)
            compare(f"random places {i} by file", path, ["--by", "file"], by_file, by_file)
            compare(f"random places {i} without recursion", path, ["--collapse-recursion"],
                    without_line, lambda f: f)
    collapsed = os.path.join(SHARED, "corpus", "collapsed")
    if not os.path.isdir(collapsed):
        failures.extend(["no corpus"] if left_out.tell(f"no corpus in {SHARED}: set PROFKIT_SHARED") else [])
    for folder, _, files in sorted(os.walk(collapsed)):
        for file in files:
            path = os.path.join(folder, file)
            if file.startswith("input") and os.path.getsize(path) < 3_000_000 and not has_two_counts(path):
                result = subprocess.run([PROFKIT, "convert", "--to", "folded", "-q", path],
                                        capture_output=True, check=False)
                if result.returncode == 0 and b"\x1b" not in result.stdout and "." not in result.stdout.decode(
                        "utf-8", "surrogateescape").rsplit(" ", 1)[-1]:
                    compare(f"{os.path.basename(folder)} without recursion", path,
                            ["--collapse-recursion"], without_line, lambda f: f)
    tried = 0
    for folder, _, files in sorted(os.walk(os.path.join(SRCDIR, "samples", "pstats"))):
        for file in sorted(files):
            if file.endswith(".prof"):
                tried += check_pstats(f"{os.path.basename(folder)}/{file}", os.path.join(folder, file))
    check("some pstats samples were compared", tried > 0)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
