// SPDX-License-Identifier: Apache-2.0
// D5: an interrupt line in two cells.

import CellConfig

extension MachineSet {
  /// What tells interrupt chips apart: the page on x86, nothing on ARM.
  func identity(_ chip: InterruptChip) -> UInt64 { architecture == .x86 ? chip.address & ~0xfff : 0 }
}

extension Rule {
  /// An interrupt line belongs to one cell.
  static let d5 = Rule(
    "D5", .devices, .error,
    "An interrupt pin (IOAPIC) or shared interrupt (GIC) belongs to one non-root cell and is in root's list, with the "
      + "same chip id.",
    why: """
      A line with two owners delivers to one of them; the other waits for ever, or acknowledges what it does not own. On \
      x86 the chip id names the IOAPIC's requester id and IOMMU unit: another id than root's sends the interrupts \
      through a remapping entry that does not exist. On x86 pin_base must be 0. A machine has one GIC: on ARM the number \
      alone names an interrupt, and an entry that gives the GIC another address means the same lines. An IOAPIC answers in \
      its whole page: two addresses in one page are one chip. A cell must name a chip that root lists, as root does.
      """,
    example: "Cells rtos and vision both list pin 4 of the IOAPIC at 0xfec00000.",
    remedy: "Give the line to one cell; move one of the devices to another line or to MSI."
  ) { set in
    struct Line: Hashable { var chip: UInt64, pin: Int }
    let identity = set.identity
    var owners: [Line: (member: Int, index: Int)] = [:]
    var rootLines: Set<Line> = []
    var rootIDs: [UInt64: (id: UInt32, index: Int)] = [:]
    var chipIndices: [UInt64: Int] = [:]
    for (index, chip) in set.root.chips.enumerated() {
      for pin in chip.pinNumbers { rootLines.insert(Line(chip: identity(chip), pin: pin)) }
      if rootIDs[chip.address] == nil { rootIDs[chip.address] = (chip.id, index) }
      chipIndices[identity(chip)] = chipIndices[identity(chip)] ?? index
    }
    let kind = set.architecture == .x86 ? "IOAPIC" : "GIC"
    let noun = set.architecture == .x86 ? "pin" : "interrupt"
    var found: [Finding] = []
    for member in set.members {
      let count = member.cell.interruptChips.count
      if count > Member.mostChips {
        found.append(
          Finding(
            "D5", .error,
            "\(member.title) has \(count) interrupt chips, at most \(Member.mostChips) are possible",
            at: set.side(member.index, .interruptChip(Member.mostChips)),
            witness: Witness(.number, UInt64(count), "entry \(Member.mostChips) is one too many"),
            consequence: "The hypervisor refuses the configuration.",
            remedy: "Correct the count; entries of one chip with different pin bases belong together."))
      }
      for (index, chip) in member.chips.enumerated() {
        let side = set.side(member.index, .interruptChip(index))
        func report(
          _ severity: Severity, _ title: String, _ other: Side?, _ witness: Witness, _ consequence: String,
          _ remedy: String
        ) {
          found.append(
            Finding(
              "D5", severity, title, at: side, against: other, witness: witness, consequence: consequence,
              remedy: remedy))
        }
        if set.architecture == .x86, chip.pinBase != 0 {
          report(
            .error,
            "\(member.title)'s interrupt chip \(index) has pin_base \(chip.pinBase); it must be 0 on x86",
            nil,
            Witness(.pin, UInt64(chip.pinBase), "pin_base \(chip.pinBase)"),
            "The hypervisor refuses the configuration (EINVAL).", "Set pin_base to 0.")
        }
        if member.isRoot { continue }
        if let id = rootIDs[chip.address], id.id != chip.id, set.architecture == .x86 {
          report(
            .warning, "\(member.title) gives the \(kind) at \(hex(chip.address)) another id than root",
            set.side(0, .interruptChip(id.index)),
            Witness(.pin, UInt64(chip.id), "id \(hex(chip.id)) here, \(hex(id.id)) in the root cell"),
            "Interrupts go through a remapping entry of the wrong unit and are lost.",
            "Set the id to \(hex(id.id)).")
        }
        let isStrange = set.architecture == .x86 && rootIDs[chip.address] == nil
        if isStrange, let index = chipIndices[identity(chip)] {
          let known = set.root.chips[index].address
          report(
            .error,
            "\(member.title) names the \(kind) at \(hex(known)) by another address, \(hex(chip.address))",
            set.side(0, .interruptChip(index)),
            Witness(
              .hostPhysical, chip.address,
              "\(hex(chip.address)) is in the page of the \(kind) at \(hex(known))"),
            "The cell programs the chip under a name that no other cell's lines are compared with.",
            "Set the address to \(hex(known)).")
        } else if isStrange {
          report(
            .error,
            "\(member.title) has an entry for an \(kind) at \(hex(chip.address)), which root does not list",
            set.side(0, .name),
            Witness(
              .hostPhysical, chip.address, "no entry of the root cell has the address \(hex(chip.address))"),
            "The hypervisor refuses the configuration: it knows the chips of the machine from the root cell's list.",
            "Correct the address, or add the chip to the root cell.")
        }
        var strangers: [Int] = []
        var doubled: [Int: [Int]] = [:]
        for pin in chip.pinNumbers {
          let line = Line(chip: identity(chip), pin: pin)
          if let other = owners[line], other.member != member.index {
            doubled[other.member, default: []].append(pin)
          } else {
            owners[line] = (member.index, index)
          }
          if !rootLines.contains(line) { strangers.append(pin) }
        }
        for (other, pins) in doubled.sorted(by: { $0.key < $1.key }) {
          let first = pins[0]
          let names = "cells \(set.members[other].name) and \(member.name)"
          let device = chipIndices[identity(chip)].flatMap { set.naming.pin($0, first) }
          let place = owners[Line(chip: identity(chip), pin: first)]?.index ?? 0
          report(
            .error,
            "\(device.map { "\($0), " } ?? "")\(noun)\(pins.count == 1 ? "" : "s") \(cpuText(pins)) of the \(kind) at "
              + "\(hex(chip.address)): given to \(names)", set.side(other, .interruptChip(place)),
            Witness(.pin, UInt64(first), "\(noun) \(first) is owned by \(names)"),
            "One cell takes the other's interrupts away, or floods it with its own.",
            "Give the line to one cell and use another line or MSI in the other.")
        }
        if !isStrange, let pin = strangers.first {
          report(
            .warning,
            "\(member.title) has \(noun)\(strangers.count == 1 ? "" : "s") \(cpuText(strangers)) of the \(kind) at "
              + "\(hex(chip.address)), which root does not list", set.side(0, .name),
            Witness(.pin, UInt64(pin), "\(noun) \(pin) is in no entry of the root cell"),
            "The line goes back to nobody when the cell is destroyed; off-by-32 errors look like this.",
            "Add the line to the root cell, or correct the number.")
        }
      }
    }
    return found
  }
}
