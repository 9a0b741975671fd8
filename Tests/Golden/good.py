# SPDX-License-Identifier: Apache-2.0
"""Configurations that a reader must take, each field with a value of its own, so that two fields which a reader
exchanges cannot look right."""
from pack import ARCHITECTURES, pack_cell, pack_system

PLACEHOLDER = {"physicalStart": 0, "virtualStart": 0, "size": 0, "flags": 0}


def region(physical, virtual, size, flags):
    return {"physicalStart": physical, "virtualStart": virtual, "size": size, "flags": flags}


def console(address, size=0, type=2, flags=0, divider=0, gate=0, clock=0):
    return {
        "address": address, "size": size, "type": type, "flags": flags, "divider": divider,
        "gateNumber": gate, "clockRegister": clock}


def chip(address, id=0, pin_base=0, pins=(0, 0, 0, 0)):
    return {"address": address, "id": id, "pinBase": pin_base, "pins": list(pins)}


def device(**values):
    """A PCI function; what is not named is zero."""
    whole = {
        "type": 1, "iommu": 0, "domain": 0, "bdf": 0, "barMasks": [0] * 6, "capabilitiesStart": 0,
        "capabilitiesCount": 0, "msiVectors": 0, "msiFlags": 0, "msixVectors": 0, "msixRegionSize": 0,
        "msixAddress": 0, "shmemRegionsStart": 0, "shmemDeviceID": 0, "shmemPeers": 0, "shmemProtocol": 0}
    assert set(values) <= set(whole), set(values) - set(whole)
    return {**whole, **values}


def cell(name, cpus=(), cpu_bytes=8, **values):
    """A cell description with every field present; CPUs as numbers."""
    bits = sum(1 << cpu for cpu in cpus)
    whole = {
        "name": name, "id": 0, "flags": 0, "cpuSet": list(bits.to_bytes(cpu_bytes, "little")), "regions": [],
        "caches": [], "interruptChips": [], "ports": [], "devices": [], "capabilities": [], "streamIDs": [],
        "virtualPCIInterruptBase": 0, "cpuResetAddress": 0, "messageReplyTimeout": 0,
        "console": console(0, type=0)}
    assert set(values) <= set(whole), set(values) - set(whole)
    return {**whole, **values}


def system(root, hypervisor, platform, **values):
    whole = {
        "flags": 0, "hypervisorMemory": hypervisor, "debugConsole": console(0, type=0), "pciMMConfigBase": 0,
        "pciMMConfigEndBus": 0, "pciIsVirtual": 0, "pciDomain": 0, "iommuUnits": [], "platform": platform,
        "root": root}
    assert set(values) <= set(whole), set(values) - set(whole)
    return {**whole, **values}


X86_PLATFORM = {
    "pmTimerAddress": 0x0608, "apicMode": 2, "vtdInterruptLimit": 0x0100, "tscKHz": 2_400_001, "apicKHz": 24_007}
ARM_PLATFORM = {
    "maintenanceIRQ": 25, "gicVersion": 2, "gicd": 0x0108_0000_1000, "gicc": 0x0208_0001_0000,
    "gich": 0x0308_0004_0000, "gicv": 0x0408_0006_0000, "gicr": 0x0508_0008_0000}


