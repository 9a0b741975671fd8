// SPDX-License-Identifier: Apache-2.0
// Scrubbing on handover (P8): what changes owner is cleared before the new owner can see it. Claims that root keeps
// (ROOTSHARED) change no owner and are left alone: they are channels.

extension Machine {
  /// Clears what a new cell takes from root: rows `first ..< end` of the next generation.
  func scrubNew(from first: W, to end: W) {
    var none = NoState<W>()
    loop(.scrubNew, end - first, &none, frame: .scrubbing) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let claim = self.claim(.next, first + i)
      if claim.marks.has(Marks.keepsRoot).isTrue { return }
      self.scrub(claim.base, claim.end)
    }
  }

  /// Clears what `cell` holds and root does not keep: all of it, or its CPUs alone.
  func scrubOld(of cell: W, cpusOnly: Bool) {
    var none = NoState<W>()
    loop(.scrubOld, register(Register.claimCount), &none, frame: .scrubbing) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let claim = self.claim(.current, i)
      if claim.owner != cell { return }
      let isOther = W.Condition(known: cpusOnly) .& ((claim.base >> 60) .!= W(known: Space.cpu.rawValue))
      if (claim.marks.has(Marks.keepsRoot) .| isOther).isTrue { return }
      self.scrub(claim.base, claim.end)
    }
  }
}
