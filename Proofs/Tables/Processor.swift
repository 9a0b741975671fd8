// SPDX-License-Identifier: Apache-2.0
// What a processor does with extended page tables, for theorems. Written from the manual (SDM vol. 3C, 29.3.2 and 29.3.3), once more
// and apart from the code that builds the tables: it knows no entry, level, right or mapping of the core's, and its numbers are
// the manual's. It reads memory by host-physical address: in the pool there are the slots, anywhere else is anything.

import Core
import Symbolic

/// A processor's way to one guest-physical address.
struct ProcessorWalk {
  typealias W = SymbolicWord
  /// It ends in memory.
  private(set) var isMapped = SymbolicTruth.known(false)
  /// It comes upon an entry that the manual calls misconfigured (29.3.3.1).
  private(set) var isMisconfigured = SymbolicTruth.known(false)
  /// It reads memory outside the pool.
  private(set) var leavesPool = SymbolicTruth.known(false)
  /// Where it ends (host-physical).
  private(set) var host: W = 0
  /// Bit 0 read, 1 write, 2 execute, of all levels together.
  private(set) var rights: W = 7
  /// Of the page: bits 5:3, and bit 6, which makes the guest's PAT not count.
  private(set) var memoryType: W = 0
  private(set) var ignoresPAT: W = 0
  /// What it reads, from level 4 down: where the table lies (host-physical), its entry, and whether it comes that far.
  private(set) var reads: [(table: W, entry: W, isRead: SymbolicTruth)] = []

  /// Walks from the table at host-physical `root` to guest-physical `address`. What is read on the way gets names of its own, so that
  /// what is said of one level need not repeat those above.
  init(_ machine: SymbolicMachine, root: W, to address: W) {
    let explorer = machine.explorer
    var table = explorer.name("table39", root)
    var isHere = SymbolicTruth.known(true)
    for shift in stride(from: UInt64(39), through: 12, by: -9) {
      let (read, isOutside) = Self.memory(machine, table, (address >> W(known: shift)) & 511)
      let entry = explorer.name("entry\(shift)", read)
      reads.append((table, entry, isHere))
      leavesPool = leavesPool .| (isHere .& isOutside)
      let isPresent = (entry & 7) .!= 0
      let isLarge = (entry & 0x80) .!= 0
      let isPage = shift == 12 ? SymbolicTruth.known(true) : isLarge
      isMisconfigured =
        isMisconfigured .| (isHere .& isPresent .& Self.isWrong(machine, entry, isPage: isPage, shift))
      let ends = isHere .& isPresent .& isPage
      let frame = entry & 0x000f_ffff_ffff_f000
      let inside = W(known: (1 << shift) - 1)
      isMapped = isMapped .| ends
      host = .choose(ends, (frame & W(known: ~((1 << shift) - 1))) | (address & inside), host)
      memoryType = .choose(ends, (entry >> 3) & 7, memoryType)
      ignoresPAT = .choose(ends, (entry >> 6) & 1, ignoresPAT)
      rights = .choose(isHere, rights & entry & 7, rights)
      table = explorer.name("table\(shift)", frame)
      isHere = isHere .& isPresent .& .!isPage
    }
  }

  /// The 8 bytes of the `index`-th entry of a table at a host-physical address, a multiple of 4 KiB.
  private static func memory(
    _ machine: SymbolicMachine, _ table: W, _ index: W
  ) -> (entry: W, isOutside: SymbolicTruth) {
    let page = (table >> 12) &- machine.peek(.pool, W(known: PoolWord.start))
    let word = machine.explorer.context.bits(64)
    let anything = machine.explorer.context.function("memory outside the pool", [word, word], word)
    let context = machine.explorer.context
    let isInside = page .< machine.capacity(.pageTree)
    let elsewhere = W(anything(table.term(in: context), index.term(in: context)))
    return (.choose(isInside, machine.slot(page, index), elsewhere), .!isInside)
  }

  /// What the manual calls a misconfiguration, of a present entry for 2^shift bytes. (MAXPHYADDR is taken as 52: CAVEATS.md.)
  private static func isWrong(
    _ machine: SymbolicMachine, _ entry: W, isPage: SymbolicTruth, _ shift: UInt64
  ) -> SymbolicTruth {
    let hasHuge = machine.peek(.pool, W(known: PoolWord.hugePages)) .== 1
    let hasExecuteOnly = machine.peek(.pool, W(known: PoolWord.executeOnly)) .== 1
    let type = (entry >> 3) & 7
    let ofTable = .!isPage .& ((entry & 0xf8) .!= 0)
    let hasLowBits = (entry & W(known: ((1 << shift) - 1) & 0x000f_ffff_ffff_f000)) .!= 0
    let ofPage = isPage .& ((type .== 2) .| (type .== 3) .| (type .== 7) .| hasLowBits)
    var result =
      ((entry & 3) .== 2) .| (((entry & 7) .== 4) .& .!hasExecuteOnly) .| ofTable .| ofPage
    if shift == 39 { result = result .| isPage }
    if shift == 30 { result = result .| (isPage .& .!hasHuge) }
    return result
  }
}
