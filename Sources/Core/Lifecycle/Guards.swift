// SPDX-License-Identifier: Apache-2.0
// What every lifecycle request is checked against before anything else.

extension Machine {
  /// Refuses while the hypervisor is not enabled.
  func requireEnabled() throws(Refusal<W>) {
    guard register(Register.enabled) == 1 else { throw Refusal(.notEnabled) }
  }

  /// Refuses a request that does not come from a CPU that runs root.
  func requireRoot(_ caller: W) throws(Refusal<W>) {
    try requireEnabled()
    guard caller < capacity(.occupant) else { throw Refusal(.callerNotRoot, caller) }
    guard read(.occupant, caller) == W(known: Owner.root) else { throw Refusal(.callerNotRoot, caller) }
  }

  /// Refuses a request about no living cell: an id that is root's, out of range, or free. Returns the cell's phase.
  func requireCell(_ cell: W) throws(Refusal<W>) -> W {
    guard cell != W(known: Owner.root) else { throw Refusal(.badCell, cell) }
    guard cell < capacity(.phase) else { throw Refusal(.noSuchCell, cell) }
    let phase = read(.phase, cell)
    guard phase != W(known: Phase.absent) else { throw Refusal(.noSuchCell, cell) }
    return phase
  }

  /// Refuses where a running cell that must be asked has not agreed to be stopped. It agrees by its reply, or by having
  /// shut itself down or failed. Passive cells are not asked.
  func requireConsent(_ cell: W) throws(Refusal<W>) {
    // Foreign: each word is read once, and only this decision depends on it.
    let state = foreignCellState(cell)
    let reply = foreignReply(cell)
    let agrees = (W(known: CellState.shutDown) .<= state) .| (reply .== W(known: CellState.approved))
    guard (.!listens(cell) .| agrees).isTrue else { throw Refusal(.cellRefuses, cell) }
  }

  /// Refuses while a running cell, other than `cell`, has locked the configuration. Passive cells cannot lock it (rule L2).
  func requireUnlocked(except cell: W) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.lockCheck, capacity(.phase), &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { (i, _) throws(Refusal<W>) in
      guard (.!self.isLocked(by: i, except: cell)).isTrue else { throw Refusal(.cellLocked, i) }
    }
  }

  /// A running cell, other than `cell`, has locked the configuration.
  func isLocked(by i: W, except cell: W) -> W.Condition {
    // Foreign: the cell may change the word at any time; it is read once, and only this decision depends on it.
    let isLocked = foreignCellState(i) .== W(known: CellState.locked)
    return listens(i) .& (i .!= cell) .& isLocked
  }

  /// The cell takes part in its management: it runs, and is neither root nor passive.
  func listens(_ cell: W) -> W.Condition {
    (read(.phase, cell) .== W(known: Phase.running)) .& (cell .!= W(known: Owner.root))
      .& .!read(.cellFlags, cell).has(CellFlag.passive)
  }
}

/// Words of the communication page that the core acts on.
enum CellState {
  /// State: the cell runs and forbids reconfiguration.
  static var locked: UInt64 { 1 }
  /// State: the cell has shut itself down; greater ones say that it has failed in some way.
  static var shutDown: UInt64 { 2 }
  /// State: the cell has failed; it does not know this form of the page.
  static var failed: UInt64 { 3 }
  static var mismatch: UInt64 { 4 }
  /// Reply: the request is approved; the message was received.
  static var approved: UInt64 { 3 }
  static var received: UInt64 { 4 }
}
