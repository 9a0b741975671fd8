// SPDX-License-Identifier: Apache-2.0
// The communication page of a cell (jailhouse-interfaces, section c): what a cell finds there when it starts. It was cleared before; what the cell
// writes there is foreign, and nothing but a cell's own word on its state is ever acted by.

/// Words of the page (8 bytes each).
enum CommunicationWord {
  /// "JHCOMM", revision 2.
  static var signature: UInt64 { 0x0002_4d4d_4f43_484a }
  /// State and message; reply and flags; console, four words; MMCONFIG; timer's port, CPUs, kHz of the TSC; kHz of the APIC's timer.
  static var state: UInt64 { 1 }
  static var flags: UInt64 { 2 }
  static var console: UInt64 { 3 }
  static var mmconfig: UInt64 { 7 }
  static var platform: UInt64 { 8 }
  static var apic: UInt64 { 9 }
}

extension Processor {
  /// Fills a cell's page, before its CPUs begin.
  func fillCommunication(_ cell: W) {
    if cell >= capacity(.phase) { return }
    let flags = read(.cellFlags, cell)
    // Bit 0: the console may be used; bit 1: by default.
    let console = (flags >> 30) & 3
    tell(cell, 0, W(known: CommunicationWord.signature))
    tell(cell, CommunicationWord.state, 0)
    tell(cell, CommunicationWord.flags, console << 32)
    let place = cell << 2
    tell(cell, CommunicationWord.console, read(.cellConsole, place))
    tell(cell, CommunicationWord.console &+ 1, read(.cellConsole, place &+ 1))
    tell(cell, CommunicationWord.console &+ 2, read(.cellConsole, place &+ 2))
    tell(cell, CommunicationWord.console &+ 3, read(.cellConsole, place &+ 3))
    tell(cell, CommunicationWord.mmconfig, read(.platform, W(known: PlatformWord.mmconfig)))
    let timer = read(.platform, W(known: PlatformWord.timer)) & 0xffff
    let cpus = (cpus(of: cell) & 0xffff) << 16
    let tsc = (read(.platform, W(known: PlatformWord.tsc)) & 0xffff_ffff) << 32
    tell(cell, CommunicationWord.platform, timer | cpus | tsc)
    tell(cell, CommunicationWord.apic, read(.platform, W(known: PlatformWord.apic)) & 0xffff_ffff)
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
