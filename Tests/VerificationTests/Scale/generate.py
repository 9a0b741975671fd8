#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a machine with many isolated cells, for measurements: generate.py FOLDER CELLS REGIONS

The regions of the cells are interleaved in memory, each with a hole behind it, as a careful attacker would place them.
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Golden"))
import pack  # noqa: E402

R, W, X, DMA, COMM, LOAD = 1, 2, 4, 8, 0x20, 0x40


def cpus(first, count, size):
    bits = bytearray(size)
    for cpu in range(first, first + count):
        bits[cpu // 8] |= 1 << (cpu % 8)
    return list(bits)


def region(physical, virtual, size, flags):
    return {"physicalStart": physical, "virtualStart": virtual, "size": size, "flags": flags}


def main(folder, cells, regions):
    os.makedirs(folder, exist_ok=True)
    size = (cells + 8) // 8 + 1
    total = cells * regions
    functions = [{"type": 1, "bdf": 0x100 + cell} for cell in range(cells)]
    machine = {
        "hypervisorMemory": region(0x3a000000, 0, 0x6000000, 0),
        "debugConsole": {"address": 0x3f8, "type": 2, "divider": 1},
        "pciMMConfigBase": 0xb0000000, "pciMMConfigEndBus": 0xff,
        "iommuUnits": [{"type": 2, "base": 0xfed90000, "size": 0x1000}],
        "platform": {"pmTimerAddress": 0x608, "vtdInterruptLimit": 256},
        "root": {
            "name": "scale", "cpuSet": cpus(0, cells + 1, size),
            "regions": [
                region(0, 0, 0x3a000000, R | W | X | DMA), region(0x40000000, 0x40000000, 0x40000000, R | W | X | DMA),
                region(0x100000000, 0x100000000, total * 0x20000 + 0x100000, R | W | X | DMA)],
            "interruptChips": [{"address": 0xfec00000, "id": 0xf8, "pins": [0xffffff, 0, 0, 0]}],
            "ports": [{"base": 0, "length": 0xcf8}, {"base": 0xd00, "length": 0xf300}], "devices": functions}}
    with open(os.path.join(folder, "scale.cell"), "wb") as file:
        file.write(pack.pack_system(machine))
    for cell in range(cells):
        own = [region(0x100000000 + (index * cells + cell) * 0x20000, index * 0x10000, 0x10000,
                      R | W | X | DMA | LOAD) for index in range(regions - 1)]
        own.append(region(0, 0x80000000, 0x1000, R | COMM))
        description = {
            "name": f"cell{cell}", "flags": 1, "cpuSet": cpus(cell + 1, 1, size), "regions": own,
            "ports": [{"base": 0x1000 + 8 * cell, "length": 8}], "devices": [functions[cell]]}
        with open(os.path.join(folder, f"scale-{cell:02}.cell"), "wb") as file:
            file.write(pack.pack_cell(description))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
