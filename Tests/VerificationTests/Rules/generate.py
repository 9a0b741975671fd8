#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the configurations that trigger each rule, and those that just do not (near misses).

Every set starts from one clean machine with two cells on which no rule finds anything; a case changes as little as
possible of it. Files: CODE-triggerN-MEMBER.cell and CODE-nearN-MEMBER.cell; all files of one CODE-triggerN are one
set. The packer is the independent one of Tests/Golden.

    python3 generate.py            # rewrites the files beside it
"""
import copy
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "Golden"))
import pack  # noqa: E402

R, W, X, DMA, IO, COMM, LOAD, SHARED = 1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80
IO8, IO16, IO32, IO64 = 0x10000, 0x20000, 0x40000, 0x80000
PASSIVE = 1
MIB = 1 << 20


def region(physical, size, flags, virtual=None):
    return {"physicalStart": physical, "virtualStart": physical if virtual is None else virtual, "size": size,
            "flags": flags}


def cpus(*numbers):
    bits = bytearray(8)
    for number in numbers:
        bits[number // 8] |= 1 << (number % 8)
    return list(bits)


def pins(*numbers):
    words = [0, 0, 0, 0]
    for number in numbers:
        words[number // 32] |= 1 << (number % 32)
    return words


def function(bdf, **values):
    return {"type": 1, "iommu": 0, "domain": 0, "bdf": bdf, **values}


def link(bdf, start, identity, peers=2, **values):
    return {"type": 3, "bdf": bdf, "shmemRegionsStart": start, "shmemDeviceID": identity, "shmemPeers": peers,
            "barMasks": [0xfffff000, 0, 0, 0, 0, 0], **values}


MACHINE = {
    "hypervisorMemory": region(0x3a000000, 6 * MIB, 0, 0),
    "debugConsole": {"address": 0x3f8, "type": 2, "divider": 1},
    "pciMMConfigBase": 0xb0000000, "pciMMConfigEndBus": 0xff,
    "iommuUnits": [{"type": 2, "base": 0xfed90000, "size": 0x1000}],
    "platform": {"pmTimerAddress": 0x608, "vtdInterruptLimit": 256},
    "root": {
        "name": "bench", "cpuSet": cpus(*range(8)),
        "regions": [
            region(0x0, 0x3a000000, R | W | X | DMA), region(0x3a600000, 0x45a00000, R | W | X | DMA),
            region(0xfe000000, 0xbd1000, R | W), region(0xfebd2000, 0x2e000, R | W)],
        "interruptChips": [{"address": 0xfec00000, "id": 0x0000f8, "pins": pins(*range(24))}],
        "ports": [{"base": 0, "length": 0xcf8}, {"base": 0xd00, "length": 0xf300}],
        "devices": [
            function(0x0010, capabilitiesStart=0, capabilitiesCount=2, msixVectors=5, msixRegionSize=0x1000,
                     msixAddress=0xfebd1000),
            function(0x00c8, capabilitiesStart=2, capabilitiesCount=1), function(0x00fa), function(0x00fb)],
        "capabilities": [
            {"id": 1, "start": 0x40, "length": 8}, {"id": 0x11, "start": 0x50, "length": 12, "flags": 1},
            {"id": 5, "start": 0x60, "length": 14, "flags": 1}]}}

RTOS = {
    "name": "rtos", "flags": PASSIVE, "cpuSet": cpus(2),
    "regions": [region(0x50000000, 4 * MIB, R | W | X | DMA | LOAD, 0), region(0, 0x1000, R | COMM, 0x80000000)],
    "ports": [{"base": 0x2f8, "length": 8}],
    "interruptChips": [{"address": 0xfec00000, "id": 0x0000f8, "pins": pins(3)}]}

VISION = {
    "name": "vision", "flags": PASSIVE, "cpuSet": cpus(3),
    "regions": [region(0x60000000, 8 * MIB, R | W | X | DMA | LOAD, 0), region(0, 0x1000, R | COMM, 0x80000000)],
    "ports": [{"base": 0x3e8, "length": 8}],
    "interruptChips": [{"address": 0xfec00000, "id": 0x0000f8, "pins": pins(10)}],
    "devices": [function(0x00c8, capabilitiesStart=0, capabilitiesCount=1)],
    "capabilities": [{"id": 5, "start": 0x60, "length": 14, "flags": 1}]}

ARM_MACHINE = {
    "hypervisorMemory": region(0xa0000000, 4 * MIB, 0, 0),
    "debugConsole": {"address": 0x1c28000, "size": 0x1000, "type": 2, "flags": 3},
    "pciMMConfigBase": 0x2000000, "pciMMConfigEndBus": 0, "pciIsVirtual": 1, "pciDomain": 1,
    "platform": {"maintenanceIRQ": 25, "gicVersion": 2, "gicd": 0x1c81000, "gicc": 0x1c82000, "gich": 0x1c84000,
                 "gicv": 0x1c86000},
    "root": {
        "name": "board", "cpuSet": cpus(0, 1, 2, 3),
        "regions": [region(0x40000000, 0x60000000, R | W | X | DMA), region(0x1c00000, 0x80000, R | W | IO)],
        "interruptChips": [{"address": 0x1c81000, "pinBase": 32, "pins": pins(*range(64))}]}}

ARM_CELL = {
    "name": "demo", "flags": PASSIVE, "cpuSet": cpus(2),
    "regions": [region(0x60000000, 4 * MIB, R | W | X | DMA | LOAD, 0), region(0, 0x1000, R | COMM, 0x80000000)],
    "interruptChips": [{"address": 0x1c81000, "pinBase": 32, "pins": pins(3)}]}


class Case:
    """One set of files: a fresh copy of the machine and the two cells."""

    def __init__(self, name, arm=False):
        self.name = name
        self.architecture = "arm64" if arm else "x86"
        self.machine = copy.deepcopy(ARM_MACHINE if arm else MACHINE)
        self.rtos = copy.deepcopy(ARM_CELL if arm else RTOS)
        self.vision = copy.deepcopy(VISION)
        if arm:
            self.vision = copy.deepcopy(ARM_CELL)
            self.vision.update(name="other", cpuSet=cpus(3))
            self.vision["regions"][0]["physicalStart"] = 0x70000000
            self.vision["interruptChips"][0]["pins"] = pins(5)
        self.root = self.machine["root"]
        self.members = {"machine", "rtos", "vision"}
        self.raw = {}

    def only(self, *members):
        self.members = set(members)
        return self

    def write(self):
        for member in sorted(self.members):
            if member in self.raw:
                data = self.raw[member]
            elif member == "machine":
                data = pack.pack_system(self.machine, self.architecture)
            else:
                data = pack.pack_cell(getattr(self, member), self.architecture)
            with open(os.path.join(HERE, f"{self.name}-{member}.cell"), "wb") as file:
                file.write(data)


CASES = []


def case(arm=False):
    """Registers a function as a case; its name, with the first underscore as a dash, is the case's."""
    def register(change):
        one = Case(change.__name__.replace("_", "-", 1), arm)
        change(one)
        CASES.append(one)
        return change
    return register


