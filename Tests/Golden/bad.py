# SPDX-License-Identifier: Apache-2.0
"""Configurations that must be refused, each with the rule (docs/rules.md: area and number) that refuses it.

Most are one good file with a few bytes changed; the offsets are written out here, from the format's description."""
import struct

from good import cell, console, device, every_array, every_system, region
from pack import pack_cell, pack_system

PLAIN = region(0x3B00_0000, 0, 0x10_0000, 0x47)


def patched(data, *changes):
    """`data` with (offset, struct code, value) written over it."""
    out = bytearray(data)
    for offset, code, value in changes:
        struct.pack_into("<" + code, out, offset, value)
    return bytes(out)


def boundaries(one, start):
    """Offsets at which each array of a cell description ends, with its name."""
    position = start + len(one["cpuSet"])
    yield "cpu-set", position
    sizes = (("regions", 32), ("caches", 12), ("interruptChips", 32), ("ports", 4), ("devices", 56),
             ("capabilities", 8), ("streamIDs", 4))
    for key, size in sizes:
        position += size * len(one[key])
        yield key, position


def truncations():
    """Every interesting offset: inside and at the end of each field that a reader takes first, and of each array."""
    x86 = every_array("Cell-x86", "x86", (2, 3, 70))
    whole = pack_cell(x86)
    cuts = {0, 1, 4, 5, 6, 7, 8, 39, 40, 48, 51, 55, 79, 84, 99, 131, 132}
    for _, end in boundaries(x86, 132):
        cuts |= {end - 1, end}
    for cut in sorted(cuts - {len(whole)}):
        yield f"cell-cut-{cut:04}", whole[:cut], f"a cell of {len(whole)} bytes cut to {cut}"
    for revision, header in ((12, 354), (14, 356)):
        sys = every_system("x86")
        whole = pack_system(sys, "x86", revision)
        cuts = {0, 5, 6, 8, 11, 12, 75, 88, header - 1, header, header + 51, header + 131, header + 132}
        for _, end in boundaries(sys["root"], header + 132):
            cuts |= {end - 1, end}
        for cut in sorted(cuts - {len(whole)}):
            yield f"system-r{revision}-cut-{cut:04}", whole[:cut], f"a system of {len(whole)} bytes cut to {cut}"


def heads():
    """Signature, revision, architecture."""
    one = pack_cell(cell("head", [1], regions=[PLAIN]))
    whole = pack_system(every_system("x86"))
    for name, text in (("zeros", b"\0" * 6), ("elf", b"\x7fELF\x02\x01"), ("lower-case", b"jhcll\0"),
                       ("shifted", b"\0JHCLL"), ("one-bit", b"JHCLM\0"), ("text", b"name: "), ("kernel", b"JHOUSE")):
        yield f"signature-{name}", text + one[6:], f"signature {text!r}"
    yield "signature-system-one-bit", b"KHSYS\0" + whole[6:], "first letter of a system signature changed"
    yield "signature-old-with-r14", b"JHCELL" + one[6:], "six-byte signature of revisions 12 and 13 with revision 14"
    for revision in (12, 13):
        yield (f"signature-new-with-r{revision}", patched(one, (6, "H", revision)),
               f"signature of revision 14 with revision {revision}")
    for revision in (0, 1, 8, 9, 10, 11, 15, 0x0E00, 0xFFFF):
        yield f"revision-{revision}", patched(one, (6, "H", revision)), f"revision {revision}"
    for revision in (8, 10, 11, 15):
        old = pack_cell(cell("head", [1], regions=[PLAIN]), "x86", 13)
        yield f"revision-{revision}-old-signature", patched(old, (6, "H", revision)), f"JHCELL with revision {revision}"
    for architecture in (3, 0x4C, 0xFF):
        yield f"architecture-{architecture}", patched(one, (5, "B", architecture)), f"architecture byte {architecture}"
        yield (f"architecture-system-{architecture}", patched(whole, (5, "B", architecture)),
               f"architecture byte {architecture} in a system")


