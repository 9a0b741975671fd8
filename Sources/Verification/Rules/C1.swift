// SPDX-License-Identifier: Apache-2.0
// C1: every CPU belongs to one cell, and root keeps one.

import CellConfig

extension Rule {
  /// CPUs have one owner, come from root's set, and root keeps at least one.
  static let c1 = Rule(
    "C1", .processors, .error,
    "Every cell has CPUs; each CPU belongs to one cell and to root's set; root keeps one, on x86 CPU 0.",
    why: """
      A CPU runs one cell: two owners would mean a scheduler, and there is none. A cell takes its CPUs from root, so they \
      must be in the root cell's set. Management runs on root's CPUs, so root keeps at least one; on x86 Linux cannot give \
      CPU 0 away.
      """,
    example: "Cells rtos and vision both list CPU 2.",
    remedy: "Give every cell its own CPUs out of the root cell's set."
  ) { set in
    var found: [Finding] = []
    var owners: [Int: Int] = [:]
    let all = Set(set.root.cell.cpus)
    let free = cpuText(set.freeCPUs)
    func report(
      _ title: String, _ member: Int, _ other: Side?, _ witness: Witness?, _ consequence: String,
      _ remedy: String
    ) {
      found.append(
        Finding(
          "C1", .error, title, at: set.side(member, .cpus), against: other, witness: witness,
          consequence: consequence, remedy: remedy))
    }
    if all.isEmpty {
      report(
        "the root cell has no CPU", 0, nil, nil, "The hypervisor cannot start: it is entered on root's CPUs.",
        "List every CPU of the machine in the root cell's set.")
    }
    for member in set.cells {
      let cpus = member.cell.cpus
      if cpus.isEmpty {
        report(
          "\(member.title) has no CPU", member.index, nil, nil, "The cell can be created but never runs.",
          "Give the cell a CPU of the root cell's set (\(cpuText(all.sorted()))).")
      }
      var doubled: [Int: [Int]] = [:]
      for cpu in cpus {
        if let other = owners[cpu] {
          doubled[other, default: []].append(cpu)
        } else {
          owners[cpu] = member.index
        }
      }
      for (other, shared) in doubled.sorted(by: { $0.key < $1.key }) {
        let names = "cells \(set.members[other].name) and \(member.name)"
        let what = cpuTitle(shared)
        report(
          "\(what) \(shared.count == 1 ? "is" : "are") given to \(names)", member.index,
          set.side(other, .cpus),
          Witness(.cpu, UInt64(shared[0]), "CPU \(shared[0]) is owned by \(names)"),
          "The second cell to be created is refused; were it not, one would stop or observe the other.",
          "Take \(what) out of one of the two cells; free CPUs: \(free).")
      }
      let strangers = cpus.filter { !all.contains($0) }
      if let cpu = strangers.first {
        report(
          "\(member.title) wants \(cpuTitle(strangers)), which the root cell does not have", member.index,
          set.side(0, .cpus),
          Witness(.cpu, UInt64(cpu), "CPU \(cpu) is not among root's CPUs \(cpuText(all.sorted()))"),
          "The cell cannot be created (EBUSY).",
          "Use CPUs of the root cell's set, or add \(cpuTitle(strangers)) there if the machine has them.")
      }
      if cpus.first == 0, all.contains(0), set.architecture == .x86 {
        report(
          "\(member.title) wants CPU 0, which root cannot give away on x86", member.index, nil,
          Witness(.cpu, 0, "CPU 0 cannot be taken offline by Linux"), "The cell cannot be created (EINVAL).",
          "Use another CPU; free CPUs: \(free).")
      }
    }
    if !all.isEmpty, all.isSubset(of: owners.keys) {
      report(
        "the cells take every CPU, the root cell keeps none", 0,
        set.cells.last.map { set.side($0.index, .cpus) },
        all.min().map { Witness(.cpu, UInt64($0), "even CPU \($0) is given away") },
        "Nothing is left to run Linux and to manage the cells.", "Leave root at least one CPU.")
    }
    return found
  }
}

extension MachineSet {
  /// Root's CPUs that no cell takes, without CPU 0 on x86.
  var freeCPUs: [Int] {
    let taken = Set(cells.flatMap(\.cell.cpus))
    return root.cell.cpus.filter { !taken.contains($0) && !($0 == 0 && architecture == .x86) }
  }
  /// The member that runs on each CPU of root's set: the cell that takes it, else root.
  var cpuOwners: [Int: Int] {
    var owners = Dictionary(root.cell.cpus.map { ($0, 0) }, uniquingKeysWith: { a, _ in a })
    for member in cells { for cpu in member.cell.cpus { owners[cpu] = member.index } }
    return owners
  }
}
