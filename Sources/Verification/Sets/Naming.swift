// SPDX-License-Identifier: Apache-2.0
// Names for numbers: messages speak of devices first and of addresses second.

import CellConfig

/// Finds the name that people use for an address, a port, a PCI function or a pin.
struct Naming: Sendable {
  private var memory: [(first: UInt64, last: UInt64, name: String)] = []
  private var ports: [(first: UInt64, last: UInt64, name: String)] = []
  private var functions: [UInt32: String] = [:]
  private var pins: [Inventory.Pin: String] = [:]
  private static let most = 2048

  /// Collects the machine's inventory, and the names that files give to PCI functions.
  init(_ inventory: Inventory, _ members: [Member]) {
    for device in inventory.devices {
      for region in device.memory where region.size > 0 {
        memory.append(
          (region.physicalStart, lastByte(region.physicalStart, region.size), device.name))
      }
      for range in device.ports where range.length > 0 {
        ports.append((UInt64(range.base), UInt64(range.base) + UInt64(range.length) - 1, device.name))
      }
      if let function = device.function { functions[function] = device.name }
      for pin in device.pins { pins[pin] = device.name }
    }
    for range in inventory.ranges where range.size > 0 {
      memory.append((range.start, lastByte(range.start, range.size), range.name))
    }
    // Names are for people: a file with more of them than any machine has is not worth the time to look them up.
    memory = Array(memory.prefix(Naming.most))
    ports = Array(ports.prefix(Naming.most))
    for member in members {
      for (index, device) in member.cell.devices.enumerated() where functions[device.function] == nil {
        functions[device.function] = member.file.names[.device(index)]
      }
    }
  }

  /// The narrowest named range that contains a host-physical address.
  func memory(_ address: UInt64) -> String? { Naming.narrowest(memory, address) }
  /// The narrowest named range that contains a port.
  func port(_ port: UInt64) -> String? {
    Naming.narrowest(ports, port) ?? wellKnownPorts.first { $0.ports.contains(port) }?.name
  }
  /// The name of a PCI function.
  func function(_ function: UInt32) -> String? { functions[function] }
  /// The device on an interrupt pin.
  func pin(_ chip: Int, _ pin: Int) -> String? { pins[Inventory.Pin(chip: chip, pin: pin)] }

  /// `e1000 (0000:00:19.0)`, or the number alone.
  func functionTitle(_ number: UInt32) -> String {
    functions[number].map { "\($0) (\(functionText(number)))" } ?? functionText(number)
  }

  /// Where names begin or end inside `first ... last`: first addresses of the parts with a name of their own.
  func memoryEdges(_ first: UInt64, _ last: UInt64) -> [UInt64] { Naming.edges(memory, first, last) }
  /// The same for ports; well-known ports count.
  func portEdges(_ first: UInt64, _ last: UInt64) -> [UInt64] {
    Naming.edges(
      ports + wellKnownPorts.map { ($0.ports.lowerBound, $0.ports.upperBound, $0.name) }, first, last)
  }

  private static func edges(
    _ ranges: [(first: UInt64, last: UInt64, name: String)], _ first: UInt64, _ last: UInt64
  ) -> [UInt64] {
    let inner = ranges.flatMap { [$0.first, $0.last &+ 1] }.filter { $0 > first && $0 <= last }
    return Set(inner).sorted()
  }

  private static func narrowest(
    _ ranges: [(first: UInt64, last: UInt64, name: String)], _ value: UInt64
  ) -> String? {
    ranges.filter { $0.first <= value && value <= $0.last }.min { $0.last - $0.first < $1.last - $1.first }?
      .name
  }
}

/// Ports that mean the same on every PC.
let wellKnownPorts: [(ports: ClosedRange<UInt64>, name: String)] = [
  (0x20...0x21, "interrupt controller (8259)"), (0x40...0x43, "timer (8254)"), (0x60...0x60, "keyboard data"),
  (0x61...0x61, "system control port B"), (0x64...0x64, "keyboard controller"), (0x70...0x71, "CMOS clock"),
  (0x80...0x80, "POST code port"), (0x92...0x92, "system control port A"),
  (0xa0...0xa1, "interrupt controller (8259)"), (0xb2...0xb3, "SMI command port"),
  (0x2e8...0x2ef, "COM4"), (0x2f8...0x2ff, "COM2"), (0x3e8...0x3ef, "COM3"), (0x3f8...0x3ff, "COM1"),
  (0xcf9...0xcf9, "reset control register"), (0xcf8...0xcff, "PCI configuration ports"),
]

/// The words of a name in small letters, without digits at their end: `ioapic0` and `ACPI tables` give `ioapic`, and
/// `acpi` and `tables`.
func nameWords(_ name: String) -> [String] {
  name.lowercased().split { !($0.isLetter || $0.isNumber) }.map { word in
    String(word.reversed().drop { $0.isNumber }.reversed())
  }
}
