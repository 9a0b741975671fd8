// SPDX-License-Identifier: Apache-2.0
// Who looks on while the simulator's CPU executes one instruction: notes what was touched, and whether it was left.

import Core
import Simulator

final class Watch: Onlooker {
  private(set) var touched: UInt64?
  private(set) var reason: UInt64?

  func touched(
    _ cpu: SimulatedProcessor, _ address: UInt64, host: UInt64, _ access: MemoryAccess, value: UInt64
  ) {
    touched = host
  }
  func left(_ cpu: SimulatedProcessor, reason: UInt64) { self.reason = reason }

  func instruction(on cpu: SimulatedProcessor) -> GuestInstruction? { nil }
}