# A clean set: no rule finds anything. Every other case differs from it in one thing.
@case()
def clean_near(c): pass


@case(arm=True)
def clean_near2(c): pass


# ---- Form ----------------------------------------------------------------------------------------------------
@case()
def F1_trigger(c):
    c.raw["rtos"] = pack.pack_cell(c.rtos)[:-3]


@case()
def F1_near(c):
    c.rtos["cpuSet"] = c.rtos["cpuSet"][:1]


@case()
def F2_trigger(c):
    c.rtos["regions"][0]["flags"] |= 0x200


@case()
def F2_near(c):
    c.rtos["regions"][0]["flags"] |= 0x100


@case()
def F3_trigger(c):
    c.vision["name"] = "rtos"


@case()
def F3_near(c):
    c.vision["name"] = "rtos2" + "x" * 26


@case()
def F4_trigger(c):
    c.rtos["regions"].append(region(0xfffffffffffff000, 0x2000, R, 0x90000000))


@case()
def F4_trigger2(c):
    c.rtos["regions"][0]["physicalStart"] += 0x10


@case()
def F4_near(c):
    # Placeholders of size 0 say nothing; a communication region's physical start is ignored.
    c.rtos["regions"].append(region(0xfffffffffffff010, 0, R, 0x90000000))
    c.rtos["regions"][1]["physicalStart"] = 0x123


