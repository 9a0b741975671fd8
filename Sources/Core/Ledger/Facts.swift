// SPDX-License-Identifier: Apache-2.0
// What admission needs to know of the system: set by enable, kept in registers, read by create.

/// Facts of the running system.
public struct Facts<W: Word>: LoopState {
  /// 0 x86, 1 ARM, 2 ARM64.
  public let architecture: W
  /// The hypervisor's own console, as ports `consoleBase ..< consoleEnd`; equal where it has none.
  public let consoleBase: W
  public let consoleEnd: W
  /// 1 where stream ids carry a mask in their upper half (MMU-500).
  public let maskedStreams: W

  /// Facts of nothing.
  public static var none: Facts<W> {
    Facts(architecture: 0, consoleBase: 0, consoleEnd: 0, maskedStreams: 0)
  }
  public func map(_ transform: (W) -> W) -> Facts<W> {
    Facts(
      architecture: transform(architecture), consoleBase: transform(consoleBase),
      consoleEnd: transform(consoleEnd), maskedStreams: transform(maskedStreams))
  }
}

extension Machine {
  /// The facts that enable left in the registers.
  public func facts() -> Facts<W> {
    Facts(
      architecture: register(Register.architecture), consoleBase: register(Register.consoleBase),
      consoleEnd: register(Register.consoleEnd), maskedStreams: register(Register.maskedStreams))
  }
  /// Leaves the facts in the registers.
  func keep(_ facts: Facts<W>) {
    setRegister(Register.architecture, facts.architecture)
    setRegister(Register.consoleBase, facts.consoleBase)
    setRegister(Register.consoleEnd, facts.consoleEnd)
    setRegister(Register.maskedStreams, facts.maskedStreams)
  }
}
