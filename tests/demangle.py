#!/usr/bin/env python3
"""--demangle full shows mangled names as c++filt does: all that a library of the system exports, and all of the
corpus. --demangle none shows them as they are, and JSON has both. What is past a limit stays as it is.

A name that c++filt reads by rules of its own (Rust's newer form) is not mangled to profkit."""
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import left_out

PROFKIT = os.environ["PROFKIT"]
SRCDIR = os.environ.get("srcdir", ".")
SHARED = os.environ.get("PROFKIT_SHARED", os.path.join(SRCDIR, "..", "shared"))
MANGLED = re.compile(rb"\b_Z[A-Za-z0-9_.$]+")
failures = 0


def check(name, problems):
    global failures
    print(("not ok " if problems else "ok ") + name)
    for problem in problems[:10]:
        print("    " + problem)
    failures += bool(problems)


def exported():
    libraries = glob.glob("/usr/lib/*/libstdc++.so.6") + glob.glob("/usr/lib/libstdc++.so.6")
    out = subprocess.run(["nm", "-D", "--defined-only", *libraries[:1]], capture_output=True, check=False).stdout
    return {name.decode() for name in MANGLED.findall(out)}


def of_corpus():
    names = set()
    for folder, _, files in os.walk(os.path.join(SHARED, "corpus")):
        for file in files:
            if file.startswith("input"):
                with open(os.path.join(folder, file), "rb") as data:
                    names |= {name.decode() for name in MANGLED.findall(data.read(4_000_000))}
    return names


def shown(names, how):
    """What profkit shows for each name."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "x.folded")
        with open(path, "w", encoding="ascii") as out:
            out.writelines(f"{name} 1\n" for name in sorted(names))
        rows = json.loads(subprocess.run([PROFKIT, "hotspots", "--top", "0", "--json", "-q", "--demangle", how, path],
                                         capture_output=True, check=True).stdout)["rows"]
    return {row["name"]: row["display"] for row in rows}


def is_past_a_limit(name):
    references = len(re.findall("[ST](?=[_0-9A-Z])", name)) + 12 * len(re.findall("[Ds](?=p)", name))
    return len(name) > 512 or references > 40


def compare(what, names):
    text = subprocess.run(["c++filt", "--no-verbose"], input="\n".join(sorted(names)), capture_output=True, text=True,
                          check=True).stdout
    want = dict(zip(sorted(names), text.splitlines()))
    got = shown(names, "full")
    wrong = [f"{name}: {got.get(name)}, c++filt: {want[name]}" for name in sorted(names)
             if got.get(name) != want[name] and not (is_past_a_limit(name) and got.get(name) == name)]
    kept = [name for name in names if is_past_a_limit(name)]
    check(f"{len(names)} names of {what} are read as c++filt does without details, {len(kept)} are past a limit",
          wrong + (["too many are past a limit"] if len(kept) * 100 > len(names) else []))
    check(f"names of {what} can be shown as they are", [name for name, text in shown(names, "none").items()
                                                       if name != text])


def main():
    for tool in "c++filt", "nm":
        if not shutil.which(tool):
            return left_out.status(f"{tool} is not there")
    names = exported()
    check("a library of the system exports names", [] if len(names) > 500 else [f"only {len(names)}"])
    compare("libstdc++", names)
    names = of_corpus()
    if names:
        compare("the corpus", names)
    elif left_out.tell(f"no corpus in {SHARED}: set PROFKIT_SHARED"):
        failures.append("no corpus")
    deep = [f"_Z1f{'P' * n}i" for n in (300, 500, 2000)] + ["_Z1f1pIiiE" + "".join(
        f"S_IS{c}_S{c}_E" for c in "0123456789ABCDEFGHIJKLMN")]
    limited = subprocess.run(["sh", "-c", 'ulimit -s 256; exec "$0" hotspots --top 0 --json -q --demangle full -',
                              PROFKIT], input="".join(f"{name} 1\n" for name in deep).encode(),
                             capture_output=True, check=False, timeout=60)
    check("deep names need no more than 256 kB of stack",
          [] if limited.returncode == 0 else [f"status {limited.returncode}"])
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
