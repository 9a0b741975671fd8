// SPDX-License-Identifier: Apache-2.0
// C2: hyper-threads of one core in different cells.

extension Rule {
  /// The hyper-threads of a core run the same cell.
  static let c2 = Rule(
    "C2", .processors, .error, "The hyper-threads of one core belong to one cell.",
    why: """
      Hyper-threads share caches, buffers and execution units of a core. One thread slows the other down, and what it does \
      can be observed through timing. On processors with L1TF or MDS one thread can read the other's data: an error there, \
      a warning elsewhere. Needs the topology, which only a text machine file has.
      """,
    example: "CPUs 1 and 3 are hyper-threads of one core; cell rtos has CPU 1, cell vision has CPU 3.",
    remedy: "Give both threads to one cell, or leave one of them offline in root."
  ) { set in
    let owners = set.cpuOwners
    let leaks = set.inventory.leaksBetweenThreads
    return set.inventory.coreSiblings.compactMap { siblings in
      let present = siblings.compactMap { cpu in owners[cpu].map { (cpu: cpu, member: $0) } }
      guard let first = present.first, let second = present.first(where: { $0.member != first.member }) else {
        return nil
      }
      // The cell is the one that can move; root is named second.
      let (a, b) = first.member == 0 ? (second, first) : (first, second)
      let (one, two) = (set.members[a.member], set.members[b.member])
      return Finding(
        "C2", leaks ? .error : .warning,
        "CPUs \(a.cpu) and \(b.cpu) are hyper-threads of one core and run \(one.title) and \(two.title)",
        at: set.side(a.member, .cpus), against: set.side(b.member, .cpus),
        witness: Witness(
          .cpu, UInt64(a.cpu), "CPU \(a.cpu) (\(one.title)) shares its core with CPU \(b.cpu) (\(two.title))"),
        consequence: leaks
          ? "This processor leaks between hyper-threads (L1TF, MDS): one cell can read what the other processes."
          : "One cell can slow the other down and observe its timing through the shared core.",
        remedy:
          "Give CPUs \(cpuText(siblings.sorted())) to one cell, or switch hyper-threading off in the firmware."
      )
    }
  }
}
