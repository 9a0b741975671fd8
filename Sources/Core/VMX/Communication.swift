// SPDX-License-Identifier: Apache-2.0
// The communication page of a cell (jailhouse-interfaces, section c): what a cell finds there when it starts. It was cleared before; what the cell
// writes there is foreign, and nothing but its own word on its state, and its replies (Messages.swift), is ever acted by.

/// Words of the page, 32 bits each.
enum CommunicationWord {
  /// "JHCO", then "MM" and revision 2.
  static var signature: UInt64 { 0x4f43_484a }
  static var revision: UInt64 { 0x0002_4d4d }
  static var state: UInt64 { 2 }
  /// What it is told and asked (`Message`), and what it replies.
  static var message: UInt64 { 3 }
  static var reply: UInt64 { 4 }
  static var flags: UInt64 { 5 }
  /// Its console, eight words.
  static var console: UInt64 { 6 }
  /// Base of PCI's memory-mapped configuration space, two words.
  static var mmconfig: UInt64 { 14 }
  /// Port of the PM timer and, from bit 16 on, CPUs of the cell; kHz of the TSC; kHz of the APIC's timer.
  static var platform: UInt64 { 16 }
  static var tsc: UInt64 { 17 }
  static var apic: UInt64 { 18 }
}

extension Processor {
  /// Fills a cell's page, before its CPUs begin.
  func fillCommunication(_ cell: W) {
    if cell >= capacity(.phase) { return }
    tell(cell, 0, W(known: CommunicationWord.signature))
    tell(cell, 1, W(known: CommunicationWord.revision))
    tell(cell, CommunicationWord.state, 0)
    tell(cell, CommunicationWord.message, 0)
    tell(cell, CommunicationWord.reply, 0)
    // Bit 0: the console may be used; bit 1: by default.
    tell(cell, CommunicationWord.flags, (read(.cellFlags, cell) >> 30) & 3)
    let place = cell << 2
    tellBoth(cell, CommunicationWord.console, read(.cellConsole, place))
    tellBoth(cell, CommunicationWord.console &+ 2, read(.cellConsole, place &+ 1))
    tellBoth(cell, CommunicationWord.console &+ 4, read(.cellConsole, place &+ 2))
    tellBoth(cell, CommunicationWord.console &+ 6, read(.cellConsole, place &+ 3))
    tellBoth(cell, CommunicationWord.mmconfig, read(.platform, W(known: PlatformWord.mmconfig)))
    let timer = read(.platform, W(known: PlatformWord.timer)) & 0xffff
    tell(cell, CommunicationWord.platform, timer | ((cpus(of: cell) & 0xffff) << 16))
    tell(cell, CommunicationWord.tsc, read(.platform, W(known: PlatformWord.tsc)) & 0xffff_ffff)
    tell(cell, CommunicationWord.apic, read(.platform, W(known: PlatformWord.apic)) & 0xffff_ffff)
    // Nothing has been said to this life of the cell.
    write(.talk, cell, 0)
  }
  private func tellBoth(_ cell: W, _ word: UInt64, _ value: W) {
    tell(cell, word, value & 0xffff_ffff)
    tell(cell, word &+ 1, value >> 32)
  }

  /// Says that the cell has failed.
  func tellFailure(_ cell: W) {
    if cell >= capacity(.phase) { return }
    if cell != W(known: Owner.root) { tell(cell, CommunicationWord.state, W(known: CellState.failed)) }
  }

  /// How many CPUs run the cell. Where there are none, no CPU does.
  func cpus(of cell: W) -> W {
    let cpu = arbitrary(Ghost.cpu)
    var count = OneWord<W>(0)
    loop(.cellCPUs, capacity(.occupant), &count, frame: .none) { i, count in
      (count.value .<= i)
        .& (((count.value .== 0) .& (cpu .< i)) ==> (self.read(.occupant, cpu) .!= cell))
    } body: { i, count in
      if self.read(.occupant, i) == cell { count.value = count.value &+ 1 }
    }
    return count.value
  }
}
