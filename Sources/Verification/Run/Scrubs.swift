// SPDX-License-Identifier: Apache-2.0
// What a destroyed cell had must be clear, and nothing else may be. What it had is worked out from its file's bytes, not
// from the ledger.

import Core

/// What is wrong with the resources that were scrubbed, in the ledger's numbering, when the cell of `file` was destroyed. To
/// be clear are the memory of every region that is not shared, and every CPU. (Of other resources nothing can be cleared; the
/// core may name them.)
func scrubFaults(_ scrubbed: [(base: UInt64, end: UInt64)], of file: NamedInBytes) -> [String] {
  let memory = file.mapped.filter { $0.flags & 0x80 == 0 }.map {
    (first: $0.start, last: $0.start &+ $0.size &- 1)
  }
  let cpus = file.others.filter { $0.space == .cpu }.map {
    (first: Space.cpu.origin + $0.base, last: Space.cpu.origin + $0.end - 1)
  }
  var faults: [String] = []
  for (space, wanted) in [(Space.memory, memory), (.cpu, cpus)] {
    let clear = Coverage(
      scrubbed.filter { $0.base < $0.end && $0.base >> 60 == space.rawValue }.map { ($0.base, $0.end - 1) })
    let mine = Coverage(wanted)
    for range in mine.ranges {
      guard let gap = clear.missing(range.first, range.last) else { continue }
      faults.append("left \(space.text(gap.first - space.origin)) unscrubbed")
    }
    for range in clear.ranges {
      guard let stray = mine.missing(range.first, range.last) else { continue }
      faults.append("scrubbed \(space.text(stray.first - space.origin)), which was not the cell's alone")
    }
  }
  return faults
}
