// SPDX-License-Identifier: Apache-2.0
// Who may do what: derived from the state, never stored.

extension State {
  /// The root cell.
  public var root: L.Cell { logic.root }
  /// The hypervisor.
  public var hypervisor: L.Cell { logic.hypervisor }

  /// The cell is in this phase.
  public func isIn(_ c: L.Cell, _ phase: PhaseName) -> L.Truth { self.phase(c) .== logic.phase(phase) }

  /// The cell exists.
  public func live(_ c: L.Cell) -> L.Truth { .!isIn(c, .absent) }

  /// The cell is neither root nor the hypervisor.
  public func isGuest(_ c: L.Cell) -> L.Truth { (c .!= root) .& (c .!= hypervisor) }

  /// The cell's configuration names the resource with some right.
  public func claimed(_ c: L.Cell, _ x: L.Resource) -> L.Truth { anyRight { claims(c, x, $0) } }

  /// Some right for which `body` holds.
  func anyRight(_ body: (L.Right) -> L.Truth) -> L.Truth {
    let memory = body(logic.right(.read)) .| body(logic.right(.write))
    return memory .| body(logic.right(.execute)) .| body(logic.right(.dma))
  }

  /// The claim may stand beside another of its kind: ROOTSHARED and not executable.
  public func shareable(_ c: L.Cell, _ x: L.Resource) -> L.Truth {
    keepsRoot(c, x) .& .!claims(c, x, logic.right(.execute))
  }

  /// A LOADABLE region that root may use now.
  public func open(_ c: L.Cell, _ x: L.Resource) -> L.Truth { loadable(c, x) .& isIn(c, .loadable) }

  /// The cell's claim takes the resource away from root.
  public func takes(_ c: L.Cell, _ x: L.Resource) -> L.Truth {
    live(c) .& (c .!= root) .& claimed(c, x) .& .!keepsRoot(c, x) .& .!open(c, x)
  }

  /// The cell can use the resource: root through its base layer where nobody holds it, others by their claims.
  public func access(_ d: L.Cell, _ x: L.Resource, _ right: L.Right) -> L.Truth {
    let root = base(x, right) .& (holder(x) .== self.root)
    return .choose(d .== self.root, root, live(d) .& claims(d, x, right))
  }

  /// The cell can use the resource, by the right's name.
  public func access(_ d: L.Cell, _ x: L.Resource, _ right: RightName) -> L.Truth {
    access(d, x, logic.right(right))
  }

  /// The cell can use the resource in some way.
  public func uses(_ d: L.Cell, _ x: L.Resource) -> L.Truth { anyRight { access(d, x, $0) } }

  /// The cell's code runs on this CPU.
  public func runs(_ cpu: L.Resource, _ c: L.Cell) -> L.Truth { logic.isCPU(cpu) .& (occupant(cpu) .== c) }

  /// A management call may concern this cell without asking it: it is passive, or agrees, or does not run.
  public func consents(_ c: L.Cell) -> L.Truth { passive(c) .| agrees(c) .| .!isIn(c, .running) }

  /// The cell forbids reconfiguration, and has a say.
  public func blocks(_ c: L.Cell) -> L.Truth { isIn(c, .running) .& locked(c) .& .!passive(c) }
}
