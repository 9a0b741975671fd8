// SPDX-License-Identifier: Apache-2.0
// A machine of our own making, with what the Bochs machine does not have: memory above 4 GiB, two IOMMUs, two I/O APICs, bridges, MSI-X,
// hyper-threads, configuration space in memory. Its firmware's tables are built here byte by byte.

import TestSupport

@testable import Management

enum ServerMachine {
  private static func little(_ value: UInt64, _ width: Int) -> [UInt8] {
    (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
  }
  /// A table: 36 bytes of head, and what follows.
  private static func table(_ name: String, _ body: [UInt8]) -> [UInt8] {
    Array(name.utf8) + little(UInt64(36 + body.count), 4) + [UInt8](repeating: 0, count: 28) + body
  }
  static var madt: [UInt8] {
    let cpus = (0..<4).flatMap { [UInt8(0), 8, UInt8($0), UInt8($0 * 2)] + little(1, 4) }
    func chip(_ id: UInt8, _ address: UInt64, _ first: UInt64) -> [UInt8] {
      [1, 12, id, 0] + little(address, 4) + little(first, 4)
    }
    // Not in order of their interrupts.
    return table(
      "APIC",
      little(0xfee0_0000, 4) + little(1, 4) + cpus + chip(9, 0xfec0_1000, 24) + chip(8, 0xfec0_0000, 0))
  }
  static var mcfg: [UInt8] {
    table("MCFG", little(0, 8) + little(0x8000_0000, 8) + little(0, 2) + [0, 255] + little(0, 4))
  }
  static var fadt: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 244)
    func put(_ offset: Int, _ value: UInt64, _ width: Int) {
      bytes.replaceSubrange(offset..<offset + width, with: little(value, width))
    }
    bytes.replaceSubrange(0..<4, with: Array("FACP".utf8))
    put(4, 244, 4)
    put(48, 0xb2, 4)
    put(64, 0x404, 4)
    put(76, 0x408, 4)
    // RESET_REG_SUP; the register is a port.
    put(112, 1 << 10, 4)
    bytes[116] = 1
    put(120, 0xcf9, 8)
    return bytes
  }
  static var dmar: [UInt8] {
    func unit(_ flags: UInt8, _ address: UInt64, _ scopes: [[UInt8]]) -> [UInt8] {
      let all = scopes.flatMap { $0 }
      return little(0, 2) + little(UInt64(16 + all.count), 2) + [flags, 0] + little(0, 2) + little(address, 8)
        + all
    }
    func scope(_ type: UInt8, _ id: UInt8, _ bus: UInt8, _ path: [UInt8]) -> [UInt8] {
      [type, UInt8(6 + path.count), 0, 0, id, bus] + path
    }
    // The display behind the bridge 00:01.0, said as a path through it; the rest by the second unit.
    let first = unit(0, 0xfed9_0000, [scope(1, 0, 0, [1, 0, 0, 0])])
    let second = unit(1, 0xfed9_1000, [scope(3, 8, 0xf0, [0x1f, 7]), scope(3, 9, 0, [5, 4])])
    // A reserved region: another kind of structure.
    let other: [UInt8] = little(1, 2) + little(24, 2) + [UInt8](repeating: 0, count: 20)
    return table("DMAR", [38, 1] + [UInt8](repeating: 0, count: 10) + first + other + second)
  }

  /// Configuration space of a function: its class stands in another file.
  private static func config(
    header: UInt8 = 0, pin: UInt8 = 0, buses: (UInt8, UInt8)? = nil, capabilities: [(Int, [UInt8])] = [],
    isLong: Bool = false
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: isLong ? 4096 : 256)
    bytes[0x0e] = header
    bytes[0x3d] = pin
    if let buses { (bytes[0x19], bytes[0x1a]) = buses }
    if let first = capabilities.first { (bytes[6], bytes[0x34]) = (0x10, UInt8(first.0)) }
    for (index, (place, content)) in capabilities.enumerated() {
      bytes.replaceSubrange(place..<place + content.count, with: content)
      bytes[place + 1] = index + 1 < capabilities.count ? UInt8(capabilities[index + 1].0) : 0
    }
    return bytes
  }

  /// Writes its files.
  static func make() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write(
      "/proc/iomem",
      """
      00000000-00000fff : Reserved
      00001000-0009fbff : System RAM
      0009fc00-0009ffff : Reserved
      000a0000-000bffff : PCI Bus 0000:00
      000c0000-000cafff : Video ROM
      000e0000-000fffff : Reserved
        000f0000-000fffff : System ROM
      00100000-39ffffff : System RAM
        02000000-02ffffff : Kernel code
      3a000000-49ffffff : Reserved
      4a000000-78cfffff : System RAM
      78d00000-7abfffff : ACPI Non-volatile Storage
      7ac00000-7b5fffff : ACPI Tables
      7b600000-7fffffff : Reserved
      80000000-8fffffff : PCI ECAM 0000 [bus 00-ff]
        80000000-8fffffff : Reserved
      90000000-fbffffff : PCI Bus 0000:00
        f0000000-f0ffffff : PCI Bus 0000:01
          f0000000-f0ffffff : 0000:01:00.0
        f1000000-f101ffff : 0000:00:19.0
          f1000000-f101ffff : e1000e
        f1020000-f1023fff : 0000:00:1f.2
      fec00000-fec003ff : IOAPIC 0
      fec01000-fec013ff : IOAPIC 1
      fed00000-fed003ff : HPET 0
        fed00000-fed003ff : PNP0103:00
      fed1c000-fed1ffff : pnp 00:01
      fed90000-fed90fff : dmar0
      fed91000-fed91fff : dmar1
      fee00000-fee00fff : Local APIC
      ff000000-ffffffff : Reserved
      100000000-47fffffff : System RAM

      """)
    try folder.write(
      "/proc/ioports",
      """
      0000-0cf7 : PCI Bus 0000:00
        0000-001f : dma1
        0020-0021 : pic1
        0040-0043 : timer0
        0050-0053 : timer1
        0060-0060 : keyboard
        0064-0064 : keyboard
        0070-0077 : rtc0
        0080-008f : dma page reg
        00a0-00a1 : pic2
        00c0-00df : dma2
        00f0-00ff : fpu
        03c0-03df : vga+
        03f8-03ff : serial
        0400-047f : pnp 00:02
          0404-0405 : ACPI PM1a_CNT_BLK
      0cf8-0cff : PCI conf1
      0d00-ffff : PCI Bus 0000:00
        e000-e01f : 0000:00:1f.2
          e000-e01f : ahci

      """)
    try folder.write("/proc/cmdline", "root=/dev/sda1 console=ttyS0,115200 memmap=256M$0x3a000000 quiet\n")
    try folder.write(
      "/proc/cpuinfo",
      "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: A Processor of Ours\nstepping\t: 7\n"
    )
    try folder.write(
      "/proc/interrupts",
      "           CPU0  CPU1\n  1:  0  9  IO-APIC   1-edge  i8042\n  2:  0  0  IO-APIC   2-edge  timer\n  8:  1  0  IO-APIC   8-edge  rtc0\nNMI:  0  0  Non-maskable\n"
    )
    let cpus = "/sys/devices/system/cpu"
    try folder.write("\(cpus)/online", "0-3\n")
    try folder.write("\(cpus)/present", "0-3\n")
    // Their order in the folder is not that of the map.
    for (number, range) in [
      ("0", ("0x0", "0x9ffff")), ("10", ("0x40000000", "0x4fffffff")), ("2", ("0x100000", "0x3fffffff")),
    ] {
      try folder.write("/sys/firmware/memmap/\(number)/start", range.0 + "\n")
      try folder.write("/sys/firmware/memmap/\(number)/end", range.1 + "\n")
      try folder.write("/sys/firmware/memmap/\(number)/type", number == "10" ? "Reserved\n" : "System RAM\n")
    }
    for cpu in 0..<4 {
      try folder.write("\(cpus)/cpu\(cpu)/topology/thread_siblings_list", "\(cpu % 2),\(cpu % 2 + 2)\n")
    }
    try folder.write("\(cpus)/vulnerabilities/l1tf", "Mitigation: PTE Inversion\n")
    try folder.write("\(cpus)/vulnerabilities/mds", "Not affected\n")
    try folder.write("/sys/fs/resctrl/info/L3/cbm_mask", "7ff\n")
    for (name, text) in [
      ("sys_vendor", "Makers"), ("product_name", "Board 7"), ("bios_version", "1.2"),
      ("bios_date", "01/02/2026"),
    ] {
      try folder.write("/sys/class/dmi/id/\(name)", text + "\n")
    }
    for (name, port, type) in [("ttyS0", "0x3F8", "4"), ("ttyS1", "0x2F8", "0")] {
      try folder.write("/sys/class/tty/\(name)/port", port.lowercased() + "\n")
      try folder.write("/sys/class/tty/\(name)/irq", "4\n")
      try folder.write("/sys/class/tty/\(name)/type", type + "\n")
    }
    for (name, bytes) in [("APIC", madt), ("MCFG", mcfg), ("FACP", fadt), ("DMAR", dmar)] {
      try folder.write("/sys/firmware/acpi/tables/\(name)", bytes)
    }
    try addFunctions(folder)
    return folder
  }

  private static func addFunctions(_ folder: TemporaryFolder) throws {
    func add(
      _ name: String, _ kind: String, _ ids: (String, String), _ config: [UInt8], _ resource: String = "",
      irq: Int = 0,
      driver: String? = nil
    ) throws {
      let path = "/sys/bus/pci/devices/0000:\(name)"
      try folder.write("\(path)/config", config)
      try folder.write("\(path)/class", kind + "\n")
      try folder.write("\(path)/vendor", ids.0 + "\n")
      try folder.write("\(path)/device", ids.1 + "\n")
      try folder.write("\(path)/resource", resource)
      try folder.write("\(path)/irq", "\(irq)\n")
      if let driver { try folder.write("\(path)/driver", driver + "\n") }
    }
    let none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
    try add("00:00.0", "0x060000", ("0x8086", "0x6f00"), config())
    try add(
      "00:01.0", "0x060400", ("0x8086", "0x6f02"),
      config(header: 1, pin: 1, buses: (1, 1), capabilities: [(0x60, [5, 0, 2, 1])]), none + none, irq: 24)
    try add(
      "01:00.0", "0x030000", ("0x1a03", "0x2000"),
      // MSI-X: 3 vectors, the table in BAR 0 at 0x2000; then power management.
      config(pin: 1, capabilities: [(0x40, [0x11, 0, 2, 0, 0, 0x20, 0, 0]), (0x50, [1, 0, 3, 0])]),
      "0x00000000f0000000 0x00000000f0ffffff 0x0000000000040200\n", irq: 25, driver: "ast")
    let extended: [UInt8] = [0x01, 0x00, 0x01, 0x14]
    var ethernet = config(
      pin: 1, capabilities: [(0xc8, [1, 0, 3, 0]), (0xd0, [5, 0, 0x80, 0])], isLong: true)
    ethernet.replaceSubrange(0x100..<0x104, with: extended)
    ethernet.replaceSubrange(0x140..<0x144, with: [0x03, 0, 1, 0])
    try add(
      "00:19.0", "0x020000", ("0x8086", "0x1502"), ethernet,
      "0x00000000f1000000 0x00000000f101ffff 0x0000000000040200\n", irq: 20, driver: "e1000e")
    try add(
      "00:1f.2", "0x010601", ("0x8086", "0x8c02"), config(pin: 2),
      "0x00000000000001f0 0x00000000000001f7 0x0000000000000110\n" + none + none + none
        + "0x000000000000e000 0x000000000000e01f 0x0000000000040101\n"
        + "0x00000000f1020000 0x00000000f1023fff 0x0000000000140204\n", irq: 19, driver: "ahci")
    // An interrupt chip on PCI: its BAR is the chip.
    try add(
      "00:05.4", "0x080020", ("0x8086", "0x6f2c"), config(),
      "0x00000000fec01000 0x00000000fec01fff 0x0000000000040200\n")
  }
}
