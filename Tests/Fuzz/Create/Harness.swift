// SPDX-License-Identifier: Apache-2.0
// Fuzzes the creation of a cell as the testbed's root asks for it: an input is what root hands over, while two cells run (Tests/Fuzz/Bed). What this
// comes to, `make worst` chooses from, and the testbed gives to the running hypervisor.
//
// Properties: a refusal changes nothing; what is admitted can be destroyed, and then all is as before; nothing traps. (Invariants of loops are
// checked by the admission fuzzer: here it would cost tenths of a second for each cell that is admitted.)

import Bed
import Core
import Simulator

/// Stops with a message, so that libFuzzer keeps the input.
private func found(_ message: @autoclosure () -> String) -> Never { fatalError(message()) }

/// The machine, which each input finds as it was, and what it was.
private struct State {
  let simulator: Simulator<UInt64>
  var before: BedKept
  init() {
    do {
      simulator = try Bed(Bed.Files()).simulator
    } catch { found("\(error)") }
    before = BedKept(simulator, slots: false)
  }
}
nonisolated(unsafe) private var state = State()

/// One input: the bytes of a cell configuration; zeros lie behind them.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCreate(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let length = CellBlob.length(bytes)
  // Longer ones are refused before they are read.
  if length > UInt64(CellBlob.most) { return 0 }
  let id = CellBlob.number(bytes)
  let simulator = state.simulator
  simulator.foreign = [
    0x2000: bytes + [UInt8](repeating: 0, count: max(0, Int(length) - bytes.count))
  ]
  do throws(Refusal<UInt64>) {
    try simulator.create(0x2000, size: length, as: id, caller: 0)
  } catch {
    if let change = BedKept(simulator, slots: false).change(since: state.before) {
      found("refused (\(error.reason)), and yet something has changed: \(change) (P19)")
    }
    return 0
  }
  do throws(Refusal<UInt64>) { try simulator.destroy(id, caller: 0) } catch {
    found("it was admitted and cannot be destroyed: \(error.reason)")
  }
  let after = BedKept(simulator, slots: false)
  if let change = after.change(sinceOthersThan: id, state.before) {
    found("it was admitted and destroyed, and something is left: \(change)")
  }
  state.before = after
  simulator.clearLog()
  return 0
}
