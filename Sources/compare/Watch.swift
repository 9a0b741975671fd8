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
  func enters(_ cpu: SimulatedProcessor) {}
  func usedPort(_ cpu: SimulatedProcessor, _ port: UInt64) {}
  func usedMSR(_ cpu: SimulatedProcessor, _ number: UInt64, isWrite: Bool) {}
  func sends(_ cpu: SimulatedProcessor, to number: UInt64) {}
  func asks(_ cpu: SimulatedProcessor, _ other: UInt64, request: UInt64) {}
  func copies(_ cpu: SimulatedProcessor, _ address: UInt64, size: UInt64) {}
  func looks(_ cpu: SimulatedProcessor, at address: UInt64) {}
  func raised(_ chip: UInt64, pin: UInt64, on cpu: SimulatedProcessor) {}
  func usesPort(_ cpu: SimulatedProcessor, _ port: UInt64, bytes: UInt64, isWrite: Bool, value: UInt64) {}
  func unlocks(_ cpu: SimulatedProcessor) {}
  func leaves(_ cpu: SimulatedProcessor) {}
  func tries(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>) {}
  func tried(_ operation: Core.Operation, _ wish: Core.Wish<UInt64>, _ refusal: Refusal<UInt64>?) {}
  func waitedInVain(_ cpu: SimulatedProcessor, for other: UInt64) {}
}
