#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The image's figures: ticks under Bochs, which count instructions and repeat exactly, and bytes; beside Jailhouse's, measured in the same Bochs, and
the project's bounds. Exit 1 where a bound is missed. Usage: bench-image.py"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
# What the testbed prints (ticks, divided by), what it is, Jailhouse's, the bound.
FIGURES = (
    (r"ticks of a CPUID exit, times 1000", 1000, "CPUID exit, round trip", 109, 95),
    (r"ticks of a hypercall, times 1000", 1000, "hypercall get_info, round trip", 146, 110),
    (r"ticks of enable", 1, "enable, 4 CPUs", 5_700_000, 2_000_000),
    (r"ticks of create", 1, "create a 1 MiB cell, scrubbing included", 2_700_000, 1_350_000),
    # Jailhouse's figure is that of its load, of which this is the first half.
    (r"ticks of set-loadable", 1, "set-loadable", 300_000, 150_000),
    (r"ticks of start", 1, "start", 600_000, 300_000),
    (r"ticks of destroy, with scrubbing of 1 MiB", 1, "destroy, scrubbing included", 2_300_000, 1_150_000),
)


def main():
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([ROOT / "scripts/testbed.sh", folder], capture_output=True, check=False)
        said = done.stdout.decode(errors="replace")
        size = int(subprocess.check_output([ROOT / "scripts/image-bytes.sh", folder]))
        ticks = (pathlib.Path(folder) / "serial2.txt").read_text(errors="replace")
    missed = 0
    print(f"{'':44} {'Jailhouse':>10} {'Ostrog':>10} {'bound':>10}")

    def line(what, jailhouse, ours, bound):
        nonlocal missed
        is_kept = ours <= bound
        missed += not is_kept
        theirs = jailhouse if isinstance(jailhouse, str) else f"{jailhouse:,}"
        print(f"{what:44} {theirs:>10} {ours:>10,.0f} {bound:>10,}{'' if is_kept else '  MISSED'}")

    for text, divisor, what, jailhouse, bound in FIGURES:
        found = re.search(rf"^root: {text} = (\d+)", said, re.M)
        if not found:
            print(f"{what:44} the testbed did not say: FAILED")
            missed += 1
            continue
        line(what, jailhouse, int(found.group(1)) / divisor, bound)
    # Each count of 500 ticks is read by a hypercall, which is one exit.
    exits = {int(number) - 1 for number in re.findall(r"exits in 500 ticks = (\d+)", ticks)}
    line("exits of the tick inmate in 500 ticks", "33 a s", max(exits, default=999), 0)
    line("image, bytes of text and data", 87 << 10, size, 64 << 10)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
