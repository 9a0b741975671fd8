// SPDX-License-Identifier: Apache-2.0
// Theorems about pins of I/O APICs (P13).
//
// pins-stay-inside. Whatever a guest does to a chip's page: pins are set only where a row of the ledger gives the line to its cell and, of root's, no
// other row takes it; what is entered is masked, or raises an interrupt (fixed or lowest priority, by a vector that is no
// exception's) on CPUs that run the cell: on one by its number, or on a flat set all of which do. Nothing else changes but the
// guest, and the register of the chip that its cell has chosen. What is read of memory for the guest is its cell's to read.
//
// pins-are-swept. After management every pin of root's first 16 chips is masked, or was entered by the holder of its line, which runs, and
// raises interrupts on CPUs of that cell alone.

import Core
import Symbolic

/// Theorems about pins.
enum Pins {
  typealias W = SymbolicWord

  static let all = [holder, targets, sweep, theorem]

  static let holder = Steps.make(
    .lineHolder, "line-holder",
    "Whoever is found to hold an interrupt line has a row that names it; root is found only where nobody takes it from root; no trap.",
    loops: [.lineHolder]
  ) { m throws(Refusal<W>) in _ = m.lineHolder(m.any("line")) }

  static let targets = Steps.make(
    .pinTargets, "pin-targets",
    "An entry that is found to stay inside a cell names one CPU that runs it, by its number, or a flat set of CPUs that all do; no trap.",
    loops: [.pinTargets]
  ) { m throws(Refusal<W>) in _ = m.pinTargets(m.any("entry"), of: m.any("cell"), m.any("flat")) }

  static let sweep = Steps.make(
    .sweepPins, "pins-are-swept",
    "After management every pin is masked, or was entered by the running holder of its line and raises plain interrupts on CPUs of its cell alone; no trap.",
    loops: [.sweepChips, .sweepPins],
    prepare: { m in
      m.explorer.expect("a pin stays open")
      m.onPin = { address, pin, entry in
        guard let last = m.writes(to: .redirection).last else {
          m.explorer.fail("pins", "a pin is set that the table does not know")
          return
        }
        let owner = m.explorer.specifying { (last.value >> 18) & 0xffff_ffff }
        mayBeEntered(m, owner, address, pin, entry)
        m.explorer.mark("a pin stays open")
      }
    }
  ) { m throws(Refusal<W>) in m.sweepPins(m.any("subject")) }

  static let theorem = CoreTheorem(
    name: "pins-stay-inside",
    statement: """
      Whatever a guest does to an I/O APIC's page: it changes pins alone that its cell holds, and what it enters is masked or raises plain \
      interrupts on CPUs of its cell; no trap.
      """,
    properties: ["P9", "P13", "P17", "P18"],
    loops: [.findChip, .chipLines, .guestTables, .fetchCode],
    prepare: { m in
      m.explorer.assume(m.explorer.specifying { m.registersAreSound })
      for label in ["resume", "fail", "a pin is set", "a register is chosen", "nothing is set"] {
        m.explorer.expect(label)
      }
    },
    run: { m throws(Refusal<W>) in
      let cpu = m.argument("cpu")
      m.noted["rip"] = m.vmcs(.guestRIP)
      FieldFrame.prepare(m)
      m.noted["interruptibility"] = m.vmcs(.interruptibility)
      let cell = m.peek(.occupant, cpu)
      m.onForeignWord = { Exits.mayBeRead(m, cell, $0) }
      m.onPin = { address, pin, entry in
        m.noted["sets"] = W(known: (m.noted["sets"]?.number ?? 0) + 1)
        mayBeEntered(m, cell, address, pin, entry)
        m.explorer.prove(
          "the pin is the cell's, by a row of the ledger; of root's, nobody takes it",
          m.explorer.specifying {
            isHeld(m, lineNumber(address, pin), cell)
          })
      }
      let verdict = m.answerChip(cpu: cpu)
      m.noted["resumes"] = verdict == .resume ? 1 : 0
      m.explorer.mark("\(verdict)")
    }, success: show, keepsInvariant: false)

  /// The row that was found for the resource gives it to `cell`, and of root's no row takes it.
  static func isHeld(_ m: SymbolicMachine, _ resource: W, _ cell: W) -> SymbolicTruth {
    guard let row = (m.results[.lineHolder] as? LineHolder<W>)?.row else { return .known(false) }
    let rows = m.peek(.registers, W(known: Register.claimCount))
    func names(_ row: W) -> SymbolicTruth {
      (m.peek(.currentBase, row) .<= resource) .& (resource .< m.peek(.currentEnd, row))
    }
    let other = m.arbitrary(Ghost.oldRow)
    let isTaken =
      (other .< rows) .& names(other) .& (m.peek(.currentOwner, other) .!= 0)
      .& ((m.peek(.currentMarks, other) & W(known: 1 << 6)) .== 0)
    return (row .!= 0) .& ((row &- 1) .< rows) .& names(row &- 1)
      .& (m.peek(.currentOwner, row &- 1) .== cell) .& ((cell .== 0) ==> .!isTaken)
  }