@case()
def F5_trigger(c):
    c.rtos["regions"].append(region(0xfd000020, 0x20, R | W, 0xfd000020))


@case()
def F5_near(c):
    c.rtos["regions"].append(region(0xfd000020, 0x20, R | W | IO32, 0xfd000020))


# ---- Memory --------------------------------------------------------------------------------------------------
@case()
def M1_trigger(c):
    c.vision["regions"][0]["physicalStart"] = 0x50200000


@case()
def M1_near(c):
    c.vision["regions"][0]["physicalStart"] = 0x50400000


@case()
def M1_near2(c):
    for cell in (c.rtos, c.vision):
        cell["regions"].append(region(0x70000000, 0x10000, R | W | SHARED, 0x40000000))


@case()
def M2_trigger(c):
    c.rtos["regions"].append(region(0x3a5ff000, 0x1000, R, 0x40000000))


@case()
def M2_near(c):
    c.rtos["regions"].append(region(0x3a600000, 0x1000, R, 0x40000000))


@case()
def M3_trigger(c):
    c.rtos["regions"].append(region(0xfec00000, 0x1000, R | W, 0xfec00000))


@case()
def M3_trigger2(c):
    c.rtos["regions"].append(region(0xfebd0000, 0x2000, R | W, 0xfebd0000))


def sparse(c, frame):
    """A GICv3 whose CPUs' numbers have gaps; the cell maps the redistributor of one number."""
    c.machine["platform"].update(gicVersion=3, gicd=0x8000000, gicc=0, gich=0, gicv=0, gicr=0x80a0000)
    c.root["cpuSet"] = cpus(0, 2, 3, 9)
    for cell in (c.root, c.rtos, c.vision):
        cell["interruptChips"][0]["address"] = 0x8000000
    at = 0x80a0000 + 0x20000 * frame
    c.rtos["regions"].append(region(at, 0x20000, R | W, at))


@case(arm=True)
def M3_trigger3(c):
    sparse(c, 9)


@case(arm=True)
def M3_near2(c):
    sparse(c, 10)


@case()
def M3_trigger4(c):
    c.rtos["regions"].append(region(0xfeeff000, 0x1000, R | W, 0xfeeff000))


@case()
def M3_near3(c):
    c.rtos["regions"].append(region(0xfef00000, 0x1000, R | W, 0xfef00000))


@case()
def M3_near(c):
    c.rtos["regions"].append(region(0xfebd0000, 0x1000, R | W, 0xfebd0000))
    c.rtos["regions"].append(region(0xfebd2000, 0x1000, R | W, 0xfebd2000))


@case()
def M4_trigger(c):
    c.rtos["regions"][1]["size"] = 0x2000


@case()
def M4_trigger2(c):
    c.rtos["regions"].append(region(0, 0x1000, R | COMM, 0x81000000))


@case()
def M4_near(c):
    del c.rtos["regions"][1]


@case()
def M5_trigger(c):
    c.rtos["regions"].append(region(0x70000000, 0x10000, R | W | SHARED, 0x40000000))


@case()
def M5_near(c):
    for cell in (c.rtos, c.vision):
        cell["regions"].append(region(0x70000000, 0x10000, R | W | SHARED, 0x40000000))


@case()
def M6_trigger(c):
    c.rtos["regions"][1]["virtualStart"] = 0x100000


@case()
def M6_near(c):
    # Twice the same memory at the same guest-physical address; and a neighbour.
    c.rtos["regions"].append(region(0x50001000, 0x1000, R | W | X | DMA, 0x1000))
    c.rtos["regions"][1]["virtualStart"] = 0x400000


@case()
def M7_trigger(c):
    c.rtos["regions"].append(region(0x90000000, 0x1000, R | W, 0x40000000))


@case()
def M7_near(c):
    c.rtos["regions"].append(region(0x7ffff000, 0x1000, R | W, 0x40000000))


@case()
def M8_trigger(c):
    c.rtos["regions"].append(region(0x70000100, 0x100, R | W | IO32, 0x70000100))


@case()
def M8_near(c):
    # Root's registers are not open to DMA.
    c.rtos["regions"].append(region(0xfe000100, 0x100, R | W | IO32, 0xfe000100))