def counts():
    """Counts that do not fit the file, most of which a 32-bit size calculation would take for fitting."""
    one = pack_cell(cell("count", [1], regions=[PLAIN]))
    assert len(one) == 132 + 8 + 32
    fields = {"regions": (52, 32), "caches": (56, 12), "irqchips": (60, 32), "ports": (64, 4), "devices": (68, 56),
              "capabilities": (72, 8), "streams": (76, 4)}
    for name, (offset, size) in fields.items():
        old = struct.unpack_from("<I", one, offset)[0]
        step = 2**32 // size if 2**32 % size == 0 else None
        if name == "devices":
            step = 2**29  # 56 · 2^29 = 7 · 2^32
        if step:
            yield (f"count-{name}-wraps", patched(one, (offset, "I", old + step)),
                   f"{old + step} {name}: {size} times that is {old * size} modulo 2^32")
        for value in (old + 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
            yield f"count-{name}-{value:x}", patched(one, (offset, "I", value)), f"{value} {name} do not fit the file"
    # 12 · 0x15555556 = 2^32 + 8, taken back by a CPU set that is 8 bytes shorter.
    yield ("count-caches-and-cpus-wrap", patched(one, (48, "I", 0), (56, "I", 0x15555556)),
           "0x15555556 cache regions and no CPU set: the sum is right modulo 2^32")
    yield ("count-sum-wraps", patched(one, (52, "I", 1 + 2**26), (60, "I", 2**26)),
           "regions and interrupt chips of 2^31 bytes each: neither product wraps, the sum does")
    yield ("count-sum-wraps-cpus", patched(one, (48, "I", 2**32 - 24), (52, "I", 2)),
           "a CPU set of 2^32 - 24 bytes and two regions: the sum is right modulo 2^32")
    yield ("count-cpus-wrap-to-header", patched(one, (48, "I", 2**32 - 132), (52, "I", 0)),
           "the CPU set's size brings the total to 0 modulo 2^32")
    for value in (16, 41, 4096, 4097, 4104, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF):
        yield f"cpu-set-size-{value:x}", patched(one, (48, "I", value)), f"CPU set of {value} bytes in a file of {len(one)}"
    for size in (4097, 4104, 8192):
        yield (f"cpu-set-{size}-bytes", pack_cell(cell("big", [1], size)), f"CPU set of {size} bytes, all in the file")
    sys = pack_system(every_system("x86"))
    yield ("system-count-regions-wraps", patched(sys, (356 + 52, "I", 4 + 2**27)),
           "root's regions: 32 times the count wraps")
    yield "system-cpu-set-size-ffffffff", patched(sys, (356 + 48, "I", 0xFFFFFFFF)), "root's CPU set of 4 GiB"
    old = pack_system(every_system("x86"), "x86", 12)
    yield ("system-r12-count-regions-wraps", patched(old, (354 + 52, "I", 4 + 2**27)),
           "root's regions in revision 12: 32 times the count wraps")


def values():
    """(area or areas, name, bytes, why) of what is in form but says something that must be refused."""
    one = cell("values", [1], regions=[PLAIN])
    data = pack_cell(one)
    sys = every_system("x86")
    whole = pack_system(sys)
    yield "F3", "name-empty", patched(data, (8, "32s", b"")), "empty name"
    yield "F3", "name-empty-then-text", patched(data, (8, "32s", b"\0values")), "empty name: NUL, then text"
    yield "F3", "name-unterminated", patched(data, (8, "32s", b"abcdefghijklmnopqrstuvwxyz012345")), "32 characters, no NUL"
    yield "F3", "name-root-empty", patched(whole, (364, "32s", b"")), "empty name of the root cell"
    yield "F3", "name-root-unterminated", patched(whole, (364, "32s", b"x" * 32)), "root's name without NUL"
    yield ["C1", "F1"], "cpu-set-size-0", pack_cell(cell("none", [], 0, regions=[PLAIN])), "a CPU set of no bytes"
    yield "C1", "cpu-set-empty", pack_cell(cell("none", [], 8, regions=[PLAIN])), "a CPU set without a CPU"

    for bit in (3, 9, 16, 29):
        yield "F2", f"flags-cell-bit-{bit}", patched(data, (44, "I", 1 << bit)), f"cell flag bit {bit}"
    for bit in (1, 30):
        yield "F2", f"flags-system-bit-{bit}", patched(whole, (8, "I", 1 << bit)), f"system flag bit {bit}"
    for bit in (9, 14, 20, 32, 63):
        yield ("F2", f"flags-region-bit-{bit}", pack_cell(cell("values", [1], regions=[
            PLAIN, region(0x3C00_0000, 0x20_0000, 0x1000, 3 | 1 << bit)])), f"region flag bit {bit}")
    yield "F2", "flags-console", pack_cell(cell("values", [1], console=console(0x3F8, flags=0x10))), "console flag bit 4"
    yield "F2", "type-console", pack_cell(cell("values", [1], console=console(0x3F8, type=11))), "console type 11"
    yield "F2", "type-debug-console", patched(whole, (44 + 12, "H", 0x1234)), "hypervisor's console type 0x1234"
    for kind in (0, 4, 255):
        yield ("F2", f"type-pci-{kind}", pack_cell(cell("values", [1], devices=[device(type=kind, bdf=8)])),
               f"PCI device type {kind}")
    yield "F2", "type-iommu", patched(whole, (88, "I", 6)), "IOMMU unit of type 6"
    for kind in (0, 4):
        yield ("F2", f"type-cache-{kind}", pack_cell(cell("values", [1], caches=[
            {"start": 0, "size": 2, "type": kind, "flags": 0}])), f"cache type {kind}")
    yield ("F2", "flags-cache", pack_cell(cell("values", [1], caches=[
        {"start": 0, "size": 2, "type": 3, "flags": 2}])), "cache flag bit 1")
    yield ("F2", "flags-capability", pack_cell(cell("values", [1], devices=[
        device(bdf=8, capabilitiesCount=1)], capabilities=[{"id": 1, "start": 0x40, "length": 8, "flags": 2}])),
        "capability flag bit 1")
    yield "F2", "flags-msi", pack_cell(cell("values", [1], devices=[device(bdf=8, msiFlags=4)])), "reserved bit 2 of the MSI flags"
    yield "F2", "apic-mode", patched(whole, (314, "B", 3)), "APIC mode 3"

    top = 2**64
    ends = (("physical", region(top - 0x1000, 0x1000, 0x2000, 3)), ("virtual", region(0x1000, top - 0x1000, 0x2000, 3)),
            ("physical-by-a-page", region(top - 0x1000, 0x1000, 0x1001, 3)), ("size", region(0x1000, 0x1000, top - 1, 3)),
            ("size-page", region(0x1000, 0x1000, top - 0x1000, 3)), ("virtual-sub-page", region(0xFF0, top - 0x10, 0x20, 0x40003)))
    for name, wrapping in ends:
        yield "F4", f"region-wraps-{name}", pack_cell(cell("values", [1], regions=[PLAIN, wrapping])), "a region's end wraps"
    yield "F4", "region-wraps-root", patched(whole, (356 + 132 + 16, "Q", top - 1)), "root's first region wraps"
    yield "F4", "hypervisor-memory-wraps", patched(whole, (12, "Q", top - 0x1000), (28, "Q", 0x2000)), "hypervisor memory wraps"
    yield ("F4", "region-page-offset", pack_cell(cell("values", [1], regions=[
        PLAIN, region(0x3C00_0010, 0x20_0000, 0x1000, 3)])), "physical start 0x10 into a page, virtual start at its begin")
    yield ("F4", "region-page-offset-sub-page", pack_cell(cell("values", [1], regions=[
        PLAIN, region(0x3C00_0010, 0x20_0020, 0x10, 0x40003)])), "page offsets 0x10 and 0x20")

    yield "I1", "ports-past-the-end", pack_cell(cell("values", [1], ports=[{"base": 0xFFFF, "length": 2}])), "port 0x10000"
    yield "I1", "ports-far-past-the-end", pack_cell(cell("values", [1], ports=[{"base": 1, "length": 0xFFFF}, {"base": 0xFFFF, "length": 0xFFFF}])), "port 0x1fffd"
    comm = region(0, 0x10_0000, 0x1000, 0x23)
    yield "M4", "comm-two-pages", pack_cell(cell("values", [1], regions=[PLAIN, {**comm, "size": 0x2000}])), "communication region of two pages"
    yield "M4", "comm-twice", pack_cell(cell("values", [1], regions=[PLAIN, comm, {**comm, "virtualStart": 0x20_0000}])), "two communication regions"
    yield "M4", "comm-dma", pack_cell(cell("values", [1], regions=[PLAIN, {**comm, "flags": 0x2B}])), "communication region with DMA"
    yield ("C3", "cache-twice", pack_cell(cell("values", [1], caches=[
        {"start": 0, "size": 2, "type": 3, "flags": 0}, {"start": 4, "size": 2, "type": 3, "flags": 0}])), "two cache regions")
    yield ("D2", "capability-index", pack_cell(cell("values", [1], devices=[
        device(bdf=8, capabilitiesStart=1, capabilitiesCount=1)], capabilities=[
            {"id": 1, "start": 0x40, "length": 8, "flags": 0}])), "capability 1 of 1")
    yield ("D2", "capability-index-wraps", pack_cell(cell("values", [1], devices=[
        device(bdf=8, capabilitiesStart=0xFFFF, capabilitiesCount=0xFFFF)])), "capability index past the array, 16-bit sum wraps")
    link = device(type=3, bdf=0x70, shmemRegionsStart=1, shmemPeers=2, barMasks=[0xFFFFF000] + [0] * 5)
    yield "D7", "shmem-index", pack_cell(cell("values", [1], regions=[PLAIN], devices=[link])), "regions 1 to 4 of 1"
    yield ("D7", "shmem-index-wraps", pack_cell(cell("values", [1], regions=[PLAIN], devices=[
        {**link, "shmemRegionsStart": 0xFFFFFFFF}])), "region index 2^32 - 1, the 32-bit sum wraps")


def files():
    """Yields (name, bytes, entry)."""
    for source in (truncations, heads, counts):
        for name, data, why in source():
            yield "refused-" + name, data, refused("F1", why)
    for area, name, data, why in values():
        yield "refused-" + name, data, refused(area, why)


def refused(area, why):
    return {"verdict": "refused", "areas": area if isinstance(area, list) else [area], "why": why}
