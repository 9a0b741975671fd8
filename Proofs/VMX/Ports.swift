// SPDX-License-Identifier: Apache-2.0
// Theorem. Whatever the ledger holds: after a cell's I/O bitmaps have been written, a port does not exit if and only if a row of the cell's
// names it and, where the cell is root, no other owner's row takes it (a row that root does not keep by ROOTSHARED). But port 0x64 exits
// always. Words of other cells' bitmaps are as they were; no trap. (P10, P22.)
//
// In three cases that are all there are: nobody of the cell names the port; a row names it and nobody takes it; the cell is root and a row takes it.
// "Nobody" is said of each row that the code comes to. What it means that a row names a port is said here once more.

import Core
import Symbolic

/// Theorems about I/O bitmaps.
enum Ports {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "ports-are-the-ledger",
    statement: """
      Whatever the ledger holds: a port of a cell does not exit exactly where a row of the cell's names it and, of root's, nobody's row takes it, but \
      0x64 exits always; other cells' bitmaps stay; no trap.
      """,
    properties: ["P10", "P17", "P18", "P22"],
    loops: [.closePorts, .openPorts, .takePorts],
    prepare: prepare,
    run: { m throws(Refusal<W>) in m.buildPorts(m.argument("cell")) },
    success: show, keepsInvariant: false)

  static let range = Steps.make(
    .portRange, "port-ranges",
    "A range of ports is opened or closed in a cell's bitmaps bit by bit, and nothing else: no other bit, no other cell's word; no trap.",
    loops: [.portRange]
  ) { m throws(Refusal<W>) in
    let claim = Claim<W>(
      base: m.any("base"), end: m.any("end"), owner: m.any("owner"), marks: m.any("marks"),
      guest: m.any("guest"))
    m.setRange(claim, m.any("bitmaps"), opens: m.explorer.fork("opens"))
  }

  private enum Case: UInt64 { case unnamed, named, taken }

  /// Row `row` names the port.
  private static func names(_ m: SymbolicMachine, _ row: W, _ port: W) -> SymbolicTruth {
    let (base, end) = (m.peek(.currentBase, row), m.peek(.currentEnd, row))
    let resource = W(known: 1 << 60) &+ port
    return ((base >> 60) .== 1) .& (base .<= resource) .& (resource .< end)
  }
  private static func isCells(_ m: SymbolicMachine, _ row: W) -> SymbolicTruth {
    m.peek(.currentOwner, row) .== m.argument("cell")
  }
  /// Another's row that takes what it names from root: root does not keep it (bit 6 of its marks).
  private static func takes(_ m: SymbolicMachine, _ row: W) -> SymbolicTruth {
    (m.peek(.currentOwner, row) .!= 0) .& ((m.peek(.currentMarks, row) & W(known: 1 << 6)) .== 0)
  }
  private static func isOpen(_ m: SymbolicMachine) -> SymbolicTruth { isOpen(m, m.arbitrary(Ghost.bit)) }
  private static func isOpen(_ m: SymbolicMachine, _ port: W) -> SymbolicTruth {
    let word = m.peek(.ports, (m.argument("cell") << 10) &+ (port >> 6))
    return ((word >> (port & 63)) & 1) .== 0
  }

  private static func prepare(_ m: SymbolicMachine) {
    let explorer = m.explorer
    let (port, row) = (m.arbitrary(Ghost.bit), m.arbitrary(Ghost.oldRow))
    explorer.assume(explorer.specifying { m.registersAreSound .& (port .< 0x1_0000) })
    for ghost in [Ghost.bit, Ghost.oldRow, Ghost.resource] { explorer.bind(m.arbitrary(ghost)) }
    let count = m.peek(.registers, W(known: Register.claimCount))
    let isRoot = m.argument("cell") .== 0
    if explorer.fork("nobody of the cell names the port") {
      m.noted["case"] = W(known: Case.unnamed.rawValue)
      m.definitions[.openPorts] = { i in [(isCells(m, i) .& names(m, i, port)) ==> .known(false)] }
      m.annotations[.openPorts] = { _, _ in .!isOpen(m) }
      m.annotations[.takePorts] = { _, _ in .!isOpen(m) }
    } else if explorer.fork("a row takes it from root") {
      m.noted["case"] = W(known: Case.taken.rawValue)
      explorer.assume(
        explorer.specifying { isRoot .& (row .< count) .& takes(m, row) .& names(m, row, port) })
    } else {
      m.noted["case"] = W(known: Case.named.rawValue)
      explorer.assume(explorer.specifying { (row .< count) .& isCells(m, row) .& names(m, row, port) })
      m.definitions[.takePorts] = { i in [(isRoot .& takes(m, i) .& names(m, i, port)) ==> .known(false)] }
      m.annotations[.takePorts] = { _, _ in isOpen(m) }
    }
    for label in ["unnamed", "named", "taken"] { explorer.expect(label) }
  }

  private static func show(_ proof: PathProof) {
    let m = proof.machine
    guard let number = m.noted["case"]?.number, let which = Case(rawValue: number) else { return }
    proof.explorer.mark("\(which)")
    let isCell = m.argument("cell") .< m.capacity(.phase)
    switch which {
    case .named:
      proof.prove("a port that is named and that nobody takes is open, unless it is 0x64") {
        (isCell .& (m.arbitrary(Ghost.bit) .!= 0x64)) ==> isOpen(m)
      }
    case .unnamed: proof.prove("a port that nobody names is closed") { isCell ==> .!isOpen(m) }
    case .taken: proof.prove("a port of root's that somebody takes is closed") { isCell ==> .!isOpen(m) }
    }
    proof.prove("port 0x64 exits") { isCell ==> .!isOpen(m, 0x64) }
    proof.prove("other cells' bitmaps stay") {
      let (word, first) = (m.arbitrary(Ghost.resource), m.argument("cell") << 10)
      let isOwn = (first .<= word) .& (word .< (first &+ 1024))
      return isOwn .| (m.peek(.ports, word) .== proof.before.read(.ports, word))
    }
  }
}