def every_array(name, architecture, cpus):
    """Two or more entries in every array, every field distinct."""
    return cell(
        name, cpus, 16, id=0x01020304, flags=0x40000001, virtualPCIInterruptBase=0x51525354,
        cpuResetAddress=0x6162636465666000, messageReplyTimeout=0x7172737475767778,
        console=console(0xC1C2C3C4C5C6C7C8, 0xD1D2D3D4, 9, 0x3003, 0xE1E2E3E4, 0xF1F2F3F4, 0xA1A2A3A4A5A6A7A8),
        regions=[
            region(0x0000_0011_2233_4000, 0x0000_0044_5566_6000, 0x7_8000, 0x0000_004F),
            PLACEHOLDER,
            region(0x0000_0099_AABB_C010, 0x0000_00DD_EEFF_0010, 0x30, 0x0005_8003),
            region(0, 0x0000_0000_0010_0000, 0x1000, 0x23),
        ],
        caches=[
            {"start": 0x11, "size": 0x02, "type": 3, "flags": 0},
            {"start": 0x05, "size": 0x07, "type": 3, "flags": 1},
        ],
        interruptChips=[
            chip(0xFEC0_0000, 0x0001_00FF, 0 if architecture == "x86" else 32, (0x1234, 0x5678, 0x9ABC, 0xDEF0)),
            chip(0xFEC1_0000, 0x0002_0101, 0 if architecture == "x86" else 160, (1 << 31, 1, 0x80000001, 7)),
        ],
        ports=[{"base": 0x02F8, "length": 8}, {"base": 0xE010, "length": 0x1FF0}, {"base": 0xFFFF, "length": 1}],
        devices=[
            device(
                type=1, iommu=1, domain=0x0203, bdf=0x0405,
                barMasks=[0xFFFFF000, 0xFFFFFFFF, 0xFFFE0000, 0xFFFFFF00, 0xFFFFFFE0, 0xFF000000],
                capabilitiesStart=1, capabilitiesCount=2, msiVectors=4, msiFlags=3, msixVectors=0x11,
                msixRegionSize=0x2000, msixAddress=0x0000_00FE_B0C0_0000),
            device(type=2, iommu=0, domain=1, bdf=0x00E8),
            device(
                type=3, domain=0, bdf=0x0070, barMasks=[0xFFFFF000, 0xFFFFF000, 0, 0, 0, 0], msixVectors=2,
                shmemRegionsStart=0, shmemDeviceID=1, shmemPeers=2, shmemProtocol=0x4001),
        ],
        capabilities=[
            {"id": 0x0001, "start": 0x40, "length": 0x08, "flags": 1},
            {"id": 0x0005, "start": 0x50, "length": 0x0E, "flags": 0},
            {"id": 0x8003, "start": 0x0140, "length": 0x0C, "flags": 0},
            {"id": 0, "start": 0x00F0, "length": 0x04, "flags": 1},
        ],
        streamIDs=[0x0000_0D01, 0x7FFF_0E02, 0x0000_0F03])


def every_system(architecture):
    x86 = architecture == "x86"
    return system(
        every_array("Root-" + architecture, architecture, (0, 1, 5, 64, 127)),
        region(0x0000_000A_3B00_0000, 0, 0x60_0000, 0), X86_PLATFORM if x86 else ARM_PLATFORM, flags=1,
        debugConsole=console(0x1C2C3C4C5C6C7C8C, 0x1D2D3D4D, 2, 0x0003, 0x1E2E3E4E, 0x1F2F3F4F, 0x1A2A3A4A5A6A7A8A),
        pciMMConfigBase=0x0000_0021_B000_0000, pciMMConfigEndBus=0x3F, pciIsVirtual=0 if x86 else 1,
        pciDomain=0xFFFF,
        iommuUnits=[
            {"type": 2 if x86 else 3, "base": 0x0000_00AA_FED9_0000, "size": 0x1000, "extra": [0] * 12},
            {"type": 1 if x86 else 4, "base": 0x0000_00BB_FED9_1000, "size": 0x3000, "extra": list(range(1, 13))},
        ])


