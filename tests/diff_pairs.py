#!/usr/bin/env python3
"""Does `profkit diff` name the function that a fix changed? Every pair of a program with a known mistake and the
same program mended, recorded by cProfile or callgrind, is compared; the function that the label blames (or one of
those that it lists beside it) must be among the first three causes. Prints the table; the parts of each cause must
add up.

needs: PROFKIT, the program; PROFKIT_SHARED, the folder with the labelled programs (skipped without it)
"""
import json
import os
import re
import subprocess
import sys

import left_out


def causes(profkit, before, after):
    run = subprocess.run([profkit, "-q", "diff", "--json", before, after], stdout=subprocess.PIPE, check=True)
    return json.loads(run.stdout)["causes"]


def plain(name):
    """pprofile puts the first line of a function behind its name."""
    return re.sub(r":[0-9_]+$", "", name)


def check(profkit, folder, form):
    with open(os.path.join(folder, "label.json"), encoding="utf-8") as file:
        label = json.load(file)
    blamed = {label["where"]["caller"]} | {also["where"]["caller"] for also in label.get("also", [])}
    found = causes(profkit, os.path.join(folder, "bad." + form), os.path.join(folder, "good." + form))
    first = [plain(cause["name"]) for cause in found[:3]]
    adds_up = all(cause["delta"] == cause["calls_part"] + cause["cost_part"] for cause in found)
    good = bool(blamed & set(first)) and adds_up
    print("%s %s %s: blamed %s, first causes %s%s" % (
        "ok" if good else "not ok", label["case"], form, "/".join(sorted(blamed)), ", ".join(first),
        "" if adds_up else "; parts do not add up"))
    return good


def main():
    here = os.environ.get("srcdir", ".")
    shared = os.environ.get("PROFKIT_SHARED", os.path.join(here, "..", "shared"))
    cases = os.path.join(shared, "antipatterns")
    if not os.path.isdir(cases):
        return left_out.status("no labelled programs in %s" % cases)
    results = [check(os.environ["PROFKIT"], os.path.join(cases, case), form)
               for case in sorted(os.listdir(cases)) for form in ("pstats", "callgrind")
               if os.path.exists(os.path.join(cases, case, "bad." + form))]
    return 0 if results and all(results) else 1


sys.exit(main())
