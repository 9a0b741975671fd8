// SPDX-License-Identifier: Apache-2.0
// Where the hypervisor and cells are to be: what memmap= keeps off Linux, or a proposal.

/// Memory for the hypervisor, and for cells behind it.
struct HypervisorPlace: Equatable {
  var start: UInt64
  var hypervisor: UInt64
  var cells: UInt64
  /// Linux keeps off it already.
  var isReserved: Bool

  /// What has to stand on the kernel's command line.
  var parameter: String {
    "memmap=\((hypervisor + cells) >> 20)M$\(hexText(start))"
  }

  private static let large: UInt64 = 2 << 20
  /// The addresses that there are for it (Kernel/loader/abi.h).
  static let most: UInt64 = 224 << 20
  /// Rounds up, to pages of 2 MiB.
  private static func up(_ value: UInt64) -> UInt64 { (value + large - 1) & ~(large - 1) }

  /// For so many CPUs; nil where there is no room.
  init?(_ facts: MachineFacts, hypervisor wanted: UInt64?, cells wantedCells: UInt64?) {
    let count = UInt64(facts.cpus.count)
    hypervisor = Self.up(wanted ?? (count <= 8 ? 6 << 20 : 8 << 20 + count << 18))
    let least = hypervisor + (wantedCells.map(Self.up) ?? Self.large)
    // Below 4 GiB, which is what the hypervisor reads and scrubs.
    for range in facts.reserved.sorted(by: { $0.size > $1.size }) where range.start < 4 << 30 {
      let first = Self.up(range.start)
      let end = min(range.start + range.size, 4 << 30) & ~(Self.large - 1)
      guard end > first, end - first >= least else { continue }
      start = first
      cells = wantedCells.map(Self.up) ?? (end - first - hypervisor)
      isReserved = true
      return
    }
    isReserved = false
    cells = Self.up(wantedCells ?? 76 << 20)
    let all = hypervisor + cells
    let align: UInt64 = 16 << 20
    // As high as it goes.
    let room = facts.memory.filter { $0.depth == 0 && $0.name == "System RAM" && $0.last < 4 << 30 }
      .filter { $0.size >= 2 * all + align }.max { $0.last < $1.last }
    guard let room else { return nil }
    start = (room.last + 1 - all) & ~(align - 1)
    guard start >= room.first else { return nil }
  }
}
