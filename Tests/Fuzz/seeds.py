#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the fuzzers' first inputs to FOLDER/{binary,text,admission}, from the golden files and configs/. Usage: seeds.py FOLDER

An input of the admission fuzzer that holds files: a byte (1 | architecture << 1), six bytes of ghosts, then for each file
its length in 16 bits and its bytes, the system first.
"""
import json
import pathlib
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent / "Golden"
sys.path.insert(0, str(GOLDEN))

import classic  # noqa: E402
from good import cell, device, region  # noqa: E402
from pack import ARCHITECTURES, pack_cell, pack_system  # noqa: E402


def together(architecture, files, ghosts=(0, 1, 0, 1, 0, 0)):
    out = bytes([1 | ARCHITECTURES[architecture] << 1, *ghosts])
    return out + b"".join(struct.pack("<H", len(data)) + data for data in files)


def pairs():
    """Pairs of cells on the classic machine that meet in one thing each."""
    root = pack_system(classic.q35_root(8))
    ram = region(0x3B00_0000, 0, 0x10_0000, 0x47)
    far = region(0x3C00_0000, 0, 0x10_0000, 0x47)
    table = device(bdf=0x0100, msixVectors=1, msixRegionSize=0x1000, msixAddress=0x3B00_0000)
    ones = {
        "apart": (cell("a", [1], regions=[ram]), cell("b", [2], regions=[far])),
        "memory": (cell("a", [1], regions=[ram]), cell("b", [2], regions=[ram])),
        "cpu": (cell("a", [1], regions=[ram]), cell("b", [1], regions=[far])),
        "name": (cell("a", [1], regions=[ram]), cell("a", [2], regions=[far])),
        "table": (cell("a", [1], regions=[ram], devices=[table]), cell("b", [2], regions=[far])),
        "other-table": (cell("a", [1], regions=[ram]), cell("b", [2], regions=[far], devices=[table])),
        "function": (cell("a", [1], devices=[device(bdf=8)]), cell("b", [2], devices=[device(bdf=8)])),
        "ports": (cell("a", [1], ports=[{"base": 0x2F8, "length": 8}]), cell("b", [2], ports=[{"base": 0x2FF, "length": 1}])),
    }
    for name, (one, other) in ones.items():
        yield f"pair-{name}", together("x86", [root, pack_cell(one), pack_cell(other)])


def main(folder):
    for kind in ("binary", "text", "admission"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for path in (GOLDEN / "files").glob("*.cell"):
        (folder / "binary" / path.name).write_bytes(path.read_bytes())
    expected = json.loads((GOLDEN / "expected.json").read_text())
    for one in expected["sets"]:
        files = [(GOLDEN / "files" / f"{name}.cell").read_bytes() for name in one["files"]]
        architecture = expected["files"][one["files"][0]]["architecture"]
        (folder / "admission" / f"set-{one['name']}").write_bytes(together(architecture, files))
    for name, data in pairs():
        (folder / "admission" / name).write_bytes(data)
    for path in (HERE.parent.parent / "configs").rglob("*.cell"):
        (folder / "text" / path.name).write_bytes(path.read_bytes())
    least = b"cell: tiny\narchitecture: x86\ncpus: [1]\nmemory:\n  - {at: 0x3b000000, guest: 0, size: 1M, rights: rwx}\n"
    (folder / "text" / "least.cell").write_bytes(least)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
