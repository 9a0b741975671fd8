// SPDX-License-Identifier: Apache-2.0
// The functions of the core that are replayed, each for any machine. What is replayed of them are the paths without loops.

import Core

/// Arguments by name: unknowns on the symbolic machine, numbers on the simulator.
struct Arguments<W: Word> {
  let named: (String) -> W

  func copy(_ holder: Holder) -> PrivateCopy<W> { PrivateCopy(shapeIn: holder, size: named("size")) }
  /// Every word of a state, numbered.
  func fill<S: LoopState>(_ state: S, _ name: String) -> S where S.W == W {
    var number = 0
    return state.map { _ in
      number += 1
      return named("\(name)\(number)")
    }
  }
  func layout(_ holder: Holder) -> CellLayout<W> { fill(CellLayout(shapeOf: copy(holder)), "layout") }
  func system() -> SystemLayout<W> { fill(SystemLayout(shapeOf: copy(.system)), "system") }
}

/// The words of a state.
func words<S: LoopState>(_ state: S) -> [S.W] {
  var words: [S.W] = []
  _ = state.map {
    words.append($0)
    return $0
  }
  return words
}

/// A function of the core.
enum Replayed: String, CaseIterable, Sendable {
  /// No function of the core: a toy that uses each operation of `Word` and `Truth`.
  case everyOperation
  case readCell, readSystem, cellItem, rootItem, protectedItem
  case create, enable, destroy, setLoadable, load, start, shutDown, fail, failCPU, disable

  /// The steps that it looks into.
  var openSteps: Set<ProvedStep> {
    [
      .readCell, .readSystem, .cellItem, .rootItem, .protectedItem, .memoryItem, .cacheItem, .pinItem,
      .portItem,
      .deviceItem, .streamItem, .cpuItem,
    ]
  }

  /// What must hold of the arguments.
  func requires<M: Machine>(_ m: M, _ a: Arguments<M.W>) -> M.W.Condition {
    switch self {
    case .cellItem, .rootItem: a.layout(self == .rootItem ? .system : .cell).isInside()
    case .enable, .readCell, .readSystem: a.named("assumed") .<= 2
    default: .init(known: true)
    }
  }

  /// Runs it: the words of the result.
  func run<M: Machine>(_ m: M, _ a: Arguments<M.W>) throws(Refusal<M.W>) -> [M.W] {
    let cell = a.named("cell")
    switch self {
    case .everyOperation: return everyOperation(m, a.named("x"), a.named("y"))
    case .readCell: return words(try m.readCell(a.copy(.cell), assumed: a.named("assumed")))
    case .readSystem: return words(try m.readSystem(a.copy(.system), assumed: a.named("assumed")))
    case .cellItem, .rootItem:
      let isRoot = self == .rootItem
      let layout = a.layout(isRoot ? .system : .cell)
      let owner = isRoot ? M.W(known: Owner.root) : a.named("owner")
      let claimant = Claimant(owner: owner, isRoot: isRoot, caller: a.named("caller"))
      return words(
        try m.claim(ofItem: a.named("t"), layout, a.fill(m.facts(), "facts"), claimant))
    case .protectedItem: return words(try m.protectedRange(a.named("t"), a.system()))
    case .create: try m.create(a.named("address"), size: a.named("size"), as: cell, caller: a.named("caller"))
    case .enable:
      try m.enable(
        a.named("address"), size: a.named("size"), caller: a.named("caller"), assumed: a.named("assumed"))
    case .destroy: try m.destroy(cell, caller: a.named("caller"))
    case .setLoadable: try m.setLoadable(cell, caller: a.named("caller"))
    case .load:
      return [
        try m.load(cell, target: a.named("target"), size: a.named("size"), caller: a.named("caller"))
      ]
    case .start: try m.start(cell, caller: a.named("caller"))
    case .shutDown: try m.shutDown(by: cell)
    case .fail: try m.fail(cell)
    case .failCPU: try m.failCPU(cell)
    case .disable: try m.disable(caller: cell)
    }
    return []
  }

  /// Whatever goes wrong in one operation shows in a result.
  private func everyOperation<M: Machine>(_ m: M, _ x: M.W, _ y: M.W) -> [M.W] {
    let (small, few) = (x & 0xff, y & 0x3f)
    let sum = small + few + 1
    let product = small.times(3)
    let (isLess, isEqual, isAtMost) = (x .< y, x .== y, product .<= sum)
    let conditions = [isLess, isEqual, isAtMost, isLess .& .!isEqual, isLess .| isAtMost, .!isEqual]
    if isLess.isTrue { m.write(.registers, 0, sum) }
    if x.hasAny(6).isTrue && y == 7 { m.write(.registers, 1, product) }
    return [sum, sum - few, product, x << few, y >> few, x &+ y, x &- y, x | y, M.W.lesser(x, y)]
      + conditions.map { M.W.choose($0, 1, 2) }
  }
}
