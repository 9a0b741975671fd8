// SPDX-License-Identifier: Apache-2.0
// Theorems about filling a range of an extended page table, one for each level. In plain words: whatever tables there are
// already, after filling `first ..< end` every guest-physical address in it that was not mapped is mapped as asked; every
// other address, inside and outside, is mapped as before; no table is lost or shared, each stands at its level; and no trap is
// reachable. Filling may be refused, for want of a free page.
//
// Each level rests on the theorem of the level below. An address is arbitrary, and so is the tree.

import Core
import Symbolic

/// Theorems about filling.
enum Fills {
  typealias R = Refusal<SymbolicWord>

  static func make(_ level: TableLevel, _ step: ProvedStep, _ unit: String) -> CoreTheorem {
    let needsPages = level != .one
    return CoreTheorem(
      name: "fill-\(level.rawValue)",
      statement: """
        Filling a range in a table whose slots map \(unit) each maps exactly what was not mapped in it, as asked, and leaves every \
        other address and every table as it was; no trap.
        """,
      properties: ["P3", "P4", "P5", "P17", "P18"], openSteps: [step],
      refusals: needsPages ? [.poolTooSmall] : [], loops: [needsPages ? .fillSlots : .fillPages],
      run: { m throws(R) in
        var path = TablePath(tree: m.any("tree"), root: m.any("page4"))
        (path.page3, path.page2, path.page1) = (m.any("page3"), m.any("page2"), m.any("page1"))
        let mapping = Mapping(
          distance: m.any("distance"), low: m.any("low"), large2: m.any("large2"), large3: m.any("large3"))
        try m.fill(level, path, m.any("first"), m.any("end"), mapping)
      }, keepsInvariant: false)
  }

  static let all = [
    make(.one, .fillLevel1, "4 KiB"), make(.two, .fillLevel2, "2 MiB"), make(.three, .fillLevel3, "1 GiB"),
    make(.four, .fillLevel4, "512 GiB"),
  ]
}
