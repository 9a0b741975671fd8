// SPDX-License-Identifier: Apache-2.0
// The abstract state of a partitioned machine: functions and relations over unbounded sets.

/// A state. Functions are total; where a comment says "of a live cell", other values mean nothing.
public struct State<L: Logic> {
  /// The universe.
  public let logic: L

  /// The hypervisor is in charge.
  public var enabled: L.Truth
  /// The CPU of root on which the last management call was made: the witness that root has one.
  public var manager: L.Resource

  /// Phase of each cell. Root and the hypervisor are `running` while enabled.
  public var phase: (L.Cell) -> L.Phase
  /// The cell's content is kept from root: cleared at set-loadable.
  public var confidential: (L.Cell) -> L.Truth
  /// An image was loaded since the cell was created or, if it is confidential, cleared.
  public var loaded: (L.Cell) -> L.Truth
  /// The cell is never asked for consent.
  public var passive: (L.Cell) -> L.Truth
  /// The cell consents to be stopped, restarted or destroyed.
  public var agrees: (L.Cell) -> L.Truth
  /// The cell forbids reconfiguration of the machine for now.
  public var locked: (L.Cell) -> L.Truth

  /// What each cell's configuration names; of the hypervisor: what nobody else may reach. Root claims nothing.
  public var claims: (L.Cell, L.Resource, L.Right) -> L.Truth
  /// ROOTSHARED: the claim leaves root's access alone.
  public var keepsRoot: (L.Cell, L.Resource) -> L.Truth
  /// LOADABLE: root gets it back while the cell is loadable.
  public var loadable: (L.Cell, L.Resource) -> L.Truth
  /// What root's configuration names: the layer below all claims.
  public var base: (L.Resource, L.Right) -> L.Truth
  /// The ledger: who holds the resource against root; `root` if nobody does.
  public var holder: (L.Resource) -> L.Cell

  /// The cell whose code runs on the CPU; `hypervisor`: parked.
  public var occupant: (L.Resource) -> L.Cell
  /// The pin is unmasked.
  public var armed: (L.Resource) -> L.Truth
  /// The CPU that an armed pin interrupts.
  public var target: (L.Resource) -> L.Resource

  /// What each resource holds.
  public var content: (L.Resource) -> L.Value
  /// Ghost: the resource may hold what the cell wrote there while it was not shared. Root: whatever root wrote.
  public var secret: (L.Resource, L.Cell) -> L.Truth

  /// Makes a state of which everything is given.
  public init(
    logic: L, enabled: L.Truth, manager: L.Resource, phase: @escaping (L.Cell) -> L.Phase,
    confidential: @escaping (L.Cell) -> L.Truth, loaded: @escaping (L.Cell) -> L.Truth,
    passive: @escaping (L.Cell) -> L.Truth,
    agrees: @escaping (L.Cell) -> L.Truth, locked: @escaping (L.Cell) -> L.Truth,
    claims: @escaping (L.Cell, L.Resource, L.Right) -> L.Truth,
    keepsRoot: @escaping (L.Cell, L.Resource) -> L.Truth,
    loadable: @escaping (L.Cell, L.Resource) -> L.Truth,
    base: @escaping (L.Resource, L.Right) -> L.Truth, holder: @escaping (L.Resource) -> L.Cell,
    occupant: @escaping (L.Resource) -> L.Cell, armed: @escaping (L.Resource) -> L.Truth,
    target: @escaping (L.Resource) -> L.Resource, content: @escaping (L.Resource) -> L.Value,
    secret: @escaping (L.Resource, L.Cell) -> L.Truth
  ) {
    self.logic = logic
    self.enabled = enabled
    self.manager = manager
    self.phase = phase
    self.confidential = confidential
    self.loaded = loaded
    self.passive = passive
    self.agrees = agrees
    self.locked = locked
    self.claims = claims
    self.keepsRoot = keepsRoot
    self.loadable = loadable
    self.base = base
    self.holder = holder
    self.occupant = occupant
    self.armed = armed
    self.target = target
    self.content = content
    self.secret = secret
  }
}
