// SPDX-License-Identifier: Apache-2.0
// Handover (P8, P9): what changes owner is cleared before the new owner can see it, and its CPUs change hands. Claims that
// root keeps (ROOTSHARED) change no owner: they are channels, and are cleared only where nobody else uses them yet.
//
// Everything here runs after the commit began, so nothing here can fail.

/// What of a cell's claims is cleared.
public enum Clearing: Sendable {
  /// Nothing.
  case nothing
  /// The CPUs: each begins in its initial state.
  case cpus
  /// Everything but channels.
  case all
}

extension Machine {
  /// Clears what a new cell takes, and parks its CPUs. The next generation has `rows` rows, and `findUsers` has noted who
  /// uses the cell's channels.
  func takeOver(_ cell: W, rows: W) {
    var none = NoState<W>()
    loop(.takeOver, rows, &none, frame: .scrubbing | TableSet(.occupant)) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let claim = self.claim(.next, i)
      if claim.owner != cell { return }
      let cpu = self.cpu(of: claim)
      if cpu < self.capacity(.occupant) { self.write(.occupant, cpu, W(known: Owner.hypervisor)) }
      // A channel that somebody uses keeps what it holds.
      if self.read(.rank, i) == 0 { self.scrub(claim.base, claim.end) }
    }
  }

  /// The CPUs that `cell` claims get `occupant`; `clearing` says what of its claims is cleared.
  func handOver(_ cell: W, cpusTo occupant: W, _ clearing: Clearing) {
    var none = NoState<W>()
    loop(.handBack, register(Register.claimCount), &none, frame: .scrubbing | TableSet(.occupant)) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let claim = self.claim(.current, i)
      if claim.owner != cell { return }
      let cpu = self.cpu(of: claim)
      let isCPU = cpu .< self.capacity(.occupant)
      if isCPU.isTrue { self.write(.occupant, cpu, occupant) }
      let isChosen =
        W.Condition(known: clearing == .all) .| (W.Condition(known: clearing == .cpus) .& isCPU)
      if (isChosen .& .!claim.marks.has(Marks.keepsRoot)).isTrue { self.scrub(claim.base, claim.end) }
    }
  }
}