@case()
def M9_trigger(c):
    c.root["regions"][2]["virtualStart"] = 0xfd000000


@case()
def M9_near(c):
    c.root["regions"].append(region(0x123, 0, R | W, 0))


@case()
def M10_trigger(c):
    c.rtos["regions"].append(region(0xfe000100, 0x100, R | W | IO32, 0xfe000100))


@case()
def M10_near(c):
    c.rtos["regions"].append(region(0xfe000000, 0x1000, R | W, 0xfe000000))


@case()
def M11_trigger(c):
    c.rtos["regions"][0]["flags"] &= ~W


@case()
def M11_trigger2(c):
    c.rtos["cpuResetAddress"] = 0x40000000


@case()
def M11_near(c):
    c.rtos["cpuResetAddress"] = 0x3ffff0


@case()
def M12_trigger(c):
    c.rtos["regions"].append(region(0x70000000, 0x10000, R | W, 0xfee00000))


@case()
def M12_near(c):
    c.rtos["regions"].append(region(0x70000000, 0x10000, R | W, 0xfedf0000))


@case(arm=True)
def M12_near2(c):
    c.rtos["regions"].append(region(0x78000000, 0x10000, R | W, 0xfee00000))


# ---- CPUs, caches --------------------------------------------------------------------------------------------
@case()
def C1_trigger(c):
    c.vision["cpuSet"] = cpus(2)


@case()
def C1_trigger2(c):
    c.vision["cpuSet"] = cpus(0)


@case()
def C1_trigger3(c):
    c.vision["cpuSet"] = cpus(9)


@case()
def C1_trigger4(c):
    c.root["cpuSet"] = cpus(2, 3)


@case()
def C1_near(c):
    c.vision["cpuSet"] = cpus(7)


@case(arm=True)
def C1_near2(c):
    c.rtos["cpuSet"] = cpus(0)


@case()
def C3_trigger(c):
    c.rtos["caches"] = [{"start": 0, "size": 4, "type": 3}]
    c.vision["caches"] = [{"start": 3, "size": 4, "type": 3}]


@case()
def C3_trigger2(c):
    c.rtos["caches"] = [{"start": 30, "size": 4, "type": 3}]


@case()
def C3_trigger3(c):
    c.root["caches"] = [{"start": 0, "size": 8, "type": 3}]
    c.rtos["caches"] = [{"start": 8, "size": 8, "type": 3}]


@case()
def C3_trigger4(c):
    c.root["caches"] = [{"start": 4, "size": 8, "type": 3}]
    c.rtos["caches"] = [{"start": 3, "size": 4, "type": 3}]


@case()
def C3_near3(c):
    c.root["caches"] = [{"start": 0, "size": 8, "type": 3}]
    c.rtos["caches"] = [{"start": 4, "size": 4, "type": 3}]


@case()
def C3_near(c):
    c.rtos["caches"] = [{"start": 0, "size": 4, "type": 3}]
    c.vision["caches"] = [{"start": 4, "size": 4, "type": 3}]


@case()
def C3_near2(c):
    c.rtos["caches"] = [{"start": 0, "size": 4, "type": 3, "flags": 1}]
    c.vision["caches"] = [{"start": 3, "size": 4, "type": 3, "flags": 1}]


# ---- Ports ---------------------------------------------------------------------------------------------------
@case()
def I1_trigger(c):
    c.rtos["ports"].append({"base": 0xfff8, "length": 9})


@case()
def I1_near(c):
    c.rtos["ports"].append({"base": 0xfff8, "length": 8})


@case()
def I2_trigger(c):
    c.vision["ports"].append({"base": 0x2ff, "length": 1})


@case()
def I2_trigger2(c):
    # One range reaches beyond the console: no declared channel any more.
    c.rtos["ports"] = [{"base": 0x3f8, "length": 8}]
    c.vision["ports"] = [{"base": 0x3f0, "length": 16}]


@case()
def I2_near2(c):
    c.rtos["ports"] = [{"base": 0x3f8, "length": 8}]
    c.vision["ports"] = [{"base": 0x3f0, "length": 8}]


