#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Seeded faults, in Bochs: builds the image with a fault that a theorem refutes, boots the testbed, and shows that it breaks out.

Usage: breakout.py [--list] [--only NAME]…
Each fault is one of Tests/Mutants, by its name; beside it stands what the testbed says where the fault lets somebody out, which it never says
on the image without it (scripts/testbed-test.sh). Needs .build/release/ostrog. A minute or three for each: it ends when somebody has broken out. The last line is `N passed, N failed`.
"""
import argparse
import importlib.util
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
# Fault; what is said then; in which file.
BREAKOUTS = (
    ("ports: all are open at first", r"attacker: PORT READ", "a cell reads the hypervisor's console"),
    ("msrs: the TSC can be written", r"attacker: WROTE MSR 0x10$", "a cell sets the CPU's clock"),
    ("msrs: all are passed at first", r"attacker: WROTE MSR", "a cell sets what all cells share"),
    ("interrupts: to whom they are sent", r"Ostrog: CPU [12] stopped", "a cell's interrupts kill its neighbours"),
    ("xcr0: what the processor does not have", r"Ostrog: exception d", "a cell makes the hypervisor fault"),
    ("xcr0: AVX without SSE", r"Ostrog: exception d", "a cell makes the hypervisor fault"),
    ("tables: all rights", r"attacker: WROTE$", "a cell writes where it may only read"),
    ("tables: root's tree without what others have", r"root: CPU [23] HAS READ", "root reads what is another's"),
    ("hand-over: nothing is cleared", r"root: FAILED memory is not clean", "root reads what a cell left"),
    ("admission: no overlap is one", r"root: CPU 2 HAS READ", "root keeps a cell's memory"),
)


def mutants():
    spec = importlib.util.spec_from_file_location("mutants", ROOT / "scripts" / "mutants.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = {}
    for path in sorted((ROOT / "Tests" / "Mutants").glob("*.mutants")):
        for mutant in module.parse(path)[0]:
            found[mutant.name] = mutant
    return found


def run(mutant, pattern):
    """What was said that matches, or None; and the last lines."""
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder) / "tree"
        for name in ("Sources/Core", "Kernel", "Tests/Fuzz", "scripts", "configs"):
            shutil.copytree(ROOT / name, copy / name)
        path = copy / mutant["file"]
        text, problem = mutant.applied(path.read_text())
        if problem:
            return None, problem
        path.write_text(text)
        out = pathlib.Path(folder) / "out"
        environment = dict(os.environ, OSTROG=str(ROOT / ".build/release/ostrog"), BOCHS_SECONDS=os.environ.get("BOCHS_SECONDS", "400"))
        with open(pathlib.Path(folder) / "log", "wb") as log:
            boot = subprocess.Popen(
                [copy / "scripts/testbed.sh", out], stdout=log, stderr=log, env=environment, start_new_session=True)
            # Whoever has broken out need not go on.
            while boot.poll() is None and not found(said(out), pattern):
                time.sleep(1)
            if boot.poll() is None:
                os.killpg(boot.pid, signal.SIGKILL)
                boot.wait()
                stop(out)
        lines = said(out) + (pathlib.Path(folder) / "log").read_text(errors="replace")
        return found(said(out), pattern), "\n".join(lines.splitlines()[-8:])


def stop(out):
    """Ends what runs in `out`: Bochs has a terminal, and so a session, of its own."""
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(out):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            pass  # It has ended, or is not ours.


def said(out):
    """What the machine has said so far."""
    serial = out / "serial.txt"
    return serial.read_bytes().decode(errors="replace").replace("\0", "").replace("\r", "") if serial.exists() else ""


def found(text, pattern):
    match = re.search(rf"^.*{pattern}.*$", text, re.M)
    return match.group(0) if match else None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--only", action="append", default=[])
    options = parser.parse_args()
    known = mutants()
    passed = failed = 0
    for name, pattern, what in BREAKOUTS:
        if options.only and name not in options.only:
            continue
        if options.list:
            print(f"{name}: {what}")
            continue
        if name not in known:
            print(f"  FAILED {name}: there is no such fault in Tests/Mutants")
            failed += 1
            continue
        match, tail = run(known[name], pattern)
        if match:
            print(f"  {name} (refuted by {known[name]['caught-by']}): {what}: {match.strip()}", flush=True)
            passed += 1
        else:
            print(f"  FAILED {name}: nobody broke out\n{tail}", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 0 if failed == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
