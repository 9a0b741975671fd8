// SPDX-License-Identifier: Apache-2.0
// The small machine of these tests: every resource that its configurations can name, numbered for the model and with
// the core's word. Every bound that a configuration draws lies between two places, so one word stands for a whole place.

import Core
import Models

/// One resource of the small machine: a stretch of words that no configuration divides.
struct Place: Sendable {
  /// For reports.
  let name: String
  /// First word, as the core has it, and end.
  let base: UInt64
  let end: UInt64

  init(_ name: String, _ base: UInt64, _ length: UInt64) {
    self.name = name
    self.base = base
    self.end = base + length
  }

  /// Half a page: the unit of memory here, so that regions may share a page.
  static let half: UInt64 = 0x800
  /// Start of the memory: five pages of RAM, one of the hypervisor's, one that root may lack.
  static let memory: UInt64 = 0x10_0000
  static let halves: UInt64 = 14
  static let hypervisor: UInt64 = memory + 10 * half
  static let localAPIC: UInt64 = 0xfee0_0000
  static let chip: UInt64 = 0xfec0_0000
  static let lines: [UInt64] = [4, 5]
  static let functions: [UInt64] = [0x10, 0x18]
  static let ways: UInt64 = 3
  static let stream: UInt64 = 7
  static let cpus: UInt64 = 6
  /// Ports: the console's two halves, a second UART, PCI configuration, PM1 control.
  static let ports: [(base: UInt64, length: UInt64)] = [
    (0x3f8, 4), (0x3fc, 4), (0x2f8, 8), (0xcf8, 8), (0x604, 4),
  ]

  /// All of them; the position is the model's number.
  static let all: [Place] = {
    var all: [Place] = []
    for i in 0..<halves { all.append(Place("half-page \(i)", memory + i * half, half)) }
    all.append(Place("local APIC page", localAPIC, 0x1000))
    all.append(Place("IOAPIC page", chip, 0x1000))
    for port in ports {
      all.append(
        Place("port 0x\(String(port.base, radix: 16))", Space.port.origin + port.base, port.length))
    }
    for cpu in 0..<cpus { all.append(Place("CPU \(cpu)", Space.cpu.origin + cpu, 1)) }
    for bdf in functions { all.append(Place("function \(bdf)", Space.function.origin + bdf, 1)) }
    for line in lines {
      all.append(Place("line \(line)", lineWord(line, 0), 1))
      all.append(Place("line \(line) of the GIC", lineWord(line, 2), 1))
    }
    for way in 0..<ways { all.append(Place("cache way \(way)", Space.cacheWay.origin + way, 1)) }
    all.append(Place("stream \(stream)", Space.stream.origin + stream, 1))
    return all
  }()

  /// A line by its number: of the IOAPIC on x86, elsewhere of the only chip there is.
  static func lineWord(_ line: UInt64, _ architecture: UInt8) -> UInt64 {
    Space.interrupt.origin + (architecture == 0 ? chip << 10 : 0) + line
  }

  private static func numbers(_ space: Space) -> Set<Int> {
    Set(all.indices.filter { all[$0].base >> 60 == space.rawValue })
  }

  /// The model's number of a CPU; nil where the machine has no such CPU.
  static func cpu(_ number: UInt64) -> Int? {
    all.firstIndex { $0.base == Space.cpu.origin + number }
  }

  /// How many cells the machine has room for, root included.
  static let cells: UInt64 = 5

  /// The model's number of the core's cell; nil where the machine has no room for it.
  static func cell(_ id: UInt64) -> Int? {
    if id == Owner.root { return 0 }
    if id == Owner.hypervisor { return 1 }
    return id < cells ? Int(id) + 1 : nil
  }
  /// The core's id of the model's cell.
  static func id(_ cell: Int) -> UInt64 {
    cell == 0 ? Owner.root : cell == 1 ? Owner.hypervisor : UInt64(cell) - 1
  }

  /// The model's universe. Memory and CPUs can be cleared, nothing else. (A value that nobody changes, of a type that does
  /// not say so.)
  nonisolated(unsafe) static let logic = FiniteLogic(
    cells: Int(cells) + 1, resources: all.count, cpus: numbers(.cpu), pins: numbers(.interrupt),
    registers: Set(all.indices).subtracting(numbers(.memory)).subtracting(numbers(.cpu)))
}
