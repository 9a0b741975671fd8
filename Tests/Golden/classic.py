# SPDX-License-Identifier: Apache-2.0
"""Sets of configurations in the shapes that existing users have: unusual in places, and still to be taken.

Written from the format's description and from what users report, not from anybody's files. Each set says which
findings are expected; one without an error finding must be admitted."""
from good import (
    PLACEHOLDER, cell, chip, console, device, entry, region, system)

READ, WRITE, EXECUTE, DMA, IO, COMM, LOADABLE, ROOTSHARED = 1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80
IO_8, IO_32 = 0x10000, 0x40000
PASSIVE, ACTIVE_CONSOLE, PERMITTED_CONSOLE = 1, 0x80000000, 0x40000000
RAM = READ | WRITE | EXECUTE | DMA
UART = console(0x3F8, type=2, divider=1)
X86_COMM = region(0, 0x10_0000, 0x1000, READ | WRITE | COMM)
ARM_COMM = region(0, 0x8000_0000, 0x1000, READ | WRITE | COMM)


def link_sections(base, peers, own, output=0x1000, rw=0x1000, guest=None):
    """2 + peers consecutive regions of an ivshmem link: state table, common section, one output section each."""
    guest = base if guest is None else guest
    sections = [region(base, guest, 0x1000, READ | ROOTSHARED)]
    offset = 0x1000
    sections.append(region(base + offset, guest + offset, rw, READ | WRITE | ROOTSHARED) if rw else PLACEHOLDER)
    offset += rw
    for peer in range(peers):
        rights = READ | ROOTSHARED | (WRITE if peer == own else 0)
        sections.append(region(base + offset, guest + offset, output, rights))
        offset += output
    return sections


def link(bdf, first, own, peers, protocol, vectors=2, domain=0):
    second = 0xFFFFF000 if vectors else 0
    return device(
        type=3, bdf=bdf, domain=domain, barMasks=[0xFFFFF000, second, 0, 0, 0, 0], msixVectors=vectors,
        shmemRegionsStart=first, shmemDeviceID=own, shmemPeers=peers, shmemProtocol=protocol)


def q35_root(cpus, revision=14, extra_regions=(), links=()):
    """The classic demonstration machine: q35 with VT-d, RAM to 0x3f200000, the hypervisor's part cut out of it."""
    sections = link_sections(0x3F0F_1000, 2, 0, output=0x2000, rw=0x9000)
    net = link_sections(0x3F10_0000, 2, 0, output=0x7_F000, rw=0)
    regions = sections + net + [
        region(0, 0, 0xA_0000, RAM),
        region(0xA_0000, 0xA_0000, 0x6_0000, READ | WRITE | EXECUTE),
        region(0x10_0000, 0x10_0000, 0x3A00_0000 - 0x10_0000, RAM),
        region(0x3A60_0000, 0x3A60_0000, 0x3F0F_1000 - 0x3A60_0000, RAM),
        region(0x3F20_0000, 0x3F20_0000, 0xDE_0000, READ | WRITE | EXECUTE),
        region(0xFEB8_0000, 0xFEB8_0000, 0x7_0000, READ | WRITE),
        region(0xFED0_0000, 0xFED0_0000, 0x1000, READ | WRITE),
    ] + list(extra_regions)
    capabilities = [
        {"id": 0x05, "start": 0x80, "length": 0x0E, "flags": 1},
        {"id": 0x12, "start": 0xA8, "length": 0x08, "flags": 0},
        {"id": 0x11, "start": 0x90, "length": 0x0C, "flags": 1},
    ]
    devices = [
        device(type=1, bdf=0x0000),
        device(type=1, bdf=0x0010, capabilitiesStart=2, capabilitiesCount=1, msixVectors=5,
               msixRegionSize=0x1000, msixAddress=0xFEBF_0000),
        device(type=1, bdf=0x00F8),
        device(type=1, bdf=0x00FA, capabilitiesStart=0, capabilitiesCount=2, msiVectors=1, msiFlags=1),
        link(0x0070, 0, 0, 2, 0), link(0x0078, 4, 0, 2, 1),
    ] + list(links)
    root = cell(
        "Q35-root", range(cpus), regions=regions, devices=devices, capabilities=capabilities,
        interruptChips=[chip(0xFEC0_0000, 0x0000_00FF, 0, (0xFFFFFF, 0, 0, 0))],
        ports=[{"base": b, "length": n} for b, n in (
            (0x60, 2), (0x64, 1), (0x70, 2), (0x170, 8), (0x1CE, 3), (0x1F0, 8), (0x2F8, 8), (0x3B0, 0x30),
            (0x376, 1), (0x3F6, 1), (0x3F8, 8), (0x5658, 4), (0xC000, 0xFF))])
    return system(
        root, region(0x3A00_0000, 0, 0x60_0000, 0),
        {"pmTimerAddress": 0x608, "vtdInterruptLimit": 256}, debugConsole=UART,
        pciMMConfigBase=0xB000_0000, pciMMConfigEndBus=0xFF,
        iommuUnits=[{"type": 2, "base": 0xFED9_0000, "size": 0x1000, "extra": [0] * 12}])