  /// The line that is a pin's: the kind of resource, the chip's page, the pin (Sources/Core/Ledger/DeviceItems.swift).
  private static func lineNumber(_ address: W, _ pin: W) -> W {
    W(known: 4 << 60) &+ ((address & W(known: ~0xfff)) << 10) &+ pin
  }

  /// Shows that `cell` may have this entry in that pin, and that the table says so.
  private static func mayBeEntered(_ m: SymbolicMachine, _ cell: W, _ address: W, _ pin: W, _ entry: W) {
    let explorer = m.explorer
    explorer.prove(
      "a pin raises nothing, or plain interrupts on CPUs of its cell",
      explorer.specifying {
        guard let one = (m.results[.pinTargets] as? PinTargets<W>)?.one else { return entry.has(1 << 16) }
        let (destination, cpu) = (entry >> 56, m.arbitrary(Ghost.cpu))
        let isPlain = (((entry >> 8) & 7) .<= 1) .& (16 .<= (entry & 0xff))
        let isOne =
          (one .!= 0) .& (m.peek(.occupant, one &- 1) .== cell) .& (destination .!= 0xff)
          .& (m.peek(.interruptID, one &- 1) .== destination)
        let isNamed = (cpu .< 8) .& (((destination >> cpu) & 1) .== 1)
        let isSet = .!m.msr(.apicBase).has(1 << 10) .& (isNamed ==> (m.peek(.occupant, cpu) .== cell))
        return entry.has(1 << 16) .| (isPlain .& SymbolicTruth.choose(entry.has(1 << 11), isSet, isOne))
      })
    explorer.prove(
      "the table says what the chip's pin holds",
      explorer.specifying {
        guard let last = m.writes(to: .redirection).last else { return .known(false) }
        let chip = last.index >> 7
        return ((last.index & 0x7f) .== pin) .& (m.element(m.facts().chips, chip, 0, 8) .== address)
          .& ((last.value & W(known: 0xff00_0000_0001_ffff)) .== entry)
          .& (((last.value >> 18) & 0xffff_ffff) .== cell)
      })
  }

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let rip = m.noted["rip"], let blocking = m.noted["interruptibility"] else { return }
    let cell = explorer.specifying { m.peek(.occupant, m.argument("cpu")) }
    let (pins, chosen) = (m.writes(to: .redirection), m.writes(to: .chipIndex))
    explorer.prove("the lock is free", .known(!m.isLocked))
    explorer.mark(pins.isEmpty ? chosen.isEmpty ? "nothing is set" : "a register is chosen" : "a pin is set")
    explorer.prove(
      "the table changes where pins are set",
      .known(UInt64(pins.count) == (m.noted["sets"]?.number ?? 0) && pins.count <= 1))
    for place in chosen {
      proof.prove("the register that is chosen is the cell's own choice") {
        ((place.index >> 4) .== cell) .& (place.value .< 0x100)
      }
    }
    if m.noted["resumes"]?.number != 1 {
      explorer.prove(
        "where the guest does not go on, nothing has changed", .known(pins.isEmpty && chosen.isEmpty))
    }
    for table in SymbolicMachine.state + [
      .ports, .msrBits, .launch, .stood, .standing, .interruptID, .treeRoot,
    ] {
      explorer.prove("\(table) is left alone", m.isUnchanged(table, since: proof.before))
    }
    for field in m.writtenFields.sorted(by: { $0.rawValue < $1.rawValue }) {
      let guests: Set<VMCSField> = [.guestRIP, .guestRSP, .interruptibility]
      let begins = m.writtenFields.contains(.guestCS)
      explorer.prove(
        "may be written: \(field)", .known(guests.contains(field) || begins))
    }
    FieldFrame.show(proof)
    proof.prove("the guest goes on where it was, or behind the instruction, or begins") {
      let now = m.vmcs(.guestRIP)
      let far = rip &+ ((m.results[.decode] as? Instruction<W>)?.length ?? 0)
      return .known(m.writtenFields.contains(.guestCS)) .| (now .== rip) .| (now .== far)
        .| (now .== (far & 0xffff_ffff))
    }
    proof.prove("blocking of interrupts is only lifted") {
      (m.vmcs(.interruptibility) & blocking) .== m.vmcs(.interruptibility)
    }
  }
}
