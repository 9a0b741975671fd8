#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the fuzzers' first inputs to FOLDER/{binary,text,admission,create}, from the golden files and configs/, and from worst.txt. Usage: seeds.py FOLDER

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
sys.path.insert(0, str(HERE))

import classic  # noqa: E402
import worst  # noqa: E402
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


def bed_cells():
    """Cells for the testbed: one that it could have; with many regions, ports, functions; as long as may be, and longer."""
    own = region(0x3A800000, 0, 0x100000, 0x47)
    far = [region(0x4000_0000_0000 + n * 0x4020_0000, (n + 1) * 0x80_4020_0000 % (1 << 47), 0x1000, 3) for n in range(700)]
    ones = {
        "sound": cell("sound", [3], regions=[own]),
        "passive": cell("passive", [3], regions=[own], flags=0x4000_0001),
        "devices": cell("devices", [3], regions=[own], devices=[device(bdf=0x100 + n) for n in range(40)]),
        "ports": cell("ports", [3], regions=[own], ports=[{"base": 0x4000 + 8 * n, "length": 4} for n in range(300)]),
        "meets": cell("meets", [3], regions=[own, region(0x3A600000, 0x200000, 0x1000, 3)]),
    }
    ones["name"] = cell("first", [3], regions=[own])
    ones["executes"] = cell("executes", [3], regions=[{**own, "flags": 4}])
    for count in (8, 60, 120, 250, 500, 700):
        ones[f"far-{count}"] = cell("far", [3], regions=[own, *far[:count]])
    for name, one in ones.items():
        yield name, one


def create(folder):
    for name, one in bed_cells():
        data = bytearray(pack_cell(one))
        data[40:44] = struct.pack("<I", 3)
        (folder / name).write_bytes(data)
    for number, blob in enumerate(worst.read()[0] if worst.LIST.exists() else []):
        (folder / f"worst-{number}").write_bytes(blob["bytes"])


def main(folder):
    for kind in ("binary", "text", "admission", "create"):
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
    create(folder / "create")
    for path in (HERE.parent.parent / "configs").rglob("*.cell"):
        (folder / "text" / path.name).write_bytes(path.read_bytes())
    least = b"cell: tiny\narchitecture: x86\ncpus: [1]\nmemory:\n  - {at: 0x3b000000, guest: 0, size: 1M, rights: rwx}\n"
    (folder / "text" / "least.cell").write_bytes(least)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
