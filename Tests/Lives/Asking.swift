// SPDX-License-Identifier: Apache-2.0
// An operation as a call of the core.

import Core

extension World {
  /// Asks the core.
  func ask(_ operation: Operation) -> Answer {
    var answer = Answer()
    do throws(Refusal<UInt64>) {
      try call(operation, &answer)
    } catch {
      answer.refusal = error
    }
    return answer
  }

  private func call(_ operation: Operation, _ answer: inout Answer) throws(Refusal<UInt64>) {
    switch operation {
    case .enable(let wish, let caller):
      let size = offer(wish.bytes, 0x1000, unreadable: wish.root.defect == .unreadable)
      try machine.enable(0x1000, size: size, caller: caller, assumed: 0)
    case .create(let wish, let id, let caller):
      let size = offer(wish.bytes, 0x2000, unreadable: wish.defect == .unreadable)
      try machine.create(0x2000, size: size, as: id, caller: caller)
    case .setLoadable(let id, let caller): try machine.setLoadable(id, caller: caller)
    case .load(let id, let target, let size, let caller):
      answer.address = try machine.load(id, target: target, size: size, caller: caller)
    case .start(let id, let caller): try machine.start(id, caller: caller)
    case .shutDown(let cpu): try machine.shutDown(by: cpu)
    case .failCPU(let cpu): try machine.failCPU(cpu)
    case .fail(let id): try machine.fail(id)
    case .destroy(let id, let caller): try machine.destroy(id, caller: caller)
    case .disable(let caller): try machine.disable(caller: caller)
    case .say, .write: break
    }
  }

  /// Puts a file into foreign memory, or nothing. Returns its size.
  private func offer(_ bytes: [UInt8], _ address: UInt64, unreadable: Bool) -> UInt64 {
    simulator.foreign[address] = unreadable ? nil : bytes
    return UInt64(bytes.count)
  }
}