@case()
def I2_near(c):
    c.vision["ports"].append({"base": 0x300, "length": 1})


@case()
def I3_trigger(c):
    c.rtos["ports"].append({"base": 0xcf8, "length": 4})


@case()
def I3_trigger2(c):
    c.rtos["ports"].append({"base": 0x604, "length": 2})


@case()
def I3_trigger3(c):
    c.rtos["ports"].append({"base": 0xdf, "length": 1})


@case()
def I3_trigger4(c):
    c.rtos["ports"].append({"base": 0x8f, "length": 1})


@case()
def I3_trigger5(c):
    c.rtos["ports"].append({"base": 0x1f, "length": 1})


@case()
def I3_near2(c):
    c.rtos["ports"].append({"base": 0x20, "length": 2})
    c.rtos["ports"].append({"base": 0x90, "length": 2})
    c.rtos["ports"].append({"base": 0xe0, "length": 1})


@case()
def I3_near(c):
    c.rtos["ports"].append({"base": 0x5f0, "length": 0x10})
    c.rtos["ports"].append({"base": 0xcf0, "length": 8})


@case()
def I4_trigger(c):
    c.rtos["ports"].append({"base": 0x60, "length": 5})


@case()
def I4_near(c):
    c.rtos["ports"].append({"base": 0x60, "length": 4})


# ---- Devices and interrupts ----------------------------------------------------------------------------------
@case()
def D1_trigger(c):
    c.rtos["devices"] = [function(0x00c8)]


@case()
def D1_trigger2(c):
    c.vision["devices"][0]["type"] = 2


@case()
def D1_near2(c):
    c.root["devices"][1]["type"] = 2
    c.vision["devices"][0]["type"] = 2


@case()
def D1_near(c):
    # The same number in another domain is another function.
    c.root["devices"].append(function(0x00c8, domain=1))
    c.rtos["devices"] = [function(0x00c8, domain=1)]


@case()
def D2_trigger(c):
    c.vision["devices"][0]["capabilitiesCount"] = 2


@case()
def D2_trigger2(c):
    c.rtos["devices"] = [function(0x0010, msixVectors=5, msixRegionSize=0x1000, msixAddress=0xfebd1000)]
    c.rtos["regions"].append(region(0xfebd0000, 0x4000, R | W, 0xfebd0000))


@case()
def D2_trigger3(c):
    c.rtos["devices"] = [function(0x0010, msixVectors=257, msixRegionSize=0x1000, msixAddress=0xfebd1000)]


@case()
def D2_near(c):
    c.rtos["devices"] = [function(0x0010, msixVectors=256, msixRegionSize=0x1000, msixAddress=0xfebd1000)]
    c.rtos["regions"].append(region(0xfebd2000, 0x2000, R | W, 0xfebd2000))


@case()
def D3_trigger(c):
    c.machine["iommuUnits"] = []


@case()
def D3_trigger2(c):
    c.vision["devices"][0]["iommu"] = 1


@case(arm=True)
def D3_trigger3(c):
    c.rtos["streamIDs"] = [7]


@case(arm=True)
def D3_near2(c):
    # Behind an SMMU the stream is contained, and root's streams are no finding.
    c.machine["iommuUnits"] = [{"type": 3, "base": 0x36600000, "size": 0x20000}]
    c.root["streamIDs"] = [7]
    c.rtos["streamIDs"] = [7]


@case()
def D3_near(c):
    # A bridge does no DMA of its own, and root's devices are no finding.
    c.machine["iommuUnits"] = []
    c.vision["devices"][0]["type"] = 2
    c.root["devices"][1]["type"] = 2


@case()
def D4_trigger(c):
    c.rtos["devices"] = [function(0x00fa)]


@case()
def D4_near(c):
    c.rtos["devices"] = [function(0x00fa), function(0x00fb)]


@case()
def D5_trigger(c):
    c.vision["interruptChips"][0]["pins"] = pins(3, 10)


@case()
def D5_trigger2(c):
    c.vision["interruptChips"][0]["pinBase"] = 32


@case()
def D5_trigger3(c):
    c.rtos["interruptChips"] += [{"address": 0xfec00000, "id": 0xf8}] * 128


