// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever a guest does to a port that exits, whatever its registers and the ledger hold:
//   - 0x64 is touched for a cell that a row of the ledger gives the port and, of root's, from which no other row takes it, and is never
//     written a command that pulses reset, writes the controller's output port or moves A20's gate;
//   - PM1 control is touched for root alone, and SLP_EN is never written; the PM timer is read, by whoever asks;
//   - PCI's address and data are touched for root alone and under the management lock, the address always names a function that a row of
//     the ledger gives root and that no other row takes, and data is written only behind a look at that function's class, which is neither a bridge
//     to the host nor one to ISA, nor, from register 0x40 on, what chipsets keep power management's ports in (0x0680, 0x0580);
//   - no other port is touched at all, and where none is, what the guest reads is what its cell has chosen as PCI's address, or ones;
//   - a port that nobody answers stops the CPU of root and of each cell whose configuration does not say that it has an open bus; what is always answered (PCI's address,
//     aligned accesses inside its data, the delay) stops nobody as a port that nobody has;
//   - the guest's RAX, instruction pointer and blocking of interrupts may change, the counters, and the address register that its cell has chosen
//     (where the guest goes on); nothing else. The lock is free afterwards; no trap. (P9, P10, P17.)
//
// What ports are asked for is said here in numbers of its own: ACPI 6.5, 4.8.3.2; PCI Local Bus 3.0, 3.2.2.3.2 and 6.2.1.

import Core
import Symbolic

