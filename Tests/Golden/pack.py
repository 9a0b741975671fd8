# SPDX-License-Identifier: Apache-2.0
"""Packs binary .cell files of revisions 12, 13 and 14 from plain dictionaries.

Independent of the Swift reader and writer: transcribed from the description of the format (docs/cell-format.md,
sections a.1 to a.10), with nothing but `struct`. All integers are little-endian, all structures are packed.
"""
import struct

ARCHITECTURES = {"x86": 0, "arm": 1, "arm64": 2}


class Layout:
    """A packed structure: fields with offset, `struct` code and name; gaps are zero."""

    def __init__(self, size, *fields):
        self.size = size
        self.fields = fields
        end = 0
        for offset, code, name in fields:
            assert offset >= end, f"{name} overlaps the field before it"
            end = offset + struct.calcsize("<" + code)
        assert end <= size, "fields past the end"

    def offset(self, name):
        return next(o for o, _, n in self.fields if n == name)

    def pack(self, values):
        out = bytearray(self.size)
        known = {name for _, _, name in self.fields}
        assert set(values) <= known, f"unknown fields {set(values) - known}"
        for offset, code, name in self.fields:
            value = values.get(name)
            if value is None:
                continue
            if isinstance(value, (list, tuple)):
                struct.pack_into("<" + code, out, offset, *value)
            else:
                struct.pack_into("<" + code, out, offset, value)
        return bytes(out)


# a.3
REGION = Layout(
    32, (0, "Q", "physicalStart"), (8, "Q", "virtualStart"), (16, "Q", "size"), (24, "Q", "flags"))
# a.4
CONSOLE = Layout(
    32, (0, "Q", "address"), (8, "I", "size"), (12, "H", "type"), (14, "H", "flags"),
    (16, "I", "divider"), (20, "I", "gateNumber"), (24, "Q", "clockRegister"))
# a.5
CACHE = Layout(12, (0, "I", "start"), (4, "I", "size"), (8, "B", "type"), (10, "H", "flags"))
# a.6
IRQCHIP = Layout(32, (0, "Q", "address"), (8, "I", "id"), (12, "I", "pinBase"), (16, "4I", "pins"))
# a.7
PORTS = Layout(4, (0, "H", "base"), (2, "H", "length"))
# a.8
PCI = Layout(
    56, (0, "B", "type"), (1, "B", "iommu"), (2, "H", "domain"), (4, "H", "bdf"), (6, "6I", "barMasks"),
    (30, "H", "capabilitiesStart"), (32, "H", "capabilitiesCount"), (34, "B", "msiVectors"),
    (35, "B", "msiFlags"), (36, "H", "msixVectors"), (38, "H", "msixRegionSize"), (40, "Q", "msixAddress"),
    (48, "I", "shmemRegionsStart"), (52, "B", "shmemDeviceID"), (53, "B", "shmemPeers"),
    (54, "H", "shmemProtocol"))
CAPABILITY = Layout(8, (0, "H", "id"), (2, "H", "start"), (4, "H", "length"), (6, "H", "flags"))
# a.1
CELL = Layout(
    132, (0, "5s", "signature"), (5, "B", "architecture"), (6, "H", "revision"), (8, "32s", "name"),
    (40, "I", "id"), (44, "I", "flags"), (48, "I", "cpuSetSize"), (52, "I", "regionCount"),
    (56, "I", "cacheCount"), (60, "I", "irqchipCount"), (64, "I", "portCount"), (68, "I", "pciCount"),
    (72, "I", "capabilityCount"), (76, "I", "streamCount"), (80, "I", "virtualPCIInterruptBase"),
    (84, "Q", "cpuResetAddress"), (92, "Q", "messageReplyTimeout"), (100, "32s", "console"))
# a.9
IOMMU = Layout(28, (0, "I", "type"), (4, "Q", "base"), (12, "I", "size"), (16, "12s", "extra"))
SYSTEM = Layout(
    356, (0, "5s", "signature"), (5, "B", "architecture"), (6, "H", "revision"), (8, "I", "flags"),
    (12, "32s", "hypervisorMemory"), (44, "32s", "debugConsole"), (76, "Q", "pciMMConfigBase"),
    (84, "B", "pciMMConfigEndBus"), (85, "B", "pciIsVirtual"), (86, "H", "pciDomain"),
    (88, "224s", "iommuUnits"), (312, "44s", "platform"))
# a.9: revision 12 has the architecture part first and is two bytes shorter.
SYSTEM12_X86 = Layout(
    354, (0, "5s", "signature"), (5, "B", "architecture"), (6, "H", "revision"), (8, "I", "flags"),
    (12, "32s", "hypervisorMemory"), (44, "32s", "debugConsole"), (76, "Q", "pciMMConfigBase"),
    (84, "B", "pciMMConfigEndBus"), (85, "B", "pciIsVirtual"), (86, "H", "pciDomain"),
    (88, "18s", "platform"), (106, "224s", "iommuUnits"))