@case(arm=True)
def D5_trigger4(c):
    # There is one GIC, whatever address an entry gives it.
    c.vision["interruptChips"][0].update(address=0x1c91000, pins=pins(3))


@case()
def D5_trigger5(c):
    # Another address in the IOAPIC's page: the same pin.
    c.vision["interruptChips"][0].update(address=0xfec00100, pins=pins(3))


@case()
def D5_trigger6(c):
    # The same with a pin of its own: the chip is not named as root names it.
    c.vision["interruptChips"][0]["address"] = 0xfec00100


@case()
def D5_trigger7(c):
    # An IOAPIC that the root cell does not list (D5_near4 lists it).
    c.vision["interruptChips"][0]["address"] = 0xfec01000


@case(arm=True)
def D5_near3(c):
    c.vision["interruptChips"][0]["address"] = 0x1c91000


@case()
def D5_near4(c):
    # A second IOAPIC, in the next page.
    c.root["interruptChips"].append({"address": 0xfec01000, "id": 0x0000f7, "pins": pins(*range(24))})
    c.vision["interruptChips"][0] = {"address": 0xfec01000, "id": 0x0000f7, "pins": pins(3)}


@case()
def D5_near(c):
    c.vision["interruptChips"][0]["pins"] = pins(4, 10)


@case()
def D5_near2(c):
    c.rtos["interruptChips"] += [{"address": 0xfec00000, "id": 0xf8}] * 127


@case(arm=True)
def D6_trigger(c):
    c.rtos["streamIDs"] = [0x75]
    c.vision["streamIDs"] = [0x70, 0x75]


@case(arm=True)
def D6_trigger2(c):
    c.machine["iommuUnits"] = [{"type": 5, "base": 0x36600000, "size": 0x100000}]
    c.rtos["streamIDs"] = [0x0003_0100]
    c.vision["streamIDs"] = [0x0000_0102]


@case(arm=True)
def D6_trigger3(c):
    # The MMU-500 is the second unit, and 15 bits count: one stream by two words.
    c.machine["iommuUnits"] = [
        {"type": 3, "base": 0x36500000, "size": 0x20000}, {"type": 5, "base": 0x36600000, "size": 0x100000}]
    c.rtos["streamIDs"] = [0x8000_8102]
    c.vision["streamIDs"] = [0x0000_0102]


@case(arm=True)
def D6_near(c):
    c.machine["iommuUnits"] = [{"type": 5, "base": 0x36600000, "size": 0x100000}]
    c.rtos["streamIDs"] = [0x0003_0100]
    c.vision["streamIDs"] = [0x0000_0104]


def linked(c):
    """Adds a clean link of 1 MiB between the two cells."""
    for identity, cell in enumerate((c.rtos, c.vision)):
        start = len(cell["regions"])
        cell["regions"] += [
            region(0x70000000, 0x1000, R | SHARED, 0x40000000), {},
            region(0x70001000, 0x7f000, R | (W if identity == 0 else 0) | SHARED, 0x40001000),
            region(0x70080000, 0x7f000, R | (W if identity == 1 else 0) | SHARED, 0x40080000)]
        cell.setdefault("devices", []).append(link(0x0080, start, identity))


@case()
def D7_trigger(c):
    linked(c)
    c.vision["devices"][-1]["shmemDeviceID"] = 0


@case()
def D7_trigger2(c):
    linked(c)
    c.vision["devices"][-1]["shmemRegionsStart"] = 5


@case()
def D7_trigger3(c):
    linked(c)
    c.vision["regions"][-1]["size"] = 0x7e000


@case()
def D7_trigger4(c):
    linked(c)
    c.rtos["regions"][-1]["virtualStart"] = 0x40081000


@case()
def D7_near(c):
    linked(c)


# ---- Liveness and confidentiality ----------------------------------------------------------------------------
@case()
def L1_trigger(c):
    c.rtos["flags"] = 0


@case()
def L1_near(c):
    c.rtos["flags"] = 0
    c.rtos["messageReplyTimeout"] = 1000000


@case()
def L2_trigger(c):
    c.rtos["regions"][1]["flags"] |= W


@case()
def L2_near(c):
    c.rtos["regions"][1]["flags"] |= W
    c.rtos["flags"] = 0
    c.rtos["messageReplyTimeout"] = 1000000


