// SPDX-License-Identifier: Apache-2.0
// The core's refusals as findings, where no rule has said it better already.

import CellConfig
import Core

extension MachineSet {
  /// Findings for refusals that no error of the rules explains.
  func findings(_ admission: Admission, explained: [Finding]) -> [Finding] {
    let explainedCells = Set(
      explained.filter { $0.severity == .error }.flatMap { [$0.primary.cell, $0.secondary?.cell] }
        .compactMap { $0 })
    var found = admission.refused.filter { !explainedCells.contains(members[$0.member].name) }.map {
      refused in
      let owner = members[refused.member]
      let what = refused.member == 0 ? "enable" : "creating \(owner.title)"
      var text = "subject \(refused.subject) (\(hex(refused.subject))) of reason \(refused.reason)"
      if let claim = refused.claims.first {
        text = claim.space.text(max(claim.base, refused.claims.last?.base ?? 0)) + " has two owners"
      }
      return Finding(
        "X1", .error,
        "the hypervisor refuses \(what): \(refused.reason.words) (\(refused.reason), errno \(refused.reason.errno))",
        at: side(refused.member, item(refused)), against: otherSide(refused),
        witness: Witness(.number, refused.subject, text),
        consequence: "The set cannot be brought up as configured.",
        remedy: "Correct what the reason names, in the file shown.", machine: name)
    }
    found += admission.violations.map { violation in
      Finding(
        "X2", .error, "the core broke a promise on this set: \(violation)", at: side(0, .file),
        consequence: "This is an error of Ostrog, not of the configuration; nothing is proved of the set.",
        remedy: "Report it with the files of the set.", machine: name)
    }
    return found
  }

  /// The other owner of a conflict.
  private func otherSide(_ refused: Admission.Refused) -> Side? {
    let others = refused.claims.map(\.owner).filter { $0 != .cell(refused.member) }
    guard let other = others.first else { return nil }
    guard case .cell(let member) = other, members.indices.contains(member) else {
      return Side(place: root.place(.hypervisorMemory), label: "kept by the hypervisor")
    }
    return side(member, .name)
  }

  /// The item that a refusal is about.
  private func item(_ refused: Admission.Refused) -> Item {
    let index = Int(truncatingIfNeeded: refused.subject)
    return switch refused.reason {
    case .regionWraps, .regionBeyondPhysical, .regionMisaligned, .regionUnknownFlags, .communicationSize,
      .communicationTwice, .communicationDMA, .rootNotIdentity, .guestConflict:
      .region(index)
    case .cpuNotRoots, .cpuBeyondMachine, .bootCPU, .callerInSet, .callerNotRoot, .cpuSetEmpty,
      .cpuSetTooLarge:
      .cpus
    case .portRange: .port(index)
    case .cacheRange, .cacheType, .cacheTwice, .cacheNotRoots: .cache(index)
    case .pinBase, .chipAddress, .chipNotRoots: .interruptChip(index)
    case .deviceType, .capabilityRange, .shmemRange, .msixTable: .device(index)
    case .iommuRange: .iommu(index)
    case .hypervisorMemory: .hypervisorMemory
    case .nameEmpty, .nameUnterminated, .nameExists: .name
    default: .file
    }
  }

  /// Counterexamples of Z3 as findings.
  func findings(_ confirmation: Confirmation) -> [Finding] {
    confirmation.spaces.flatMap { space -> [Finding] in
      let refuted = space.counterexamples.map { example in
        let owners = example.claims.map { claim in
          claim.owner == .hypervisor ? "the hypervisor" : title(claim.owner)
        }
        let sides = example.claims.compactMap { claim -> Side? in
          guard case .cell(let member) = claim.owner else { return nil }
          return Side(
            place: members[member].place(.file), label: members[member].title, cell: members[member].name)
        }
        return Finding(
          "X3", .error,
          "Z3 refutes \(example.property.rawValue) of the ledger: not every \(space.space.noun) \(example.property.sentence)",
          at: sides.first ?? side(0, .file), against: sides.dropFirst().first,
          witness: Witness(
            space.space.witness, example.resource,
            "\(space.space.text(example.resource)) is claimed by \(listed(owners))"),
          consequence: "The walls between the cells have a hole at this place.",
          remedy:
            "Take the resource from all but one of the owners; if no rule reports it too, report an error of Ostrog.",
          machine: name)
      }
      let undecided = space.undecided.map { reason in
        Finding(
          "X3", .error, "Z3 could not decide the \(space.space.noun) space: \(reason)", at: side(0, .file),
          consequence: "Nothing is proved of this space.", remedy: "Report it with the files of the set.",
          machine: name)
      }
      return refuted + undecided
    }
  }

  /// A party in words.
  func title(_ party: Party) -> String {
    switch party {
    case .hypervisor: "the hypervisor"
    case .cell(let member): members.indices.contains(member) ? members[member].title : "cell \(member)"
    }
  }
}
