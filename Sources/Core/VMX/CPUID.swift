// SPDX-License-Identifier: Apache-2.0
// CPUID: native, but for what tells a guest where it runs.

/// Leaves and bits of CPUID that the core knows.
public enum CPUIDLeaf {
  public static var features: UInt64 { 1 }
  /// Temperature and performance. EAX: the APIC's timer runs always. ECX: MPERF and APERF.
  public static var power: UInt64 { 6 }
  public static var steadyTimer: UInt64 { 1 << 2 }
  public static var effectiveFrequency: UInt64 { 1 << 0 }
  /// What XSAVE can save: bits of XCR0, in EAX and EDX.
  public static var xsave: UInt64 { 0xd }
  public static var extended: UInt64 { 0x8000_0001 }
  /// The hypervisor's name: "Jailhouse", whose guests we run.
  public static var hypervisor: UInt64 { 0x4000_0000 }
  public static var hypervisorFeatures: UInt64 { 0x4000_0001 }
  /// A second name, "KVM", of which a stock Linux learns that it may stay in x2APIC mode without interrupt remapping.
  public static var secondHypervisor: UInt64 { 0x4000_0100 }
  public static var secondFeatures: UInt64 { 0x4000_0101 }
  /// Leaf 1, ECX: the APIC's timer has the TSC-deadline mode.
  public static var deadline: UInt64 { 1 << 24 }
  /// Leaf 1, ECX: VMX, OSXSAVE, a hypervisor is there. Leaf 0x80000001, ECX: SVM.
  public static var vmx: UInt64 { 1 << 5 }
  public static var osxsave: UInt64 { 1 << 27 }
  public static var isGuest: UInt64 { 1 << 31 }
  public static var svm: UInt64 { 1 << 2 }
}

extension Processor {
  /// Answers CPUID in the guest's registers.
  @inline(__always) func answerCPUID(_ cpu: W) -> Verdict {
    count(.cpuid)
    let leaf = guest(.rax) & 0xffff_ffff
    let answer = answer(to: leaf, guest(.rcx) & 0xffff_ffff, cpu)
    setGuest(.rax, answer.eax & 0xffff_ffff)
    setGuest(.rbx, answer.ebx & 0xffff_ffff)
    setGuest(.rcx, answer.ecx & 0xffff_ffff)
    setGuest(.rdx, answer.edx & 0xffff_ffff)
    advance()
    return .resume
  }

  @inline(__always) private func answer(to leaf: W, _ subleaf: W, _ cpu: W) -> CPUIDWords<W> {
    if leaf >= W(known: CPUIDLeaf.hypervisor) { return highAnswer(to: leaf, subleaf, cpu) }
    var words = cpuid(leaf, subleaf)
    // Sorts out neither leaf 1 nor leaf 6, and half of the others, by one look.
    if (leaf & 5) == 0 { return words }
    if leaf == W(known: CPUIDLeaf.power) {
      // A cell has no MSRs of sensors and of performance states.
      if !isRoots(cpu) {
        words = CPUIDWords(
          eax: words.eax & W(known: CPUIDLeaf.steadyTimer), ebx: 0,
          ecx: words.ecx & W(known: CPUIDLeaf.effectiveFrequency), edx: 0)
      }
      return words
    }
    if leaf != W(known: CPUIDLeaf.features) { return words }
    // Root is told what the processor says of VMX and of hypervisors.
    let said =
      isRoots(cpu) ? words.ecx : (words.ecx & W(known: ~CPUIDLeaf.vmx)) | W(known: CPUIDLeaf.isGuest)
    let osxsave = W.choose(vmcs(.guestCR4).has(1 << 18), W(known: CPUIDLeaf.osxsave), 0)
    words.ecx = (said & W(known: ~CPUIDLeaf.osxsave)) | osxsave
    return words
  }
  private func highAnswer(to leaf: W, _ subleaf: W, _ cpu: W) -> CPUIDWords<W> {
    if leaf < W(known: CPUIDLeaf.extended & ~1) { return hypervisorAnswer(to: leaf, cpu) }
    var words = cpuid(leaf, subleaf)
    if leaf == W(known: CPUIDLeaf.extended) {
      if !isRoots(cpu) { words.ecx = words.ecx & W(known: ~CPUIDLeaf.svm) }
    }
    return words
  }

  /// Who we are; no features of either, and nothing behind them.
  private func hypervisorAnswer(to leaf: W, _ cpu: W) -> CPUIDWords<W> {
    if leaf == W(known: CPUIDLeaf.hypervisor) {
      return CPUIDWords(
        eax: W(known: CPUIDLeaf.hypervisorFeatures), ebx: 0x6c69_614a, ecx: 0x7375_6f68, edx: 0x65)
    }
    if leaf == W(known: CPUIDLeaf.secondHypervisor) && isStockKernelInX2APIC(cpu) {
      return CPUIDWords(
        eax: W(known: CPUIDLeaf.secondFeatures), ebx: 0x4b4d_564b, ecx: 0x564b_4d56, edx: 0x4d)
    }
    return CPUIDWords(eax: 0, ebx: 0, ecx: 0, edx: 0)
  }

  /// A kernel that knows Jailhouse stays in x2APIC mode for that, and is not to take us for another: an open bus marks
  /// those that do not. In xAPIC mode the second name would make them turn to x2APIC mode, which no guest can.
  private func isStockKernelInX2APIC(_ cpu: W) -> Bool {
    if cpu >= capacity(.occupant) { return false }
    let cell = read(.occupant, cpu)
    if cell >= capacity(.phase) { return false }
    return (hasOpenBus(cell) .& isX2APIC).isTrue
  }

  /// Root's code runs on the CPU.
  func isRoots(_ cpu: W) -> Bool {
    if cpu >= capacity(.occupant) { return false }
    return read(.occupant, cpu) == W(known: Owner.root)
  }
}