@case()
def L3_trigger(c):
    c.rtos["ports"] = [{"base": 0x3f8, "length": 8}]


@case(arm=True)
def L3_trigger2(c):
    c.rtos["regions"].append(region(0x1c28000, 0x1000, R | W | IO, 0x1c28000))


@case()
def L3_near(c):
    c.rtos["ports"] = [{"base": 0x3f0, "length": 8}]


# ---- What users run into -------------------------------------------------------------------------------------
@case()
def R3_trigger(c):
    c.rtos["regions"][0]["physicalStart"] = 0x80000000


@case()
def R3_trigger2(c):
    c.rtos["regions"].append(region(0x50001000, 0x1000, R, 0x1000))


@case()
def R3_near(c):
    c.rtos["regions"][0]["physicalStart"] = 0x7fc00000


@case()
def R9_trigger(c):
    c.root["interruptChips"] = []
    c.rtos["interruptChips"] = []
    c.vision["interruptChips"] = []
    c.root["regions"].append(region(0xfebff000 + 0x1000, 0x10000, R | W))
    c.rtos["regions"].append(region(0xfec00000, 0x1000, R | W, 0xfec00000))


@case(arm=True)
def R9_trigger2(c):
    c.rtos["devices"] = [link(0x0000, 2, 0)]
    c.rtos["regions"] += [
        region(0x78000000, 0x1000, R | SHARED, 0x41000000), {},
        region(0x78001000, 0x1000, R | W | SHARED, 0x41001000), region(0x78002000, 0x1000, R | SHARED, 0x41002000),
        region(0x2000000, 0x102000, R | W, 0x2000000)]


@case()
def R9_near(c):
    c.root["interruptChips"] = []
    c.rtos["interruptChips"] = []
    c.vision["interruptChips"] = []
    c.root["regions"].append(region(0xfec01000, 0x1000, R | W))
    c.rtos["regions"].append(region(0xfec01000, 0x1000, R | W, 0xfec01000))


@case()
def R10_trigger(c):
    c.rtos["regions"].append(region(0x70000000, 0x100200, R | W | IO32, 0x70000000))


@case()
def R10_trigger2(c):
    c.rtos["regions"][0]["physicalStart"] = 0x50010000


@case()
def R10_near(c):
    # Registers of less than a page are what sub-page regions are for; small regions need no large pages.
    c.rtos["regions"].append(region(0xfd000020, 0x20, R | W | IO32, 0xfd000020))
    c.rtos["regions"].append(region(0x70010000, 0x10000, R | W, 0x40000000))


@case()
def R16_trigger(c):
    c.machine["hypervisorMemory"]["size"] = 0x100000
    c.root["regions"][1] = region(0x3a100000, 0x45f00000, R | W | X | DMA)


@case()
def R16_near(c):
    c.machine["hypervisorMemory"]["size"] = 0x200000
    c.root["regions"][1] = region(0x3a200000, 0x45e00000, R | W | X | DMA)


@case()
def R17_trigger(c):
    c.machine["flags"] = c.machine.get("flags", 0) | 0x80000000


@case()
def R17_near(c):
    c.machine["flags"] = 1


# ---- Input and proof -----------------------------------------------------------------------------------------
@case()
def S1_trigger(c):
    c.only("rtos")


@case()
def S1_near(c):
    c.only("machine")


@case()
def S2_trigger(c):
    c.raw["rtos"] = pack.pack_system(c.machine)


@case()
def S2_near(c):
    c.machine["root"]["name"] = "bench2"
    c.raw["rtos"] = pack.pack_system(MACHINE)
    c.only("machine", "rtos")


@case()
def S3_trigger(c):
    c.machine["root"]["name"] = "bench2"
    c.raw["rtos"] = pack.pack_system(MACHINE)


@case()
def S3_near(c):
    c.only("machine", "vision")


@case(arm=True)
def X1_trigger(c):
    c.rtos["interruptChips"].append({"address": 1 << 48, "pinBase": 32, "pins": pins(1)})


@case(arm=True)
def X1_trigger2(c):
    # The core claims all streams from the smallest to the largest that a mask allows: never too few.
    c.machine["iommuUnits"] = [{"type": 5, "base": 0x36600000, "size": 0x100000}]
    c.rtos["streamIDs"] = [0x7f00_0001]
    c.vision["streamIDs"] = [0x0000_0080]


