// SPDX-License-Identifier: Apache-2.0
// How often cells left their guests, and why: the counters of the loader's tree, and what became of them in a while.

/// Counters of a cell or of one of its CPUs.
public struct ExitCounters: Sendable, Equatable {
  /// Whose.
  public var title: String
  /// By name, without `vmexits_`, in the loader's order.
  public var counts: [(name: String, count: UInt64)]

  public static func == (a: ExitCounters, b: ExitCounters) -> Bool {
    a.title == b.title && a.counts.elementsEqual(b.counts) { $0 == $1 }
  }

  /// Names in the order in which they are shown.
  static let order = [
    "total", "mmio", "management", "hypercall", "pio", "xapic", "cr", "cpuid", "xsetbv", "exception",
    "msr_other", "msr_x2apic_icr",
  ]

  /// The count of that name.
  public func count(_ name: String) -> UInt64? { counts.first { $0.name == name }?.count }
}

extension RunningSystem {
  /// The counters of a cell, and then of each of its CPUs.
  public func counters(_ cell: RunningCell) -> [ExitCounters] {
    let folder = "\(Self.tree)/cells/\(cell.id)/statistics"
    func read(_ folder: String, _ title: String) -> ExitCounters {
      let found = files.names(folder).compactMap { name -> (name: String, count: UInt64)? in
        guard name.hasPrefix("vmexits_"), let count = files.number("\(folder)/\(name)") else { return nil }
        return (String(name.dropFirst(8)), count)
      }
      let order = ExitCounters.order
      let sorted = found.sorted {
        (order.firstIndex(of: $0.name) ?? order.count, $0.name)
          < (order.firstIndex(of: $1.name) ?? order.count, $1.name)
      }
      return ExitCounters(title: title, counts: sorted)
    }
    let cpus = files.names(folder).filter { $0.hasPrefix("cpu") }.compactMap { Int($0.dropFirst(3)) }.sorted()
    return [read(folder, cell.name)] + cpus.map { read("\(folder)/cpu\($0)", "CPU \($0)") }
  }
}