SYSTEM12_ARM = Layout(
    354, (0, "5s", "signature"), (5, "B", "architecture"), (6, "H", "revision"), (8, "I", "flags"),
    (12, "32s", "hypervisorMemory"), (44, "32s", "debugConsole"), (76, "Q", "pciMMConfigBase"),
    (84, "B", "pciMMConfigEndBus"), (85, "B", "pciIsVirtual"), (86, "H", "pciDomain"),
    (88, "42s", "platform"), (130, "224s", "iommuUnits"))
X86_PART = Layout(
    44, (0, "H", "pmTimerAddress"), (2, "B", "apicMode"), (4, "I", "vtdInterruptLimit"),
    (8, "I", "tscKHz"), (12, "I", "apicKHz"))
X86_PART12 = Layout(
    18, (0, "H", "pmTimerAddress"), (2, "I", "vtdInterruptLimit"), (6, "B", "apicMode"),
    (10, "I", "tscKHz"), (14, "I", "apicKHz"))
ARM_PART = Layout(
    44, (0, "B", "maintenanceIRQ"), (1, "B", "gicVersion"), (4, "Q", "gicd"), (12, "Q", "gicc"),
    (20, "Q", "gich"), (28, "Q", "gicv"), (36, "Q", "gicr"))
ARM_PART12 = Layout(
    42, (0, "B", "maintenanceIRQ"), (1, "B", "gicVersion"), (2, "Q", "gicd"), (10, "Q", "gicc"),
    (18, "Q", "gich"), (26, "Q", "gicv"), (34, "Q", "gicr"))

# Arrays behind a cell descriptor, in the order of a.10: key in the cell's dictionary, layout, count field.
ARRAYS = (
    ("regions", REGION, "regionCount"), ("caches", CACHE, "cacheCount"),
    ("interruptChips", IRQCHIP, "irqchipCount"), ("ports", PORTS, "portCount"),
    ("devices", PCI, "pciCount"), ("capabilities", CAPABILITY, "capabilityCount"))


def signature(kind, architecture, revision):
    """The first six bytes as (five bytes, sixth byte)."""
    if revision >= 14:
        return {"cell": b"JHCLL", "system": b"JHSYS"}[kind], ARCHITECTURES[architecture]
    return {"cell": (b"JHCEL", ord("L")), "system": (b"JHSYS", ord("T"))}[kind]


def descriptor_and_arrays(cell, head):
    """The 132-byte descriptor and what follows it. `head`: signature, architecture byte, revision."""
    values = {
        "signature": head[0], "architecture": head[1], "revision": head[2],
        "name": cell.get("name", "").encode(), "console": CONSOLE.pack(cell.get("console", {})),
        "cpuSetSize": len(cell.get("cpuSet", [])), "streamCount": len(cell.get("streamIDs", []))}
    for key in ("id", "flags", "virtualPCIInterruptBase", "cpuResetAddress", "messageReplyTimeout"):
        values[key] = cell.get(key, 0)
    tail = bytes(cell.get("cpuSet", []))
    for key, layout, count in ARRAYS:
        items = cell.get(key, [])
        values[count] = len(items)
        tail += b"".join(layout.pack(item) for item in items)
    tail += b"".join(struct.pack("<I", stream) for stream in cell.get("streamIDs", []))
    return CELL.pack(values) + tail


def pack_cell(cell, architecture="x86", revision=14, trailing=b""):
    """A configuration of a non-root cell."""
    head = (*signature("cell", architecture, revision), revision)
    return descriptor_and_arrays(cell, head) + trailing


def pack_system(system, architecture="x86", revision=14, trailing=b"", root_head=(b"", 0, 0)):
    """A system configuration; `root_head` fills the root descriptor's unused signature and revision."""
    x86 = architecture == "x86"
    sig, sixth = signature("system", architecture, revision)
    values = {
        "signature": sig, "architecture": sixth, "revision": revision,
        "hypervisorMemory": REGION.pack(system["hypervisorMemory"]),
        "debugConsole": CONSOLE.pack(system.get("debugConsole", {})),
        "iommuUnits": b"".join(
            IOMMU.pack({**unit, "extra": bytes(unit.get("extra", []))})
            for unit in system.get("iommuUnits", []))}
    for key in ("flags", "pciMMConfigBase", "pciMMConfigEndBus", "pciIsVirtual", "pciDomain"):
        values[key] = system.get(key, 0)
    if revision == 12:
        layout = SYSTEM12_X86 if x86 else SYSTEM12_ARM
        part = X86_PART12 if x86 else ARM_PART12
    else:
        layout = SYSTEM
        part = X86_PART if x86 else ARM_PART
    values["platform"] = part.pack(system.get("platform", {}))
    return layout.pack(values) + descriptor_and_arrays(system["root"], root_head) + trailing
