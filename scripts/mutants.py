#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeded faults: applies each mutant of Tests/Mutants/*.mutants to a copy of the tree, one at a time, rebuilds, and
runs the theorems (or tests) that must catch it. Tests/Mutants/README.md describes the lists.

A mutant is killed where a theorem fails and says which obligation. It has failed, and so does the run, where nothing
notices (SURVIVED), where it does not compile (INVALID), where the run ends in any other way (ERROR), or where it takes
too long (TIMEOUT). Before that, the unchanged copy must pass the same theorems, else a kill would mean nothing.
Ends with `N passed, N failed`.
"""
import argparse
import concurrent.futures
import hashlib
import os
import pathlib
import queue
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LISTS = ROOT / "Tests" / "Mutants"
WORK = ROOT / ".build-mutants"
# How to build and run what proves: {names} becomes the theorems' names. `FAILED theorem / obligation` says what failed.
# A debug build: three seconds for a change to one file, where release takes 25, and the solver does the work anyway.
BUILD = ["swift", "build", "--product", "prove"]
PROVE = [".build/debug/prove", "--theorem", "{names}"]
# How to run tests, for the few mutants that only a test can catch. Much slower: builds every test target.
TEST_BUILD = ["swift", "build", "-c", "release", "-Xswiftc", "-enable-testing", "--build-tests"]
TEST = ["swift", "test", "-c", "release", "-Xswiftc", "-enable-testing", "--skip-build", "--filter", "{names}"]
# How to let random lives catch one (`lives`): machines of several CPUs in the simulator, for so many seconds; `lives N` begins
# with life N, which is known to come to what few do.
LIVE_BUILD = ["swift", "build", "--product", "live"]
LIVE = [".build/debug/live", "--raw", "{names}"]
LIVE_SECONDS = "60"
FAILED_LIFE = re.compile(r"^(?:FAILED |\S+ Fatal error: )(.+)$", re.M)
# How to run `verify` on a set of files, for faults that its reading of the tables finds.
VERIFY_BUILD = ["swift", "build", "--product", "verify"]
VERIFY = [".build/debug/verify", "--quiet", "{names}"]
# How to let the oracle catch one (`oracle`): the testbed boots with the debug image, and what it tells is taken on the model. The program is
# that of the work tree, which must have been built.
ORACLE = ["scripts/oracle.sh"]
DIFFERENT = re.compile(r"^DIFFERENT (.+)$", re.M)
# How to let Bochs catch one in the simulator (`compare`): it tells once (`scripts/compare.sh`, with the work tree's program, which must have been
# built), and that is judged again and again.
COMPARE_BUILD = ["swift", "build", "--product", "compare"]
TOLD = ROOT / ".build" / "compare" / "told.txt"
COMPARE = [".build/debug/compare", "judge", str(TOLD)]
PROGRAMS = {"OSTROG": "ostrog", "ORACLE": "oracle"}
FAILED = re.compile(r"^FAILED (.+? / .+)$", re.M)
FAILED_TEST = re.compile(r"^✘ Test (.+?) failed", re.M)
FAILED_VERIFY = re.compile(r"^error\[(X4\]: .+)$", re.M)
LIMIT_SECONDS = 1500
ALONE = ("lives", "oracle", "compare")
KEYS = ("file", "after", "in", "from", "to", "caught-by", "why")


class Mutant:
    def __init__(self, name, where):
        self.name, self.where, self.values = name, where, {}

    def __getitem__(self, key):
        return self.values.get(key, "")

    def catchers(self):
        """(theorem names, test filters, sets of files that `verify` is given, as words, random lives by number, whether the oracle, whether Bochs)"""
        names = [name.strip() for name in self["caught-by"].split(",") if name.strip()]
        tests, sets = ([name[len(kind):] for name in names if name.startswith(kind)] for kind in ("test ", "verify "))
        alone = [[name for name in names if name.split()[0] == kind] for kind in ALONE]
        theorems = [name for name in names if name.split()[0] not in ("test", "verify", *ALONE)]
        return theorems, tests, sets, *alone

    def applied(self, text):
        """The text with the fault, or a message."""
        start = 0
        if self["after"]:
            start = text.find(self["after"])
            if start < 0:
                return None, f"`after` does not occur in {self['file']}"
        end = len(text)
        if self["in"]:
            start = text.find(self["in"])
            if start < 0 or text.count(self["in"]) != 1:
                return None, f"`in` does not occur once in {self['file']}"
            end = text.find("\n  }\n", start)
        count = text.count(self["from"], start, end)
        if count != 1:
            return None, f"`from` occurs {count} times in {self['file']}, not once"
        at = text.index(self["from"], start)
        return text[:at] + self["to"] + text[at + len(self["from"]):], None


def parse(path):
    """The mutants of one list, and messages about what is wrong with it."""
    mutants, problems = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        where = f"{path.relative_to(ROOT)}:{number}"
        if line.startswith("# name:"):
            mutants.append(Mutant(line[len("# name:"):].strip(), where))
        elif not line.strip() or line.startswith("#"):
            continue
        else:
            key, colon, value = line.partition(":")
            if not colon or key not in KEYS or not mutants or key in mutants[-1].values:
                problems.append(f"{where}: not understood, or given twice: {line}")
            else:
                mutants[-1].values[key] = value[1:] if value.startswith(" ") else value
    return mutants, problems


def load():
    mutants, problems, names = [], [], set()
    for path in sorted(LISTS.glob("*.mutants")):
        found, wrong = parse(path)
        mutants += found
        problems += wrong
    for mutant in mutants:
        if mutant.name in names:
            problems.append(f"{mutant.where}: {mutant.name} is there twice")
        names.add(mutant.name)
        for key in ("file", "from", "caught-by"):
            if not mutant[key]:
                problems.append(f"{mutant.where}: {mutant.name} has no `{key}`")
        target = ROOT / mutant["file"]
        if not mutant["file"] or not target.is_file():
            problems.append(f"{mutant.where}: {mutant.name}: there is no file {mutant['file']}")
            continue
        changed, problem = mutant.applied(target.read_text())
        if problem:
            problems.append(f"{mutant.where}: {mutant.name}: {problem}")
        elif changed == target.read_text():
            problems.append(f"{mutant.where}: {mutant.name} changes nothing")
    return mutants, problems


def refresh(tree):
    """Brings a copy up to the work tree, touching only what differs, so that its build stays incremental."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    wanted = {name for name in listed.decode().split("\0") if name and (ROOT / name).is_file()}
    if (ROOT / "Package.resolved").is_file():
        wanted.add("Package.resolved")  # the same versions, though git ignores it
    tree.mkdir(parents=True, exist_ok=True)
    for name in wanted:
        source, target = ROOT / name, tree / name
        if not target.is_file() or target.read_bytes() != source.read_bytes():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
        shutil.copymode(source, target)
    for path in tree.rglob("*"):
        name = path.relative_to(tree)
        if name.parts[0] != ".build" and path.is_file() and str(name) not in wanted:
            path.unlink()


