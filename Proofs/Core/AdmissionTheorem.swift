// SPDX-License-Identifier: Apache-2.0
import Core
import Symbolic

public func admissionTrial(_ view: View, _ kind: SolverKind) {
  guard let context = Z3Context() else { return }
  let explorer = Explorer("admission \(view)", prover: Prover(context, kind: kind))
  let clock = ContinuousClock()
  let start = clock.now
  var outcomes: [String: Int] = [:]
  explorer.explore {
    let machine = SymbolicMachine(explorer)
    machine.openSteps = [view == .claims ? .admitClaims : .admitGuestMap]
    let count = SymbolicWord(explorer.constant("count"))
    explorer.assume(count .<= machine.capacity(view.base))
    let first = machine.arbitrary(Ghost.firstRow), second = machine.arbitrary(Ghost.secondRow)
    do throws(Refusal<SymbolicWord>) {
      try machine.admit(view, count: count)
      explorer.mark("accepted")
      outcomes["accepted", default: 0] += 1
      let both = (first .< count) .& (second .< count)
      let ok = explorer.specifying { both ==> machine.isCompatible(view, first, second) }
      explorer.prove("any two are compatible", ok)
    } catch {
      explorer.mark("refused \(error.reason)")
      outcomes["\(error.reason)", default: 0] += 1
    }
  }
  print("paths", explorer.paths, "proved", explorer.proved, "failures", explorer.failures.count, clock.now - start, "calls", explorer.prover.calls, "z3", explorer.prover.elapsed)
  for f in explorer.failures.prefix(10) { print("FAIL", f.name, f.detail.prefix(800)) }
  print(explorer.reached.sorted())
  print(outcomes)
}
