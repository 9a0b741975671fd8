// SPDX-License-Identifier: Apache-2.0
// The firmware's tables that a stock kernel gets in a cell: where its CPUs, its interrupt chips and its UARTs are, and that there is nothing else (hardware-reduced
// ACPI 6.5, 4.1 and 5.2). Without them it would look for a PC.

/// What a cell has of what the tables speak of.
struct GuestHardware {
  /// Local APICs' numbers, of the CPU that boots first.
  var processors: [UInt32]
  /// That of the CPU by which the machine booted, which is root's.
  var machines: UInt32?
  var chips: [FirmwareChip]
  /// UARTs: base port, global interrupt where the cell has it.
  var uarts: [(port: UInt16, interrupt: UInt32?)]
}

/// The tables as bytes for one place in guest-physical memory.
struct GuestTables {
  /// The root pointer (RSDP) is the first.
  let bytes: [UInt8]

  /// Bytes of the root pointer's place, and of the head that every other table has.
  private static let rootPlace = 0x40
  private static let head = 36

  /// Tables that lie at `place`.
  init(at place: UInt64, _ hardware: GuestHardware) {
    var (later, places): ([UInt8], [UInt64]) = ([], [])
    let first = place + UInt64(Self.rootPlace)
    func add(_ table: [UInt8]) -> UInt64 {
      let address = first + UInt64(later.count)
      later += table + [UInt8](repeating: 0, count: (16 - table.count % 16) % 16)
      return address
    }
    let dsdt = add(Self.table("DSDT", revision: 2, Self.devices(hardware.uarts)))
    places.append(add(Self.fixed(dsdt)))
    places.append(add(Self.interrupts(hardware)))
    let xsdt = add(Self.table("XSDT", revision: 1, places.flatMap { littleEndian($0, 8) }))
    var root = Array("RSD PTR ".utf8) + [0] + Self.maker + [2] + littleEndian(0, 4)
    root[8] = Self.complement(root)
    root += littleEndian(36, 4) + littleEndian(xsdt, 8) + [0, 0, 0, 0]
    root[32] = Self.complement(root)
    bytes = root + [UInt8](repeating: 0, count: Self.rootPlace - root.count) + later
  }

  private static let maker = Array("OSTROG".utf8)
  /// The byte that makes a sum of bytes 0.
  private static func complement(_ bytes: [UInt8]) -> UInt8 { 0 &- bytes.reduce(0, &+) }

  /// A table: its head, which all have, and its body.
  private static func table(_ signature: String, revision: UInt8, _ body: [UInt8]) -> [UInt8] {
    var bytes = Array(signature.utf8) + littleEndian(UInt64(head + body.count), 4) + [revision, 0] + maker
    bytes += Array("CELL    ".utf8) + littleEndian(1, 4) + maker.prefix(4) + littleEndian(1, 4) + body
    bytes[9] = complement(bytes)
    return bytes
  }

  /// The FADT: no hardware but what the tables name.
  private static func fixed(_ dsdt: UInt64) -> [UInt8] {
    // Offsets as the specification counts them, from the table's beginning.
    var bytes = [UInt8](repeating: 0, count: 276)
    // IA-PC boot flags: no VGA, no clock in CMOS memory. (No 8042, no legacy devices: bits that are not set.)
    bytes.set(109, 1 << 2 | 1 << 5, 2)
    // WBINVD works; APICs are named by their numbers: in the registers of logical destinations stands what the hypervisor counts on, not what
    // a guest writes, and what it sends to CPU 0 by the bit of that would reach nobody; hardware-reduced.
    bytes.set(112, 1 << 0 | 1 << 19 | 1 << 20, 4)
    bytes.set(131, 5, 1)
    bytes.set(140, dsdt, 8)
    return table("FACP", revision: 6, Array(bytes[head...]))
  }

  /// The MADT.
  private static func interrupts(_ hardware: GuestHardware) -> [UInt8] {
    /// 1: enabled; 2: may come later. Numbers from 255 on take the entry of x2APIC.
    func entry(_ number: Int, _ id: UInt32, _ flags: UInt64) -> [UInt8] {
      id < 255
        ? [0, 8, UInt8(number & 0xff), UInt8(id)] + littleEndian(flags, 4)
        : [9, 16, 0, 0] + littleEndian(UInt64(id), 4) + littleEndian(flags, 4)
          + littleEndian(UInt64(number), 4)
    }
    var processors = hardware.processors.enumerated().map { entry($0.offset, $0.element, 1) }
    // No CPU of a cell's has the mark of the one that the machine booted by. From 6.9 on Linux then takes the first one that is listed for that one, and leaves
    // it alone (where the first is its own, it takes itself for a crash kernel, and starts no other); so it is listed, as one that is not there.
    if let machines = hardware.machines, !processors.isEmpty {
      processors.insert(entry(processors.count, machines, 2), at: 0)
    }
    let chips = hardware.chips.flatMap { chip -> [UInt8] in
      [1, 12, chip.id, 0] + littleEndian(chip.address, 4) + littleEndian(UInt64(chip.first), 4)
    }
    // No pair of 8259 beside them.
    return table(
      "APIC", revision: 5,
      littleEndian(0xfee0_0000, 4) + littleEndian(0, 4) + processors.flatMap { $0 } + chips)
  }

  /// The DSDT's body: a device for each UART.
  private static func devices(_ uarts: [(port: UInt16, interrupt: UInt32?)]) -> [UInt8] {
    AML.systemBus(
      uarts.enumerated().flatMap { (number, uart) -> [UInt8] in
        let lines = uart.interrupt.map { AML.interrupt($0) } ?? []
        return AML.device(
          "UAR\(number % 10)",
          AML.name("_HID", AML.eisa("PNP", 0x0501)) + AML.name("_UID", AML.byte(UInt8(number & 0xff)))
            + AML.name("_CRS", AML.resources(AML.ports(uart.port, 8) + lines)))
      })
  }
}