def run(tree, command, names=(), limit=LIMIT_SECONDS):
    """(exit status, output); the status is None where the time is up."""
    words = [word for part in command for word in (names if part == "{names}" else [part])]
    try:
        # A path that was given by who calls stays. What a fault leaves unused is no error.
        programs = {key: str(ROOT / ".build" / "release" / name) for key, name in PROGRAMS.items()} | os.environ
        programs["OSTROG_SEEDED"] = "1"
        done = subprocess.run(words, cwd=tree, env=programs, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit, text=True)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        return None, (late.stdout or b"").decode(errors="replace") if isinstance(late.stdout, bytes) else late.stdout or ""


def files(words):
    """The files of a set: a word is the beginning of paths, and without a folder of names in configs."""
    return sorted(str(path.relative_to(ROOT)) for word in words.split()
                  for path in ROOT.glob(f"{word}*.cell" if "/" in word else f"configs/{word}*.cell"))


def prove(tree, theorems, tests, sets, lives, oracle, compare, one_by_one=False):
    """(verdict, what theorems, tests, `verify`, lives, the oracle and Bochs say of the tree as it stands). `one_by_one`: ends with the first
    that fails, so a list names the cheapest first."""
    for names, build, command, pattern in (
            (theorems, BUILD, PROVE, FAILED), ("|".join(tests), TEST_BUILD, TEST, FAILED_TEST),
            (sets, VERIFY_BUILD, VERIFY, FAILED_VERIFY), (lives, LIVE_BUILD, LIVE, FAILED_LIFE),
            (oracle, ["true"], ORACLE, DIFFERENT), (compare, COMPARE_BUILD, COMPARE, DIFFERENT)):
        if not names:
            continue
        status, output = run(tree, build, limit=1800)
        if status != 0:
            errors = [line for line in output.splitlines() if "error:" in line] or output.splitlines()[-3:]
            return "INVALID", "does not compile: " + " | ".join(errors[:3])
        groups = [[names]] if isinstance(names, str) else [[name] for name in names] if one_by_one else [names]
        if build is VERIFY_BUILD:
            groups = [files(words) for words in names]
        if build is LIVE_BUILD:
            groups = [[LIVE_SECONDS, *name.split()[1:]] for name in names if name != "lives"] + [[LIVE_SECONDS]]
        for group in groups:
            status, output = run(tree, command, group)
            failures = pattern.findall(output)
            if failures or status != 0:
                break
        if failures:
            return "killed", failures[0] + (f" and {len(failures) - 1} more" if len(failures) > 1 else "")
        if status is None:
            return "TIMEOUT", f"no answer within {LIMIT_SECONDS} s"
        if status != 0:
            return "ERROR", f"exit {status}, nothing named: " + " | ".join(output.splitlines()[-3:])
    return "SURVIVED", ""


