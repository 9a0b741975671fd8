// SPDX-License-Identifier: Apache-2.0
// The end: root's CPUs leave the hypervisor, all together (hypercall 0). Promise (theorem "nobody-runs-meanwhile"): the hypervisor is disabled only
// when every CPU that root's configuration names asks for it, and no other cell lives; a CPU leaves only then. Nobody waits: a CPU that asks
// executes its hypercall again until the others ask too, and is told EBUSY when it has asked for too long.

/// How often a CPU asks to leave before it is told that the others do not.
enum Leaving {
  static var most: UInt64 { 1 << 16 }
}

extension Processor {
  /// CPU `cpu`, which runs root, asks to leave.
  @inline(never) func leave(_ cpu: W) -> Verdict {
    // Only 64-bit code can be gone on with.
    if ((capacity(.leaving) .<= cpu) .| .!isIn64BitMode).isTrue { return stay(errno(22)) }
    // Another one was the last to ask.
    if register(Register.enabled) == 0 { return go() }
    let looks = read(.leaving, cpu)
    if cellsAlive() != 1 { return stay(errno(16), cpu) }
    if looks >= W(known: Leaving.most) { return stay(errno(16), cpu) }
    write(.leaving, cpu, looks &+ 1)
    if isSomebodyMissing() { return .resume }
    let attempt = attempt(.disable, Wish(cell: W(known: Owner.root), cpu: cpu))
    if (.!attempt.isDone).isTrue { return stay(0 &- attempt.errno, cpu) }
    return go()
  }

  /// A CPU that root's configuration names does not ask to leave. (It runs something else, waits for its start, or has failed.)
  private func isSomebodyMissing() -> Bool {
    let (cpus, row) = (capacity(.leaving), arbitrary(Ghost.oldRow))
    var missing = OneWord<W>(0)
    loop(.leavers, register(Register.claimCount), &missing, frame: .none) { i, missing in
      let cpu = self.cpu(of: self.claim(.current, row))
      let isNamed = (row .< i) .& (cpu .< cpus)
      return (isNamed .& (missing.value .== 0)) ==> (self.read(.leaving, cpu) .!= 0)
    } body: { i, missing in
      let cpu = self.cpu(of: self.claim(.current, i))
      if cpu >= cpus { return }
      missing.value = W.choose(self.read(.leaving, cpu) .== 0, 1, missing.value)
    }
    return missing.value != 0
  }

  /// The guest is told 0, which is this hypercall's number and therefore in RAX, and goes on without a hypervisor.
  private func go() -> Verdict {
    advance()
    return .leave
  }
  private func stay(_ errno: W, _ cpu: W) -> Verdict {
    write(.leaving, cpu, 0)
    return stay(errno)
  }
  private func stay(_ errno: W) -> Verdict {
    advance()
    setGuest(.rax, errno)
    return .resume
  }
}
