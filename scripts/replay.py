#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Boots in Bochs what `verify --replay FOLDER` has written, and says whether the cell that tries breaks out or is stopped.

Usage: replay.py [--fault NAME] FOLDER
The image is built from this tree; with --fault, from a copy with that fault of Tests/Mutants. Needs .build/release/ostrog, and a minute or two.
Exit 0: stopped. 1: broke out. 2: neither was said.
"""
import argparse
import importlib.util
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
OUT = re.compile(r"^(attacker: (READ|WROTE|RAN|PORT|STRING).*|root: HAS .*)$", re.M)
STOPPED = re.compile(r"^(Ostrog: CPU \d+ stopped.*|(attacker|root): MSR refused.*)$", re.M)


def refuse(why):
    print(f"replay.py: {why}", file=sys.stderr)
    sys.exit(2)


def judge(said):
    """(exit status, sentence)"""
    begun, mark, after = said.partition("replay: now it tries\n")
    failed = re.search(r"^root: FAILED.*$", said, re.M)
    if not mark or failed:
        return 2, "not tried: " + (failed.group(0) if failed else "root did not get there")
    # Where the cell's own memory is not what it should be, its program may not even begin: that is no answer.
    if not re.search(r"^(attacker: attack|replay: root tries)", after, re.M):
        return 2, "the program of the cell that tries did not begin"
    out, stopped = OUT.search(after), STOPPED.search(after)
    if out:
        return 1, f"BROKE OUT: {out.group(0)}"
    return (0, f"stopped: {stopped.group(0)}") if stopped else (2, "neither stopped nor broken out")


def with_fault(name, copy):
    """A copy of the tree with a fault of Tests/Mutants."""
    spec = importlib.util.spec_from_file_location("breakout", ROOT / "scripts" / "breakout.py")
    breakout = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(breakout)
    mutant = breakout.mutants().get(name)
    if mutant is None:
        refuse(f"there is no fault {name} in Tests/Mutants")
    for part in ("Sources/Core", "Kernel", "scripts"):
        shutil.copytree(ROOT / part, copy / part)
    path = copy / mutant["file"]
    text, problem = mutant.applied(path.read_text())
    if problem:
        refuse(problem)
    path.write_text(text)
    return copy


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fault", metavar="NAME")
    parser.add_argument("folder")
    options = parser.parse_args()
    folder = pathlib.Path(options.folder).resolve()
    if not (folder / "witness.h").is_file():
        refuse(f"{folder} has no witness.h; verify --replay writes it")
    with tempfile.TemporaryDirectory() as scratch:
        tree = with_fault(options.fault, pathlib.Path(scratch) / "tree") if options.fault else ROOT
        out = pathlib.Path(scratch) / "out"
        # Root itself may be what is stopped; then nobody ends Bochs but the time.
        environment = dict(os.environ, REPLAY=str(folder), OSTROG=str(ROOT / ".build/release/ostrog"),
                           BOCHS_SECONDS=os.environ.get("BOCHS_SECONDS", "120"))
        done = subprocess.run([tree / "scripts/testbed.sh", out], capture_output=True, env=environment, check=False)
        serial = out / "serial.txt"
        said = serial.read_bytes().decode(errors="replace").replace("\0", "").replace("\r", "") if serial.exists() else ""
    status, sentence = judge(said)
    print(sentence)
    if status == 2:
        print("\n".join((said + done.stderr.decode(errors="replace")).splitlines()[-12:]))
    return status


if __name__ == "__main__":
    sys.exit(main())