def q35_linux(cpus):
    """A Linux on four CPUs, linked to root twice."""
    return cell(
        "Q35-linux", cpus, flags=PASSIVE | PERMITTED_CONSOLE, console=UART,
        regions=link_sections(0x3F0F_1000, 2, 1, output=0x2000, rw=0x9000)
        + link_sections(0x3F10_0000, 2, 1, output=0x7_F000, rw=0) + [
            region(0x3A60_0000, 0, 0x10_0000, READ | WRITE | EXECUTE | LOADABLE),
            region(0x3A70_0000, 0x20_0000, 0x480_0000, RAM | LOADABLE),
            X86_COMM],
        caches=[{"start": 0, "size": 2, "type": 3, "flags": 1}],
        interruptChips=[chip(0xFEC0_0000, 0x0000_00FF)],
        ports=[{"base": 0x2F8, "length": 8}, {"base": 0x3F8, "length": 8}],
        devices=[link(0x0070, 0, 1, 2, 0), link(0x0078, 4, 1, 2, 1)])


def q35_bare_metal(cpu):
    """The smallest cell of all: RAM, communication page, the hypervisor's own console port."""
    return cell(
        "Q35-apic", [cpu], flags=ACTIVE_CONSOLE | PERMITTED_CONSOLE, messageReplyTimeout=0, console=UART,
        regions=[region(0x3EF0_0000, 0, 0x10_0000, READ | WRITE | EXECUTE | LOADABLE), X86_COMM],
        ports=[{"base": 0x3F8, "length": 8}])


def carve_root():
    """A root configuration made by a generator: one region covers all RAM, hypervisor memory included."""
    root = cell(
        "Board-root", range(4),
        regions=[region(0, 0, 0x9_D000, RAM), region(0x10_0000, 0x10_0000, 0x7FEF_0000, RAM),
                 region(0xE000_0000, 0xE000_0000, 0x1000_0000, READ | WRITE)],
        interruptChips=[chip(0xFEC0_0000, 0x0000_F0F8, 0, (0xFFFFFF, 0, 0, 0))],
        ports=[{"base": 0, "length": 0xCF8}, {"base": 0xD00, "length": 0xF300}],
        devices=[device(bdf=0), device(type=2, bdf=0x00E0), device(bdf=0x0100)])
    return system(
        root, region(0x3B00_0000, 0, 0x60_0000, 0), {"pmTimerAddress": 0x1808}, debugConsole=UART,
        iommuUnits=[{"type": 2, "base": 0xFED9_0000, "size": 0x1000, "extra": [0] * 12}])


