#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Times `verify`, beside what it is compared with: a Python interpreter that starts and ends (what a checker written in
Python pays before its first check) and a program that does nothing (what starting any process costs here).

All are run in turn, round after round, in one run, so that whatever disturbs the machine disturbs all of them alike. Times
are wall time of the whole process; the table gives medians and the middle half. Sets of cells are binary files
from the packer in Tests/Golden. Exit 1 where a bound of the project is missed, or verify does not say "isolated".

Usage: bench.py [--rounds N] [--no-theorems] [--verify PATH]
"""
import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests" / "Golden"))

from good import cell, region, system  # noqa: E402
from pack import pack_cell, pack_system  # noqa: E402

# (cells, regions of each). The first is the bound's "one machine with 8 cells", the last its "64 cells, 64 regions".
SIZES = ((8, 8), (4, 64), (8, 64), (16, 64), (32, 64), (64, 64))
BOUNDS = {(8, 8): 0.060, (64, 64): 1.0}
MEMORY_BOUND = 150 << 20
THEOREM_BOUND = 120.0
RAM, PAGE = 0x1_0000_0000, 0x1000


def write_set(folder, cells, regions):
    """A machine of cells + 2 CPUs whose cells have `regions` regions each, none next to another; returns the paths."""
    folder.mkdir()
    step = 4 * PAGE
    root = cell("bench-root", range(cells + 2), 16, regions=[
        region(0x10_0000, 0x10_0000, 0x2000_0000, 0xF), region(RAM, RAM, step * (cells * regions + 1), 0xF)])
    platform = {"pmTimerAddress": 0x608}
    paths = [folder / "system.cell"]
    paths[0].write_bytes(pack_system(system(
        root, region(0x3000_0000, 0, 0x1000_0000, 0), platform, pciMMConfigBase=0xB000_0000, pciMMConfigEndBus=0xFF)))
    for number in range(cells):
        # Neighbouring regions belong to different cells, and no cell's come in order: nothing is sorted already.
        own = [region(RAM + step * (number + cells * (i * 37 % regions)), i * step, 2 * PAGE, 0x47) for i in range(regions)]
        name = f"cell-{number:03}"
        paths.append(folder / f"{name}.cell")
        paths[-1].write_bytes(pack_cell(cell(name, [number + 1], 16, regions=own, flags=1)))
    return [str(path) for path in paths]


def run(command):
    """(seconds, peak bytes, exit status) of a process whose output goes nowhere."""
    sink = os.open(os.devnull, os.O_WRONLY)
    began = time.perf_counter()
    pid = os.posix_spawnp(command[0], command, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, sink, 1), (os.POSIX_SPAWN_DUP2, sink, 2)])
    _, status, usage = os.wait4(pid, 0)
    seconds = time.perf_counter() - began
    os.close(sink)
    return seconds, usage.ru_maxrss * 1024, os.waitstatus_to_exitcode(status)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--verify", default=str(ROOT / ".build/release/verify"))
    parser.add_argument("--no-theorems", action="store_true")
    options = parser.parse_args()
    # The interpreter itself, not a wrapper in PATH that finds it.
    python = os.path.realpath(sys.executable)
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        rows = {
            "a process that does nothing (/bin/true)": ["/bin/true"],
            "python3 -c pass": [python, "-c", "pass"],
            "python3, imports argparse, struct, os": [python, "-c", "import argparse, struct, os"],
        }
        for cells, regions in SIZES:
            paths = write_set(pathlib.Path(scratch) / f"{cells}x{regions}", cells, regions)
            # The bounds are those of the ledger's proof; building and reading back tables is a row of its own, for one set.
            rows[cells, regions] = [options.verify, "--no-tables", *paths]
            if (cells, regions) == SIZES[0]:
                rows[f"verify with tables, {cells} cells × {regions} regions"] = [options.verify, *paths]
            done = subprocess.run(rows[cells, regions], capture_output=True, text=True)
            if done.returncode != 0:
                print(f"bench: verify does not find {cells} × {regions} isolated:\n{done.stdout[-2000:]}{done.stderr[-500:]}")
                return 1
        samples = {name: [] for name in rows}
        for _ in range(options.rounds):
            for name, command in rows.items():
                samples[name].append(run(command))

    print(f"{options.rounds} rounds, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {platform_name()}\n")
    print(f"{'':42}{'median':>10}{'middle half':>20}{'peak memory':>14}")
    medians = {}
    for name, taken in samples.items():
        if any(status != 0 for _, _, status in taken):
            missed.append(f"{name}: some runs failed")
        times = sorted(seconds for seconds, _, _ in taken)
        low, _, high = statistics.quantiles(times, n=4)
        medians[name] = statistics.median(times)
        peak = max(memory for _, memory, _ in taken)
        label = name if isinstance(name, str) else f"verify, {name[0]} cells × {name[1]} regions"
        print(f"{label:42}{medians[name] * 1e3:>7.1f} ms{low * 1e3:>9.1f} – {high * 1e3:.1f} ms{peak / 2**20:>11.1f} MB")
        if name in BOUNDS and medians[name] > BOUNDS[name]:
            missed.append(f"{label}: {medians[name] * 1e3:.0f} ms, bound {BOUNDS[name] * 1e3:.0f} ms")
        if not isinstance(name, str) and peak > MEMORY_BOUND:
            missed.append(f"{label}: {peak / 2**20:.0f} MB, bound {MEMORY_BOUND / 2**20:.0f} MB")

    # What the size costs, without what every run costs: exponent of time over the smallest set, between doublings.
    base = medians[SIZES[0]] - medians["a process that does nothing (/bin/true)"]
    base = min(base, medians[SIZES[1]] * 0.9)
    print("\ngrowth: exponent of (time − the first set's time) when the number of regions doubles")
    for small, large in zip(SIZES[2:], SIZES[3:]):
        a, b = medians[small] - base, medians[large] - base
        if a > 0 and b > 0:
            n = large[0] * large[1]
            print(f"  {small[0] * small[1]:>5} → {n:>5} regions: {math.log2(b / a):.2f}   (n log n: {1 + math.log2(math.log(n) / math.log(n / 2)):.2f})")

    if not options.no_theorems:
        # Without the cache, so that every theorem is proved, and with a memory of nothing: the worst order of beginning.
        began = time.perf_counter()
        done = subprocess.run(
            [options.verify, "--theorems", "--no-cache", "--threads", "2", "--format", "json"], capture_output=True, text=True)
        seconds = time.perf_counter() - began
        report = json.loads(done.stdout) if done.stdout else {"theorems": []}
        theorems = report["theorems"]
        print(f"\nall theorems, cold, 2 threads: {seconds:.1f} s, exit {done.returncode}: "
              f"{sum(theorem['proved'] for theorem in theorems)} of {len(theorems)} proved, "
              f"{sum(theorem['obligations'] for theorem in theorems)} obligations")
        for theorem in sorted(theorems, key=lambda theorem: -theorem["milliseconds"])[:5]:
            print(f"  {theorem['name']:40}{theorem['milliseconds'] / 1e3:>7.1f} s")
        if done.returncode != 0:
            missed.append("theorems: not all proved")
        if seconds > THEOREM_BOUND:
            missed.append(f"theorems: {seconds:.0f} s, bound {THEOREM_BOUND:.0f} s")

    print("\nbounds: " + ("all kept" if not missed else "MISSED: " + "; ".join(missed)))
    return 1 if missed else 0


def platform_name():
    try:
        text = pathlib.Path("/proc/cpuinfo").read_text()
        return next(line.split(":")[1].strip() for line in text.splitlines() if line.startswith("model name"))
    except (OSError, StopIteration):
        return "unknown processor"


if __name__ == "__main__":
    sys.exit(main())