def files():
    """Yields (name, bytes, entry)."""
    for architecture in ARCHITECTURES:
        for revision in (12, 13, 14):
            stem = f"reads-{architecture}-r{revision}"
            one = every_array("Cell-" + architecture, architecture, (2, 3, 70))
            yield entry(f"{stem}-cell-every-array", one, architecture, revision, "cell",
                        why="two or more entries in every array, every field distinct")
            yield entry(f"{stem}-system-every-array", every_system(architecture), architecture, revision, "system",
                        why="the same behind a system header with two IOMMU units")
            least = system(cell("root", [0]), region(0x3A00_0000, 0, 0x60_0000, 0), {})
            yield entry(f"{stem}-system-least", least, architecture, revision, "system",
                        why="no arrays but the CPU set")
        yield entry(f"reads-{architecture}-r14-cell-least", cell("a", [1]), architecture, 14, "cell",
                    why="no arrays but the CPU set; a name of one character")

    plain = region(0x3B00_0000, 0, 0x10_0000, 0x47)
    comm = region(0, 0x10_0000, 0x1000, 0x23)
    yield entry("reads-name-31", cell("abcdefghijklmnopqrstuvwxyz01234", [1], regions=[plain]), why="longest name")
    yield entry("reads-cpu-set-1-byte", cell("tiny", [1], 1, regions=[plain, comm]),
                why="the arrays then start at an odd offset")
    yield entry("reads-x86-r12-system-shortest", system(
        cell("root", [0], 1), region(0x3A00_0000, 0, 0x60_0000, 0), {}), "x86", 12, "system",
        why="487 bytes: shorter than header and descriptor of revision 14")
    yield entry("reads-cpu-set-4096-bytes", cell("many-cpus", [1, 32767], 4096, regions=[plain]),
                why="the largest CPU set")
    yield entry("reads-placeholders", cell("link", [1], regions=[plain, PLACEHOLDER, PLACEHOLDER, comm, PLACEHOLDER]),
                why="all-zero regions are legal and say nothing")
    yield entry("reads-placeholder-with-flags", cell("link", [1], regions=[plain, region(0x1000, 0x2000, 0, 3), comm]),
                why="a region of size 0 is no region, whatever else it says")
    yield entry("reads-trailing-56", cell("trailing", [1], regions=[plain]), trailing=bytes(range(56)), warns=["F1"],
                why="six shipping files carry 56 bytes behind the last array")
    yield entry("reads-trailing-1", cell("trailing", [1], regions=[plain]), trailing=b"\0", warns=["F1"],
                why="one byte behind the last array")
    yield entry("reads-trailing-system", every_system("x86"), "x86", 14, "system", trailing=b"\xff" * 56, warns=["F1"],
                why="56 bytes behind a system configuration")
    yield entry("reads-root-head-filled", every_system("x86"), "x86", 14, "system",
                root_head=(b"XXXXX", 0xEE, 0xDDDD),
                why="signature and revision of the root descriptor are unused and may hold anything")
    yield entry("reads-regions-64", cell("wide", [1], regions=[
        region(0x4000_0000 + i * 0x20_0000, i * 0x20_0000, 0x1000 * (i + 1), 0x7 | (i & 1) << 3) for i in range(64)]),
        why="64 regions")
    yield entry("reads-region-ends-high", cell("high", [1], regions=[
        region(0xFFFF_FFFF_FFFF_E000, 0xFFFF_FFFF_FFFF_D000, 0x1000, 3)]),
        why="the last page but one: neither end wraps")
    yield entry("reads-ports-to-the-end", cell("ports", [1], ports=[
        {"base": 0xFFFE, "length": 2}, {"base": 0, "length": 0xFFFF}, {"base": 0x70, "length": 0}]),
        why="base + length = 0x10000, the longest range, an empty range")
    yield entry("reads-sub-page", cell("uart", [1], regions=[
        region(0x0102_0000_0100, 0x0102_0000_0100, 0x100, 0x0004_0013),
        region(0x0102_0000_0200, 0x0102_0000_0200, 0x100, 0x13)]), warns=["F5"],
        why="a sub-page region with 32-bit accesses; one with no width flag, which refuses every access")
    yield entry("reads-iommu-units-8", system(
        cell("root", [0]), region(0x3A00_0000, 0, 0x60_0000, 0), X86_PLATFORM, iommuUnits=[
            {"type": 2, "base": 0xFED9_0000 + i * 0x1000, "size": 0x1000, "extra": [0] * 12} for i in range(8)]),
        "x86", 14, "system", why="all eight IOMMU units: no terminating entry")


def entry(name, value, architecture="x86", revision=14, kind="cell", trailing=b"", warns=(), why="",
          root_head=(b"", 0, 0)):
    """Packs one configuration and says what a reader must find in it."""
    if kind == "cell":
        data = pack_cell(value, architecture, revision, trailing)
    else:
        data = pack_system(value, architecture, revision, trailing, root_head)
    return name, data, {
        "verdict": "reads", "why": why, "kind": kind, "architecture": architecture, "revision": revision,
        "architectureInFile": revision >= 14, "trailing": len(trailing), "warns": sorted(warns), kind: filled(value, kind, architecture)}


def filled(value, kind, architecture):
    """The description with the platform's absent fields as zeros."""
    if kind == "cell":
        return value
    names = X86_PLATFORM if architecture == "x86" else ARM_PLATFORM
    return {**value, "platform": {key: value["platform"].get(key, 0) for key in names}}
