#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads worst.txt (its form: Tests/Fuzz/Bed/Worst.swift). Usage: worst.py asm | outcomes | count | pool

asm: the list as the testbed's root has it (Kernel/testbed/worst.c), in assembler. outcomes: how often each outcome must come, as root says it. count: how many there are, and how often one is handed over.
pool: pages of the pool by which it was measured, and how many more or fewer change nothing.
"""
import collections
import pathlib
import struct
import sys

LIST = pathlib.Path(__file__).resolve().parent / "worst.txt"
STRIDES = (1, 32, 12, 32, 4, 56, 8, 4)
NAMES = {0: "admitted", 1: "EPERM", 2: "ENOENT", 5: "EIO", 7: "E2BIG", 12: "ENOMEM", 16: "EBUSY", 17: "EEXIST", 22: "EINVAL", 34: "ERANGE"}


def read():
    """The list: of each its pages, its errnos by spot, its bytes; and the pool."""
    blobs, pool = [], None
    for line in LIST.read_text().splitlines():
        words = line.split()
        if line.startswith("#"):
            continue
        if words[0] == "pool":
            pool = [int(word) for word in words[1:]]
        elif words[0] == "blob":
            blobs.append({"pages": int(words[7]), "errnos": [None if word == "-" else -int(word) for word in words[9:]], "bytes": b""})
        else:
            blobs[-1]["bytes"] += bytes.fromhex(line)
    return blobs, pool


def placed(data):
    """How many bytes a configuration takes where it lies (Tests/Fuzz/Bed/CellBlob.swift)."""
    head = data.ljust(132, b"\0")
    length = 132 + sum(n * size for n, size in zip(struct.unpack_from("<8I", head, 48), STRIDES))
    return length if length <= 0x10000 else len(head)


def asm(blobs):
    print('  .section .data.worst, "aw"\n  .balign 8\n  .globl worst_list, worst_list_end\nworst_list:')
    for blob in blobs:
        # 255: not there.
        errnos = [255 if errno is None else errno for errno in blob["errnos"]]
        errnos += [255] * (8 - len(errnos))
        print(f"  .long {len(blob['bytes'])}, {placed(blob['bytes'])}, {blob['pages']}, 0")
        print("  .byte " + ", ".join(map(str, errnos)))
        data = blob["bytes"]
        for start in range(0, len(data), 64):
            print("  .byte " + ", ".join(map(str, data[start : start + 64])))
        print("  .balign 8")
    print("worst_list_end:")


def outcomes(blobs):
    counts = collections.Counter(errno for blob in blobs for errno in blob["errnos"] if errno is not None)
    print(" ".join(f"{name} {counts[errno]}" for errno, name in NAMES.items()))


def count(blobs):
    print(len(blobs), sum(errno is not None for blob in blobs for errno in blob["errnos"]))


def main(what):
    blobs, pool = read()
    if what == "asm":
        asm(blobs)
    elif what == "outcomes":
        outcomes(blobs)
    elif what == "count":
        count(blobs)
    else:
        print(*pool)


if __name__ == "__main__":
    main(sys.argv[1])