@case()
def X1_near(c):
    c.root["interruptChips"].append({"address": (1 << 48) - 0x1000, "id": 0xf8, "pins": pins(1)})
    c.rtos["interruptChips"].append({"address": (1 << 48) - 0x1000, "id": 0xf8, "pins": pins(1)})


@case(arm=True)
def X1_near2(c):
    # Behind the last redistributor, though within 2 MiB of the first.
    sparse(c, 10)


# ---- The text form: what only a machine file knows -------------------------------------------------------------
# The ledger can say it, and page tables cannot: memory that is written and not read; what lies behind 2^48.
for name, flags, guest in (
        ("X4-trigger", W, 0x10000000), ("X4-trigger2", R | W, 1 << 48), ("X4-near", R | W, 0x10000000),
        ("X4-near2", R | W, (1 << 48) - MIB)):
    one = Case(name)
    one.rtos["regions"].append(region(0x52000000, MIB, flags, guest))
    CASES.append(one)

TEXT_MACHINE = """\
machine: bench
cpus: {CPUS}
{CACHE}hypervisor:
  memory: {{at: 0x3a000000, size: 6M}}
mmconfig: {{at: 0xb0000000, last-bus: 255}}
iommus:
  - {{name: dmar0, type: intel, at: 0xfed90000, size: 4K, covers: others}}
interrupt-chips:
  - {{name: ioapic0, at: 0xfec00000, pins: 0-23, requester: ff:00.0, iommu: dmar0}}
memory:
  - {{name: RAM, at: 0, size: 0x70000000, kind: ram}}
  - {{name: ACPI tables, at: 0x70000000, size: 1M, kind: firmware}}
cell-memory: {{at: 0x50000000, size: 64M}}
cells: {{rtos: 1M, vision: 1M}}
devices:
  timer: {{ports: 0x40-0x43, interrupts: 2}}
pci:
  00:1c.0: {{name: bridge, buses: 5}}
  05:00.0: {{name: eth0, bars: {{0: {{at: 0xfea80000, size: 128K}}}}}}
  05:01.0: {{name: eth1, bars: {{0: {{at: 0xfeac0000, size: 128K}}}}}}
"""

TEXT_CELL = """\
cell: {NAME}
machine: bench
cpus: {CPUS}
ram: 1M
{MORE}"""


def text_case(name, machine_cpus="0-3", cache="", rtos="1", vision="2", rtos_more="", vision_more=""):
    """A set in the text form."""
    one = Case(name)
    one.raw = {
        "machine": TEXT_MACHINE.format(CPUS=machine_cpus, CACHE=cache).encode(),
        "rtos": TEXT_CELL.format(NAME="rtos", CPUS=rtos, MORE=rtos_more).encode(),
        "vision": TEXT_CELL.format(NAME="vision", CPUS=vision, MORE=vision_more).encode()}
    CASES.append(one)


SIBLINGS = "{present: 0-3, siblings: [[0, 2], [1, 3]], leaks-between-threads: %s}"
text_case("clean-near3")
text_case("C2-trigger", SIBLINGS % "true", rtos="1", vision="3")
text_case("C2-trigger2", SIBLINGS % "false", rtos="1", vision="3")
text_case("C2-near", "{present: 0-4, siblings: [[0, 4], [1, 3]], leaks-between-threads: true}", rtos="[1, 3]")
text_case("D4-trigger2", rtos_more="devices: [eth0]\n", vision_more="devices: [eth1]\n")
text_case("D4-near2", rtos_more="devices: [eth0, eth1]\n")
text_case("R3-trigger3", rtos_more="memory: [{at: 0x700ff000, size: 8K, rights: rw}]\n")
text_case("R3-near2", rtos_more="memory: [{at: 0x70100000, size: 8K, rights: rw}]\n")


if __name__ == "__main__":
    for name in os.listdir(HERE):
        with open(os.path.join(HERE, name), "rb") as file:
            if name.endswith(".cell"):
                os.remove(os.path.join(HERE, name))
    for one in CASES:
        one.write()
    print(f"{len(CASES)} sets")