/// The theorem about ports that exit and are answered.
enum ModeratedPorts {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "ports-are-moderated",
    statement: """
      Whatever a guest does to a port that exits: nothing resets the machine or puts it to sleep, of PCI's configuration root alone touches functions, \
      its own, and writes to no bridge to host or ISA and to no register that moves power management's ports; nothing else changes but the guest; no trap.
      """,
    properties: ["P9", "P10", "P17", "P18"],
    loops: [],
    prepare: { m in
      m.explorer.assume(m.explorer.specifying { m.registersAreSound })
      for label in [
        "resume", "fail", "PM1 control is written", "the PM timer or PM1 control is read",
        "the keyboard controller is written",
        "a function is read", "a function is written", "an address is chosen",
      ] { m.explorer.expect(label) }
    },
    run: { m throws(Refusal<W>) in
      let cpu = m.argument("cpu")
      m.noted["rip"] = m.vmcs(.guestRIP)
      FieldFrame.prepare(m)
      m.noted["interruptibility"] = m.vmcs(.interruptibility)
      let cell = m.peek(.occupant, cpu)
      m.onPort = { port, width, move in
        m.noted["touched"] = 1
        mayTouch(m, cell, port, width, move)
      }
      m.noted["rax"] = m.guest(.rax)
      let verdict = m.answerPort(cpu: cpu)
      m.noted["resumes"] = verdict == .resume ? 1 : 0
      m.noted["stops"] = verdict == .fail ? 1 : 0
      m.explorer.mark("\(verdict)")
    }, success: show, keepsInvariant: false)

  /// Shows that the port may be touched so.
  private static func mayTouch(_ m: SymbolicMachine, _ cell: W, _ port: W, _ width: W, _ move: PortMove) {
    let explorer = m.explorer
    let address = m.noted["address"]
    let timer = explorer.specifying { m.peek(.platform, W(known: PlatformWord.timer)) & 0xffff }
    let isLocked = m.isLocked
    func isBlock(_ distance: UInt64) -> SymbolicTruth {
      (4 .<= timer) .& (port .== (timer &- W(known: distance)))
    }
    switch move {
    case .written(let value):
      explorer.prove(
        "what is written is PM1 control without SLP_EN, a harmless command, or PCI configuration of root's",
        explorer.specifying {
          let isControl = isBlock(4) .& (width .== 2) .& (cell .== 0) .& .!value.has(1 << 13)
          let isCommand =
            .known(isLocked) .& (port .== 0x64) .& (width .== 1) .& isHarmless(value)
            .& Pins.isHeld(m, W(known: 1 << 60 | 0x64), cell)
          let isName =
            .known(isLocked) .& (port .== 0xcf8) .& (width .== 4) .& (cell .== 0)
            .& ((value & W(known: 0xff00_0003)) .== 0x8000_0000) .& isFunction(m, value, cell)
          return isControl .| isCommand .| isName
            .| (isData(m, port, width, cell, at: address) .& .known(isLocked) .& mayWrite(m, address))
        })
      explorer.prove(
        "no more is written than is moved",
        explorer.specifying {
          (value .< W.choose(width .== 1, 0x100, W.choose(width .== 2, 0x1_0000, W(known: 1 << 32))))
        })
      m.noted["address"] = value
    case .read(let value):
      explorer.prove(
        "what is read is the PM timer, PM1 control, the keyboard controller, or PCI configuration of root's",
        explorer.specifying {
          let isTimer = isBlock(0) .& (width .== 4)
          let isControl = isBlock(4) .& (width .== 2) .& (cell .== 0)
          let isStatus =
            .known(isLocked) .& (port .== 0x64) .& (width .== 1)
            .& Pins.isHeld(m, W(known: 1 << 60 | 0x64), cell)
          return isTimer .| isControl .| isStatus
            .| (.known(isLocked) .& isData(m, port, width, cell, at: address))
        })
      noteClass(m, port, width, value, at: address)
    }
    label(m, port, isFunction: address != nil, move)
  }

  /// The address names a function that is the cell's. (PCI functions: kind 3 of resources.)
  private static func isFunction(_ m: SymbolicMachine, _ address: W, _ cell: W) -> SymbolicTruth {
    Pins.isHeld(m, W(known: Space.function.origin) &+ ((address >> 8) & 0xffff), cell)
  }
  /// The port is inside the data register, aligned, and the address register has been written just before.
  private static func isData(
    _ m: SymbolicMachine, _ port: W, _ width: W, _ cell: W, at address: W?
  ) -> SymbolicTruth {
    guard let address else { return .known(false) }
    let isInside = (W(known: 0xcfc) .<= port) .& ((port &+ width) .<= 0xd00)
    return isInside .& ((port & (width &- 1)) .== 0) .& (cell .== 0) .& isFunction(m, address, cell)
  }
  /// Remembers what was read where a function's class stands: all four bytes of the register.
  static func noteClass(_ m: SymbolicMachine, _ port: W, _ width: W, _ value: W, at address: W?) {
    guard port.number == 0xcfc, width.number == 4 else { return }
    m.noted["class"] = value
    m.noted["classAt"] = address
  }
  /// What may be written to the keyboard controller's command port.
  static func isHarmless(_ value: W) -> SymbolicTruth {
    (value .< 0xf0) .& (value .!= 0xd1) .& (value .!= 0xdd) .& (value .!= 0xdf)
  }
  /// The class of the function has been looked at, and is no bridge's to host or ISA; nor, behind what every function has, another bridge's or
  /// another memory controller's.
  static func mayWrite(_ m: SymbolicMachine, _ address: W?) -> SymbolicTruth {
    guard let address, let kind = m.noted["class"], let at = m.noted["classAt"] else { return .known(false) }
    let functions = W(known: 0xffff_ff00)
    let isSame = ((at & 0xff) .== 0x08) .& ((at & functions) .== (address & functions))
    let isCommon = (address & 0xff) .< 0x40
    return isSame .& ((kind >> 16) .!= 0x0600) .& ((kind >> 16) .!= 0x0601)
      .& (isCommon .| (((kind >> 16) .!= 0x0680) .& ((kind >> 16) .!= 0x0580)))
  }

  private static func label(_ m: SymbolicMachine, _ port: W, isFunction: Bool, _ move: PortMove) {
    if port.number != nil { return }
    switch (move, m.isLocked) {
    case (.read, true): m.explorer.mark(isFunction ? "a function is read" : "the keyboard controller is read")
    case (.read, false): m.explorer.mark("the PM timer or PM1 control is read")
    case (.written, true):
      m.explorer.mark(isFunction ? "a function is written" : "the keyboard controller is written")
    case (.written, false): m.explorer.mark("PM1 control is written")
    }
  }

  /// The guest goes on behind the instruction, and no port was touched. SDM vol. 3C, table 28-5: bytes less 1 in bits 2:0, bit 3 input, bit 4 string, the port in bits 31:16.
  private static func showUntouched(_ proof: PathProof, _ cell: W) {
    let m = proof.machine
    guard let before = m.noted["rax"] else { return }
    let asked = m.vmcs(.qualification)
    let (port, width) = ((asked >> 16) & 0xffff, (asked & 7) &+ 1)
    let isInput = asked.has(1 << 3)
    let mask = W.choose(width .== 1, 0xff, W.choose(width .== 2, 0xffff, 0xffff_ffff))
    let isAddress = (port .== 0xcf8) .& (width .== 4)
    proof.prove(
      "where no port is touched, the cell's chosen address is read, or ones, or the delay's nothing"
    ) {
      let now = m.guest(.rax)
      let isSame = now .== before
      let isRest = (width .== 4) .| ((now & (W(known: .max) &- mask)) .== (before & (W(known: .max) &- mask)))
      let isOnes = (now & mask) .== mask
      let isChoice = isAddress .& (now .== (m.peek(.configAddress, cell) & mask))
      let isDelay = (port .== 0x80) .& (width .== 1)
      return SymbolicTruth.choose(isInput .& .!isDelay, isRest .& (isOnes .| isChoice), isSame)
    }
    proof.prove("a port that nobody answers is passed over for cells with an open bus, and not for root") {
      let isData = ((port &- 0xcfc) .< 4) .& ((port & (width &- 1)) .== 0)
      let isDelay = (port .== 0x80) .& (width .== 1)
      let isOpen = m.peek(.cellFlags, cell).has(0x200) .& (cell .!= 0)
      return isAddress .| isData .| isDelay .| (isOpen .& .!asked.has(1 << 4))
    }
  }

  /// The CPU is stopped: not for want of a port, where that is one of those that always answer. (Strings are answered nowhere.)
  private static func showStopped(_ proof: PathProof) {
    let m = proof.machine
    let asked = m.vmcs(.qualification)
    let (port, width) = ((asked >> 16) & 0xffff, (asked & 7) &+ 1)
    proof.prove(
      "nobody is stopped for want of PCI's address, of an aligned part of its data, or of the delay"
    ) {
      let isData = ((port &- 0xcfc) .< 4) .& ((port & (width &- 1)) .== 0)
      let isWidth = (width .== 1) .| (width .== 2) .| (width .== 4)
      let isAnswered =
        ((port .== 0xcf8) .& (width .== 4)) .| (isWidth .& isData) .| ((port .== 0x80) .& (width .== 1))
      // (A CPU or a cell beyond the tables, which no state of the ledger knows, is stopped whatever it asks for.)
      let cpu = m.argument("cpu")
      let isKnown = (cpu .< m.capacity(.occupant)) .& (m.peek(.occupant, cpu) .< m.capacity(.phase))
      return .!isKnown .| (m.own(.stop) .!= 5) .| asked.has(1 << 4) .| .!isAnswered
    }
  }

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let rip = m.noted["rip"], let blocking = m.noted["interruptibility"] else { return }
    let cell = explorer.specifying { m.peek(.occupant, m.argument("cpu")) }
    let chosen = m.writes(to: .configAddress)
    explorer.prove("the lock is free", .known(!m.isLocked))
    for place in chosen {
      explorer.mark("an address is chosen")
      proof.prove("the address that is chosen is the cell's own choice") {
        (place.index .== cell) .& (place.value .< W(known: 1 << 32))
      }
    }
    if m.noted["resumes"]?.number != 1 {
      explorer.prove("where the guest does not go on, no choice has changed", .known(chosen.isEmpty))
      explorer.prove(
        "where the guest does not go on, its registers are as they were",
        .known(m.changedRegisters.isEmpty))
    }
    let begins = m.writtenFields.contains(.guestCS)
    explorer.prove(
      "of the guest's registers RAX alone changes",
      .known(begins || m.changedRegisters.isSubset(of: [.rax])))
    if m.noted["stops"]?.number == 1 { showStopped(proof) }
    // (Where another CPU has the lock, the instruction is tried again.)
    if m.noted["touched"] == nil && !begins && m.writtenFields.contains(.guestRIP) {
      showUntouched(proof, cell)
    }
    for table in SymbolicMachine.state + [
      .ports, .msrBits, .launch, .stood, .standing, .interruptID, .treeRoot, .talk, .leaving, .redirection,
      .chipIndex,
    ] {
      explorer.prove("\(table) is left alone", m.isUnchanged(table, since: proof.before))
    }
    for field in m.writtenFields.sorted(by: { $0.rawValue < $1.rawValue }) {
      let guests: Set<VMCSField> = [.guestRIP, .interruptibility]
      explorer.prove(
        "may be written: \(field)", .known(guests.contains(field) || begins))
    }
    FieldFrame.show(proof)
    proof.prove("the guest goes on where it was, or behind the instruction, or begins") {
      let now = m.vmcs(.guestRIP)
      let next = rip &+ m.vmcs(.instructionLength)
      return .known(begins) .| (now .== rip) .| (now .== next)
        .| (now .== (next & 0xffff_ffff))
    }
    proof.prove("blocking of interrupts is only lifted") {
      (m.vmcs(.interruptibility) & blocking) .== m.vmcs(.interruptibility)
    }
  }
}
