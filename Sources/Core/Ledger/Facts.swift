// SPDX-License-Identifier: Apache-2.0
// What admission needs to know of the system: read by enable, kept in registers, used by create. Promise: each fact is what
// the system configuration's bytes say (theorem "system-facts").

/// Facts of the running system.
public struct Facts<W: Word>: LoopState {
  /// 0 x86, 1 ARM, 2 ARM64.
  public let architecture: W
  /// The hypervisor's own console, as ports `consoleBase ..< consoleEnd`; equal where it has none.
  public let consoleBase: W
  public let consoleEnd: W
  /// 1 where stream ids carry a mask in their upper half: some unit is an MMU-500.
  public let maskedStreams: W
  /// The bits of the L3 capacity mask that root has, `cacheBase ..< cacheEnd`: its share, or all where it lists none.
  public let cacheBase: W
  public let cacheEnd: W
  /// Root's interrupt chips, in the copy of the system configuration, which is kept while the hypervisor is enabled.
  public let chips: Elements<W>

  /// Facts of nothing.
  public static var none: Facts<W> {
    Facts(
      architecture: 0, consoleBase: 0, consoleEnd: 0, maskedStreams: 0, cacheBase: 0, cacheEnd: 0,
      chips: Elements(holder: .system, size: 0, start: 0, count: 0, stride: Stride.chip))
  }
  public func map(_ transform: (W) -> W) -> Facts<W> {
    Facts(
      architecture: transform(architecture), consoleBase: transform(consoleBase),
      consoleEnd: transform(consoleEnd), maskedStreams: transform(maskedStreams),
      cacheBase: transform(cacheBase), cacheEnd: transform(cacheEnd), chips: chips.map(transform))
  }

  /// Root's chips lie inside the copy.
  public func isSound() -> W.Condition {
    let end = chips.start &+ chips.count.times(chips.stride)
    return (architecture .<= 2) .& (maskedStreams .<= 1) .& (chips.size .<= W(known: Limit.systemConfig))
      .& (chips.count .<= chips.size) .& (chips.start .<= end) .& (end .<= chips.size)
  }
}

extension Machine {
  /// The facts of a system configuration.
  public func facts(of system: SystemLayout<W>) throws(Refusal<W>) -> Facts<W> {
    try look(.systemFacts, 0, system, .none, reads: .none) {
      system.isSound()
    } ensures: { facts in
      facts.isSound() .& (facts.chips.size .<= system.root.copy.size)
    } body: { () throws(Refusal<W>) in
      self.readFacts(system)
    }
  }

  private func readFacts(_ system: SystemLayout<W>) -> Facts<W> {
    let copy = system.root.copy
    func console(_ offset: UInt64, _ width: UInt64) -> W {
      load(copy.holder, size: copy.size, offset: W(known: SystemOffset.debugConsole + offset), width: width)
    }
    let address = console(0, 8)
    let type = console(12, 2)
    let flags = console(14, 2)
    let isPorts = (type .== 2) .& .!flags.has(1) .& (address .<= W(known: Limit.ports - 8))
    let base = W.choose(isPorts, address, 0)
    let share = rootShare(system)
    return Facts(
      architecture: system.root.architecture, consoleBase: base,
      consoleEnd: W.choose(isPorts, base &+ 8, 0), maskedStreams: hasMasks(system),
      cacheBase: share.base, cacheEnd: share.end,
      chips: system.root.chips)
  }

  /// Root's share of the cache. (Its bounds are checked where it becomes root's claim.)
  @inline(never) private func rootShare(_ system: SystemLayout<W>) -> (base: W, end: W) {
    let caches = system.root.caches
    if caches.count == 0 { return (0, W(known: Limit.cacheBits)) }
    let start = element(caches, 0, 0, 4)
    return (start, start + element(caches, 0, 4, 4))
  }

  /// 1 where some IOMMU unit is an MMU-500 (type 5). The list ends at the first unit whose base is 0.
  @inline(never) private func hasMasks(_ system: SystemLayout<W>) -> W {
    var isListed = W.Condition(known: true)
    var isMasked = W.Condition(known: false)
    for unit in UInt64(0)..<SystemOffset.iommuUnits {
      isListed = isListed .& (element(system.iommu, W(known: unit), 4, 8) .!= 0)
      isMasked = isMasked .| (isListed .& (element(system.iommu, W(known: unit), 0, 4) .== 5))
    }
    return W.choose(isMasked, 1, 0)
  }

  /// The facts that enable left in the registers.
  public func facts() -> Facts<W> {
    let chips = Elements<W>(
      holder: .system, size: register(Register.systemSize), start: register(Register.chipsStart),
      count: register(Register.chipsCount), stride: Stride.chip)
    return Facts(
      architecture: register(Register.architecture), consoleBase: register(Register.consoleBase),
      consoleEnd: register(Register.consoleEnd), maskedStreams: register(Register.maskedStreams),
      cacheBase: register(Register.cacheBase), cacheEnd: register(Register.cacheEnd), chips: chips)
  }
  /// Leaves the facts in the registers.
  func keep(_ facts: Facts<W>) {
    setRegister(Register.architecture, facts.architecture)
    setRegister(Register.consoleBase, facts.consoleBase)
    setRegister(Register.consoleEnd, facts.consoleEnd)
    setRegister(Register.maskedStreams, facts.maskedStreams)
    setRegister(Register.cacheBase, facts.cacheBase)
    setRegister(Register.cacheEnd, facts.cacheEnd)
    setRegister(Register.systemSize, facts.chips.size)
    setRegister(Register.chipsStart, facts.chips.start)
    setRegister(Register.chipsCount, facts.chips.count)
  }
}
