// SPDX-License-Identifier: Apache-2.0
// Counterexamples of the tables as findings: whose tables, which memory by name, after which request.

import CellConfig

extension MachineSet {
  /// Findings about tables; refusals that rules have explained are left out.
  func findings(_ tables: TableConfirmation, explained: [Finding]) -> [Finding] {
    let explainedCells = Set(
      explained.filter { $0.severity == .error }.flatMap { [$0.primary.cell, $0.secondary?.cell] })
    var found: [Finding] = tables.faults.filter { fault in
      guard case .refused(let reason, _) = fault.kind else { return true }
      let isExplained = reason == .poolTooSmall && explained.contains { $0.code == "R16" }
      return !isExplained && !explainedCells.contains(members[fault.member].name)
    }.map { finding($0) }
    found += tables.undecided.map { reason in
      Finding(
        "X4", .error, "Z3 could not decide \(reason)", at: side(0, .file),
        consequence: "Nothing is proved of these tables.",
        remedy: "Report it with the files of the set.", machine: name)
    }
    if tables.pages > tables.bound {
      found.append(
        Finding(
          "X4", .error,
          "the page tables took \(counted(tables.pages, "page")), and R16 calculates with \(tables.bound) at most",
          at: side(0, .hypervisorMemory),
          witness: Witness(.number, tables.pages, "\(counted(tables.pages, "page")) of tables at once"),
          consequence: "The budget of R16 says that memory suffices where it may not.",
          remedy: "This is an error of Ostrog: report it with the files of the set.", machine: name))
    }
    return found
  }

  private func finding(_ fault: TableFault) -> Finding {
    let owner = members[fault.member]
    let remedy = "If no rule reports it too, this is an error of Ostrog: report it with the files of the set."
    switch fault.kind {
    case .refused(let reason, let step):
      let words =
        reason == .regionBeyondPhysical
        ? "a region ends beyond guest-physical 2^48, where four levels of tables end" : reason.words
      let region = regions.first { one in
        one.member == fault.member && one.guestFirst == fault.value && one.guestFirst <= one.guestLast
      }
      return Finding(
        "X4", .error,
        "the hypervisor refuses \(step) of \(owner.title) when it builds tables: \(words) (\(reason))",
        at: region.map { side($0) } ?? side(fault.member, .name),
        consequence: "The set cannot be brought up as configured.", remedy: "Correct what the reason names.",
        machine: name)
    case .broken(let why):
      return Finding(
        "X4", .error, "a processor cannot use the page tables of \(owner.title): \(why), \(fault.stage)",
        at: side(fault.member, .name),
        witness: Witness(
          .guestPhysical, fault.value, "guest-physical \(hex(fault.value)) of \(owner.title): \(why)"),
        consequence: "The cell stops at its first access there.", remedy: remedy, machine: name)
    case .portOpen, .portShut, .registerOpen, .registerShut:
      return bits(fault, owner, remedy)
    case .grantsOther, .missing, .reachesHypervisor, .reachesKept, .reachesOther:
      return memory(fault, owner, remedy)
    }
  }

  private func memory(_ fault: TableFault, _ owner: Member, _ remedy: String) -> Finding {
    let region = regions.first {
      $0.member == fault.member && $0.guestFirst <= fault.value && fault.value <= $0.guestLast
    }
    let what: String
    var against: Side?
    switch fault.kind {
    case .reachesHypervisor:
      what = "reach the hypervisor's memory"
      against = side(0, .hypervisorMemory)
    case .reachesKept:
      let kept = neverMap.first { range in fault.host.map { range.first <= $0 && $0 <= range.last } ?? false }
      what = "reach \(kept?.name ?? "a page that nobody may reach")"
      against = kept.map { side($0) }
    case .reachesOther(let other):
      let theirs = regions.first { one in
        one.member == other && (fault.host.map { one.first <= $0 && $0 <= one.last } ?? false)
      }
      what = "reach memory of \(members[other].title)"
      against = theirs.map { side($0) } ?? side(other, .name)
    case .missing: what = "lack what its configuration grants"
    default: what = "grant other than its configuration"
    }
    let named = (fault.host ?? fault.dueHost).flatMap { naming.memory($0) }
    func leads(_ host: UInt64?, _ rights: UInt64) -> String {
      host.map { "host-physical \(hex($0)), \(Self.letters(rights))" } ?? "nothing"
    }
    let witness =
      "guest-physical \(hex(fault.value)) of \(owner.title)\(named.map { " (\($0))" } ?? "") leads to "
      + "\(leads(fault.host, fault.rights)), and by its configuration to \(leads(fault.dueHost, fault.dueRights)), \(fault.stage)"
    return Finding(
      "X4", .error,
      "the page tables of \(owner.title) \(what)\(named.map { what.contains($0) ? "" : ": \($0)" } ?? "")",
      at: region.map { side($0) } ?? side(fault.member, .name), against: against,
      witness: Witness(.guestPhysical, fault.value, witness),
      consequence: fault.kind == .missing
        ? "The cell stops where it uses what it was promised."
        : "The cell goes where the ledger says that it cannot.",
      remedy: remedy, machine: name)
  }

  private func bits(_ fault: TableFault, _ owner: Member, _ remedy: String) -> Finding {
    let isOpen = fault.kind == .portOpen || fault.kind == .registerOpen
    let isPort = fault.kind == .portOpen || fault.kind == .portShut
    let name = isPort ? naming.port(fault.value) : nil
    let thing =
      isPort ? "I/O port \(hex(fault.value))\(name.map { " (\($0))" } ?? "")" : "MSR \(hex(fault.value))"
    let holder = isPort ? owner.title : "every cell"
    return Finding(
      "X4", .error, "\(thing) \(isOpen ? "is open to" : "exits for") \(holder), \(fault.stage)",
      at: side(fault.member, .name),
      witness: Witness(
        isPort ? .port : .number, fault.value,
        "\(thing) \(isOpen ? "does not exit, and is not granted" : "exits, and is granted")"),
      consequence: isOpen
        ? "The cell reaches what is not its own." : "The cell stops where it uses what it was promised.",
      remedy: remedy, machine: self.name)
  }

  private static func letters(_ rights: UInt64) -> String {
    (rights & 1 != 0 ? "r" : "-") + (rights & 2 != 0 ? "w" : "-") + (rights & 4 != 0 ? "x" : "-")
  }
}
