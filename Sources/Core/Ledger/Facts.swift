// SPDX-License-Identifier: Apache-2.0
// What admission needs to know of the system: set by enable, kept in registers, read by create.

/// Facts of the running system.
public struct Facts<W: Word>: LoopState {
  /// 0 x86, 1 ARM, 2 ARM64.
  public let architecture: W
  /// Size of the retained system configuration, bytes.
  public let systemSize: W
  /// Root's CPU bitmap in the system configuration: offset and length, bytes.
  public let rootCPUs: W
  public let rootCPUBytes: W
  /// The hypervisor's own console, as ports `consoleBase ..< consoleEnd`; equal where it has none.
  public let consoleBase: W
  public let consoleEnd: W
  /// 1 where stream ids carry a mask in their upper half (MMU-500).
  public let maskedStreams: W

  public func map(_ transform: (W) -> W) -> Facts<W> {
    Facts(
      architecture: transform(architecture), systemSize: transform(systemSize), rootCPUs: transform(rootCPUs),
      rootCPUBytes: transform(rootCPUBytes), consoleBase: transform(consoleBase),
      consoleEnd: transform(consoleEnd), maskedStreams: transform(maskedStreams))
  }
}

extension Machine {
  /// The facts that enable left in the registers.
  public func facts() -> Facts<W> {
    Facts(
      architecture: register(Register.architecture), systemSize: register(Register.systemSize),
      rootCPUs: register(Register.rootCPUs), rootCPUBytes: register(Register.rootCPUBytes),
      consoleBase: register(Register.consoleBase), consoleEnd: register(Register.consoleEnd),
      maskedStreams: register(Register.maskedStreams))
  }
  /// Leaves the facts in the registers.
  func keep(_ facts: Facts<W>) {
    setRegister(Register.architecture, facts.architecture)
    setRegister(Register.systemSize, facts.systemSize)
    setRegister(Register.rootCPUs, facts.rootCPUs)
    setRegister(Register.rootCPUBytes, facts.rootCPUBytes)
    setRegister(Register.consoleBase, facts.consoleBase)
    setRegister(Register.consoleEnd, facts.consoleEnd)
    setRegister(Register.maskedStreams, facts.maskedStreams)
  }
  /// True where root's configuration has the CPU.
  func rootHas(_ cpu: W, _ facts: Facts<W>) -> W.Condition {
    let byte = cpu >> 3
    let isInside = byte .< facts.rootCPUBytes
    let bitmap = elements(
      .system, size: facts.systemSize, start: facts.rootCPUs, count: facts.rootCPUBytes, stride: 1)
    // The load stays inside the bitmap also where the CPU does not: the answer is merged, not branched on.
    let bits = element(bitmap, W.choose(isInside, byte, 0), 0, 1)
    return isInside .& (((bits >> (cpu & 7)) & 1) .== 1)
  }
}
