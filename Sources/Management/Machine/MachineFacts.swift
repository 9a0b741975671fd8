// SPDX-License-Identifier: Apache-2.0
// What is known of a machine: everything that `config create` writes comes from here.

import CellConfig

/// A serial port that Linux knows.
public struct SerialPort: Sendable, Equatable {
  public var name: String
  public var port: UInt16
  public var interrupt: Int
}

/// The machine, as Linux shows it.
public struct MachineFacts: Sendable {
  public var memory: [Resource]
  public var ports: [Resource]
  public var tables: ACPITables
  public var functions: [ScannedFunction]
  public var cpus: [Int]
  /// Hyper-threads of one core, where a core has several.
  public var siblings: [[Int]]
  /// The processor has L1TF or MDS.
  public var leaks: Bool
  public var processor: String
  /// Bits of the L3 capacity mask, where resctrl says them.
  public var cacheWays: Int?
  public var serials: [SerialPort]
  public var commandLine: [String]
  /// By global interrupt: who uses it.
  public var interrupts: [Int: String]
  /// By what this machine is known again.
  public var fingerprint: Fingerprint
  /// Board and firmware, for people.
  public var product: String

  /// Reads all of it.
  public init(_ files: SystemFiles) throws(NamedRefusal) {
    memory = resources(files.lines("/proc/iomem"))
    ports = resources(files.lines("/proc/ioports"))
    // Who is not root reads zeros there.
    guard memory.contains(where: { $0.last > 0 }) else {
      throw NamedRefusal(
        "config create", "\(files.path("/proc/iomem")) shows no addresses", code: "EACCES",
        causes: ["only root sees them"],
        remedies: ["run as root, or `ostrog config collect DIR` as root first"])
    }
    tables = ACPITables(files)
    functions = PCIScan.functions(files)
    let folder = "/sys/devices/system/cpu"
    let info = ProcessorInfo(files)
    let present = cpuList(files.word("\(folder)/online") ?? "")
    cpus = present.isEmpty ? info["processor"].compactMap { Int($0) } : present
    let threads = Set(
      cpus.map { cpuList(files.word("\(folder)/cpu\($0)/topology/thread_siblings_list") ?? "") })
    siblings = threads.filter { $0.count > 1 }.sorted { ($0.first ?? 0) < ($1.first ?? 0) }
    leaks = ["l1tf", "mds"].contains { name in
      files.word("\(folder)/vulnerabilities/\(name)").map { $0 != "Not affected" } ?? false
    }
    processor = info["model name"].first ?? "a processor without a name"
    cacheWays =
      files.word("/sys/fs/resctrl/info/L3/cbm_mask").flatMap { UInt64($0, radix: 16) }?
      .nonzeroBitCount
    serials = files.names("/sys/class/tty").filter { $0.hasPrefix("ttyS") }.compactMap { name in
      let path = "/sys/class/tty/\(name)"
      guard let port = files.number("\(path)/port"), port != 0, port <= 0xffff,
        files.number("\(path)/type") ?? 0 != 0
      else { return nil }
      return SerialPort(
        name: name, port: UInt16(port), interrupt: Int(exactly: files.number("\(path)/irq") ?? 0) ?? 0)
    }.sorted { $0.port > $1.port }
    commandLine = (files.word("/proc/cmdline") ?? "").split(separator: " ").map(String.init)
    interrupts = Self.interrupts(files.lines("/proc/interrupts"))
    fingerprint = Fingerprint(files)
    let parts = ["sys_vendor", "product_name", "bios_version"].compactMap {
      files.word("/sys/class/dmi/id/\($0)")
    }
    product = parts.filter { !$0.isEmpty }.joined(separator: ", ")
  }

  /// `  4:  12  0  IO-APIC   4-edge   ttyS0`: the pin, not Linux' number, and who is behind it.
  private static func interrupts(_ lines: [String]) -> [Int: String] {
    var result: [Int: String] = [:]
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      guard let chip = words.firstIndex(where: { $0.hasPrefix("IO-APIC") || $0.hasPrefix("IR-IO-APIC") }),
        words.count > chip + 1
      else { continue }
      let kind = words[chip + 1]
      guard let pin = Int(kind.prefix { $0.isNumber }) else { continue }
      result[pin] = words[(chip + 2)...].joined(separator: " ")
    }
    return result
  }

  /// What `memmap=SIZE$START` keeps off Linux.
  var reserved: [(start: UInt64, size: UInt64)] {
    commandLine.filter { $0.hasPrefix("memmap=") }.flatMap { word in
      word.dropFirst(7).split(separator: ",").compactMap { part in
        let ends = part.split(separator: "$").map { Self.kernelSize(String($0)) }
        guard ends.count == 2, let size = ends[0], let start = ends[1], size > 0 else { return nil }
        return (start, size)
      }
    }
  }

  /// A number as the kernel's command line has it: `82M`, `0x3a000000`.
  static func kernelSize(_ text: String) -> UInt64? {
    guard let unit = text.last else { return nil }
    let shifts: [Character: UInt64] = ["K": 10, "M": 20, "G": 30, "T": 40]
    guard let shift = shifts[Character(unit.uppercased())] else {
      return address(text).flatMap { $0 < 1 << 52 ? $0 : nil }
    }
    guard let value = address(String(text.dropLast())), value < 1 << (52 - shift) else { return nil }
    return value << shift
  }

  /// The function that a path through bridges leads to.
  func function(_ scope: FirmwareIOMMU.Scope, segment: UInt16) -> PCIFunction? {
    var bus = scope.bus
    for (index, step) in scope.path.enumerated() {
      let function = PCIFunction(
        domain: segment, bdf: UInt16(bus) << 8 | UInt16(step.device & 31) << 3 | UInt16(step.function & 7))
      if index == scope.path.count - 1 { return function }
      guard let bridge = functions.first(where: { $0.function == function }), let buses = bridge.buses else {
        return nil
      }
      bus = buses.lowerBound
    }
    return nil
  }
}

/// A size as people write it: `6M`; nil where it is none.
public func sizeInBytes(_ text: String) -> UInt64? { MachineFacts.kernelSize(text) }