def attempt(tree, mutant):
    target = tree / mutant["file"]
    original = (ROOT / mutant["file"]).read_text()
    changed, problem = mutant.applied(original)
    if problem:
        return "INVALID", problem
    target.write_text(changed)
    try:
        return prove(tree, *mutant.catchers(), one_by_one=True)
    finally:
        target.write_text(original)


def chosen(mutants, options):
    if options.files:
        mutants = [mutant for mutant in mutants if any(part in mutant["file"] for part in options.files)]
    if options.only:
        mutants = [mutant for mutant in mutants if mutant.name in options.only]
        missing = set(options.only) - {mutant.name for mutant in mutants}
        if missing:
            sys.exit(f"mutants.py: no such mutant: {', '.join(sorted(missing))}")
    if options.sample:
        key = lambda mutant: hashlib.sha256(f"{options.seed} {mutant.name}".encode()).digest()
        mutants = sorted(mutants, key=key)[:options.sample]
    return mutants


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="only check that the lists fit the source")
    parser.add_argument("--list", action="store_true", help="print the mutants' names")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these mutants")
    parser.add_argument("--files", nargs="+", metavar="PART", help="those in files whose path contains one of these")
    parser.add_argument("--sample", type=int, metavar="N", help="N mutants, chosen by the seed")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--theorems-proved", action="store_true", help="who calls has the unchanged tree's theorems proved")
    parser.add_argument("--jobs", type=int, default=1, help="copies of the tree to work in")
    options = parser.parse_args()
    mutants, problems = load()
    for problem in problems:
        print(problem)
    if problems or options.check:
        return 1 if problems else 0
    mutants = chosen(mutants, options)
    if options.list:
        print("\n".join(mutant.name for mutant in mutants))
        return 0
    if not mutants:
        print("mutants: none to run; 0 passed, 1 failed")
        return 1

    trees = queue.Queue()
    for number in range(max(1, min(options.jobs, len(mutants)))):
        refresh(WORK / str(number))
        trees.put(WORK / str(number))

    def in_a_tree(work):
        tree = trees.get()
        began = time.monotonic()
        try:
            return (*work(tree), time.monotonic() - began)
        finally:
            trees.put(tree)

    theorems = sorted({name for mutant in mutants for name in mutant.catchers()[0] if not options.theorems_proved})
    if any(mutant.catchers()[5] for mutant in mutants):
        subprocess.run(["scripts/compare.sh"], cwd=ROOT, stdout=subprocess.DEVNULL)
    every = [sorted({name for mutant in mutants for name in mutant.catchers()[kind]}) for kind in range(1, 6)]
    verdict, detail, seconds = in_a_tree(lambda tree: prove(tree, theorems, *every))
    if verdict != "SURVIVED":
        print(f"mutants: the unchanged tree fails already: {verdict} {detail}\n0 passed, 1 failed")
        return 1
    tests, sets, lives, oracle, compare = every
    passed = f"{len(theorems)} theorems, {len(tests)} test filters, {len(sets)} sets"
    passed += f"{', random lives' if lives else ''}{', the oracle' if oracle else ''}{', Bochs' if compare else ''}"
    print(f"  unchanged    passes {passed} ({seconds:.0f} s)")

    counts = {}
    with concurrent.futures.ThreadPoolExecutor(trees.qsize()) as pool:
        futures = {pool.submit(in_a_tree, lambda tree, mutant=mutant: attempt(tree, mutant)): mutant for mutant in mutants}
        for future in concurrent.futures.as_completed(futures):
            verdict, detail, seconds = future.result()
            counts[verdict] = counts.get(verdict, 0) + 1
            print(f"  {verdict:<9}  {futures[future].name}  {'by ' if verdict == 'killed' else ''}{detail} ({seconds:.0f} s)", flush=True)
    killed = counts.pop("killed", 0)
    rest = "".join(f", {number} {verdict}" for verdict, number in sorted(counts.items()))
    print(f"mutants: {killed} killed{rest}; {killed} passed, {sum(counts.values())} failed")
    return 1 if counts else 0


if __name__ == "__main__":
    sys.exit(main())