def arm_board(index, architecture="arm"):
    """An ARM board: GICv2, sub-page UART, RAM with a hole; its demonstration Linux."""
    ram, hypervisor = 0x4000_0000, 0x7C00_0000
    uart = 0xE6E6_0000 + 0x8000 * index
    sub = uart + 0x40
    gic = {"maintenanceIRQ": 25, "gicVersion": 2, "gicd": 0xF100_1000, "gicc": 0xF100_2000, "gich": 0xF100_4000,
           "gicv": 0xF100_6000, "gicr": 0}
    spis = (0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    root = cell(
        f"Board{index}-root", [0, 1], regions=[
            region(ram, ram, hypervisor - ram, RAM),
            region(uart, uart, 0x40, READ | WRITE | IO | IO_32),
            region(sub, sub, 0x40, READ | WRITE | IO | IO_8 | IO_32),
            region(0xEE00_0000, 0xEE00_0000, 0x10_0000, READ | WRITE | IO),
            # No width flag: every access is refused. Shipping files have such dead regions.
            region(0xE618_0100, 0xE618_0100, 0x100, READ | WRITE | IO)],
        interruptChips=[chip(0xF100_1000, 0, 32, spis), chip(0xF100_1000, 0, 160, spis)])
    sys = system(
        root, region(hypervisor, 0, 0x40_0000, 0), gic, pciIsVirtual=1, pciMMConfigBase=0x7C50_0000, pciDomain=1,
        debugConsole=console(uart, 0x40, 10, 1))
    linux = cell(
        f"Board{index}-linux", [1], flags=PASSIVE, virtualPCIInterruptBase=123, console=console(sub, 0x40, 10, 1),
        cpuResetAddress=0, regions=[
            region(hypervisor - 0x800_0000, 0, 0x1_0000, READ | WRITE | EXECUTE | LOADABLE),
            region(hypervisor - 0x7FF_0000, hypervisor - 0x7FF_0000, 0x7FF_0000, RAM | LOADABLE),
            region(sub, sub, 0x40, READ | WRITE | IO | IO_8 | IO_32), ARM_COMM],
        interruptChips=[chip(0xF100_1000, 0, 160, (1 << (index + 3), 0, 0, 0))])
    return sys, linux


def arm64_root():
    """An ARM64 board with a virtual PCI host for two ivshmem links."""
    links = link_sections(0x7BF0_0000, 2, 0, rw=0) + link_sections(0x7BE0_0000, 2, 0, output=0x7_F000, rw=0)
    gic = {"maintenanceIRQ": 25, "gicVersion": 3, "gicd": 0x3880_0000, "gicc": 0, "gich": 0, "gicv": 0,
           "gicr": 0x3888_0000}
    root = cell(
        "A64-root", range(4), regions=links + [
            region(0x4000_0000, 0x4000_0000, 0x3B00_0000, RAM),
            region(0x3000_0000, 0x3000_0000, 0xC0_0000, READ | WRITE | IO)],
        interruptChips=[chip(0x3880_0000, 0, 32, (0xFFFFFFFF,) * 4), chip(0x3880_0000, 0, 160, (0xF,) * 4)],
        devices=[link(0x00, 0, 0, 2, 0x4001, vectors=0, domain=2), link(0x08, 4, 0, 2, 1, vectors=0, domain=2)],
        virtualPCIInterruptBase=51)
    return system(
        root, region(0x7C00_0000, 0, 0x40_0000, 0), gic, pciIsVirtual=1, pciMMConfigBase=0x7BB0_0000, pciDomain=2,
        debugConsole=console(0x3089_0000, 0x1000, 8, 3))


def arm64_cell(name, cpu, first_spi, ids):
    """A bare-metal cell of the ARM64 board. `ids`: own id and peers on the link, as configured."""
    own, peers = ids
    return cell(
        name, [cpu], flags=PASSIVE, virtualPCIInterruptBase=first_spi,
        regions=link_sections(0x7BF0_0000, 2, 1, rw=0) + [
            region(0x7A00_0000, 0, 0x1_0000, READ | WRITE | EXECUTE | LOADABLE),
            # A page of a UART that root has in one larger region.
            region(0x3086_0000, 0x3086_0000, 0x1000, READ | WRITE | IO | ROOTSHARED), ARM_COMM],
        interruptChips=[chip(0x3880_0000, 0, 32, (1 << 27, 0, 0, 0))],
        devices=[link(0x00, 0, own, peers, 0x4001, vectors=0, domain=2)])


def files():
    """Yields (name, bytes, entry)."""
    q35 = "q35, 8 CPUs, VT-d"
    yield entry("classic-q35-root", q35_root(8), kind="system", why=q35)
    yield entry("classic-q35-linux", q35_linux([4, 5, 6, 7]), why="Linux on four CPUs, two links of two peers")
    yield entry("classic-q35-apic", q35_bare_metal(3), why="bare-metal cell with active console, timeout 0")
    yield entry("classic-q35-r12-root", q35_root(8), revision=12, kind="system", why=q35 + ", the last release's revision")
    yield entry("classic-q35-r13-linux", q35_linux([4, 5, 6, 7]), revision=13, why="the same Linux cell, revision 13")
    yield entry("classic-carve-root", carve_root(), kind="system", warns=["M2"],
                why="root's RAM covers hypervisor memory; ports from 0 to 0xffff but for PCI configuration")
    yield entry("classic-carve-cell", cell(
        "Board-cell", [2], flags=PASSIVE, regions=[
            region(0x3B60_0000, 0, 0x10_0000, READ | WRITE | EXECUTE | LOADABLE), X86_COMM,
            # RAM that root never had: hidden from Linux by mem=.
            region(0x1_0000_0000, 0x20_0000, 0x20_0000, RAM)]), warns=["M7"],
        why="takes a part of root's one region, and RAM that root never had")
    for index in range(3):
        sys, linux = arm_board(index)
        yield entry(f"classic-arm{index}-root", sys, "arm", kind="system", trailing=b"\0" * 56, warns=["F1", "F5"],
                    why="56 trailing bytes: a PCI device is declared, its count is not")
        yield entry(f"classic-arm{index}-linux", linux, "arm", trailing=b"\0" * 56, warns=["F1"],
                    why="56 trailing bytes; a sub-page UART next to root's own")
    yield entry("classic-arm64-root", arm64_root(), "arm64", kind="system", why="GICv3, two links on a virtual PCI host")
    yield entry("classic-arm64-cell", arm64_cell("A64-cell", 3, 64, (1, 2)), "arm64", why="one page of a UART inside root's region")
    yield entry("classic-arm64-id-past-peers", arm64_cell("A64-cell", 3, 64, (1, 1)), "arm64", warns=["D7"],
                why="own id 1 of 1 peer: ten shipping files say so")


# Sets that exist together: system first. `errors`: none, so each must be admitted. Not every warning is listed.
SETS = [
    {"name": "q35", "files": ["classic-q35-root", "classic-q35-linux"], "errors": [], "warns": []},
    {"name": "q35-two", "files": ["classic-q35-root", "classic-q35-linux", "classic-q35-apic"], "errors": [],
     "warns": ["L1"], "why": "both cells have the hypervisor's console port, which is a warning"},
    {"name": "q35-r12", "files": ["classic-q35-r12-root", "classic-q35-r13-linux"], "errors": [], "warns": []},
    {"name": "carve", "files": ["classic-carve-root", "classic-carve-cell"], "errors": [], "warns": ["M2", "M7"]},
    {"name": "arm0", "files": ["classic-arm0-root", "classic-arm0-linux"], "errors": [], "warns": ["F1", "F5"]},
    {"name": "arm1", "files": ["classic-arm1-root", "classic-arm1-linux"], "errors": [], "warns": ["F1", "F5"]},
    {"name": "arm2", "files": ["classic-arm2-root", "classic-arm2-linux"], "errors": [], "warns": ["F1", "F5"]},
    {"name": "arm64", "files": ["classic-arm64-root", "classic-arm64-cell"], "errors": [], "warns": []},
]
