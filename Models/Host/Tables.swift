// SPDX-License-Identifier: Apache-2.0
// A state of a finite universe as tables, so that it does not grow with every step.

extension State where L == FiniteLogic {
  /// An equal state whose functions are look-ups.
  public var tabulated: State {
    let (n, m) = (logic.cells, logic.resources)
    func byCell<V>(_ f: (Int) -> V) -> (Int) -> V {
      let table = (0..<n).map(f)
      return { table[$0] }
    }
    func byResource<V>(_ f: (Int) -> V) -> (Int) -> V {
      let table = (0..<m).map(f)
      return { table[$0] }
    }
    func byBoth<V>(_ f: (Int, Int) -> V) -> (Int, Int) -> V {
      let table = (0..<n * m).map { f($0 / m, $0 % m) }
      return { table[$0 * m + $1] }
    }
    let rights = RightName.allCases.count
    let named = (0..<n * m * rights).map { claims($0 / rights / m, $0 / rights % m, $0 % rights) }
    let layer = (0..<m * rights).map { base($0 / rights, $0 % rights) }
    let secrets = byBoth { c, x in secret(x, c) }
    return State(
      logic: logic, enabled: enabled, manager: manager, phase: byCell(phase),
      confidential: byCell(confidential), loaded: byCell(loaded), passive: byCell(passive),
      agrees: byCell(agrees), locked: byCell(locked),
      claims: { c, x, r in named[(c * m + x) * rights + r] }, keepsRoot: byBoth(keepsRoot),
      loadable: byBoth(loadable), base: { x, r in layer[x * rights + r] }, holder: byResource(holder),
      occupant: byResource(occupant), armed: byResource(armed), target: byResource(target),
      content: byResource(content), secret: { x, c in secrets(c, x) })
  }

  /// The invariants that do not hold, with a point for each.
  public func violations() -> [(invariant: String, at: Point<FiniteLogic>)] {
    Invariant<FiniteLogic>.all.compactMap { invariant in
      logic.points.first { !invariant.holds(self, $0) }.map { (invariant.name, $0) }
    }
  }

  /// The machine before enable: root's, with arbitrary contents.
  public static func off(_ logic: FiniteLogic, content: @escaping (Int) -> Int) -> State {
    State(
      logic: logic, enabled: false, manager: 0, phase: { _ in PhaseName.absent.rawValue },
      confidential: { _ in false }, loaded: { _ in false }, passive: { _ in false }, agrees: { _ in false },
      locked: { _ in false },
      claims: { _, _, _ in false }, keepsRoot: { _, _ in false }, loadable: { _, _ in false },
      base: { _, _ in false }, holder: { _ in 0 }, occupant: { _ in 0 }, armed: { _ in false },
      target: { _ in 0 },
      content: content, secret: { _, c in c == 0 })
  }
}

extension Transition where L == FiniteLogic {
  /// The guards that fail, at whatever point; none: the step is taken.
  public func refusals(_ s: State<FiniteLogic>) -> [String] {
    var names: [String] = []
    for point in s.logic.points {
      for guarded in guards(s, point) where !guarded.holds && !names.contains(guarded.name) {
        names.append(guarded.name)
      }
    }
    return names
  }

  /// One step: the new state if every guard holds everywhere, else the old one.
  public func step(_ s: State<FiniteLogic>) -> State<FiniteLogic> {
    refusals(s).isEmpty ? apply(s).tabulated : s
  }
}
