// SPDX-License-Identifier: Apache-2.0
// What a verdict leads to: one step of what a CPU does between an exit and the next entry. The loop around it, and the waiting, is the machine's.

extension Processor {
  /// Carries out what was decided on CPU `cpu`; returns what is to be done next. `resume`: a kick has come before the guest was entered.
  /// `stand`, `park`: the CPU has stood still, and was told to go on, or is asked for something.
  public func carryOut(_ verdict: Verdict, cpu: W) -> Verdict {
    switch verdict {
    case .resume: answerKick(cpu: cpu)
    case .chip: answerChip(cpu: cpu)
    case .port: answerPort(cpu: cpu)
    case .manage: manage(cpu: cpu)
    case .fail: failHere(cpu: cpu)
    case .stand, .park: settle(cpu: cpu)
    // Nothing is left to decide.
    case .leave: .leave
    }
  }
}
