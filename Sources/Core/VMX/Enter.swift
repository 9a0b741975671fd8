// SPDX-License-Identifier: Apache-2.0
// Under the running system: what the VMCS of a CPU of root's holds when it enters root for the first time. Promise (theorem
// "root-is-entered-under-control"): whatever the processor can, either this refuses and says what is missing, or every control that isolation
// rests on is set, no control is one that the processor does not have, and root's tables are the ones in force.

/// What a processor lacks (subject of `Reason.processorLacks`).
public enum Requirement {
  /// VMX is locked off, in use, or of another form than this code's.
  public static var vmx: UInt64 { 0 }
  /// Extended page tables: four levels, write-back, 2 MiB pages, INVEPT.
  public static var ept: UInt64 { 1 }
  /// The local APIC is off, or not where it usually is.
  public static var apic: UInt64 { 2 }
  /// A control: the field's encoding.
  public static func control(_ field: VMCSField) -> UInt64 { field.rawValue }
}

extension Processor {
  /// Whether the processor can do what the hypervisor needs. Nothing changes.
  public func requireProcessor() throws(Refusal<W>) {
    let lock = W(known: FeatureControl.locked | FeatureControl.vmx)
    guard msr(.featureControl) & lock == lock else { throw lacks(Requirement.vmx) }
    let basic = msr(.vmxBasic)
    guard basic.has(VMXBasic.trueControls).isTrue else { throw lacks(Requirement.vmx) }
    let type = basic & W(known: VMXBasic.memoryType)
    guard type == W(known: VMXBasic.writeBack) else { throw lacks(Requirement.vmx) }
    guard (.!captured(.guestCR4).has(CR4.vmx)).isTrue else { throw lacks(Requirement.vmx) }
    let base = msr(.apicBase)
    let isUsual = (base & W(known: APICBase.address)) .== W(known: APICBase.usual)
    guard (base.has(APICBase.enabled) .& isUsual).isTrue else { throw lacks(Requirement.apic) }
    guard msr(.eptVPID).has(EPTCapability.needed).isTrue else { throw lacks(Requirement.ept) }
    guard hasPool.isTrue else { throw lacks(Requirement.ept) }
    _ = try settled(.pin)
    _ = try settled(.primary)
    _ = try settled(.secondary)
    _ = try settled(.exit)
    _ = try settled(.entry)
    _ = try settled(.realEntry)
  }

  /// What the processor has of page sizes and rights, for the tables.
  public func learnTables() {
    let capability = msr(.eptVPID)
    let (huge, only) = (W(known: EPTCapability.hugePages), W(known: EPTCapability.executeOnly))
    write(.pool, W(known: PoolWord.hugePages), W.choose((capability & huge) .!= 0, 1, 0))
    write(.pool, W(known: PoolWord.executeOnly), W.choose((capability & only) .!= 0, 1, 0))
  }

  /// Fills this CPU's VMCS, which is loaded and clear, for root. Root goes on where the loader called.
  public func fillRoot(cpu: W) throws(Refusal<W>) {
    try requireProcessor()
    guard cpu < capacity(.occupant) else { throw Refusal(.cpuBeyondMachine, cpu) }
    guard read(.occupant, cpu) == W(known: Owner.root) else { throw Refusal(.cpuNotRoots, cpu) }
    try fillControls(.pin)
    try fillControls(.primary)
    try fillControls(.secondary)
    if vmcs(.secondaryControls).has(SecondaryControls.xsaves.rawValue).isTrue {
      setVMCS(.xssExits, W(known: ~ExtendedState.harmless))
    }
    try fillControls(.exit)
    try fillControls(.entry)
    fillCell(W(known: Owner.root))
    fillQuiet()
    fillControlRegisters(cr0: captured(.guestCR0), cr4: captured(.guestCR4))
    keepSegments()
    keepRest()
    fillHost()
    prepareAPIC(cpu)
    write(.interruptID, cpu, interruptNumber)
  }

  private func lacks(_ requirement: UInt64) -> Refusal<W> {
    Refusal(.processorLacks, W(known: requirement))
  }

  /// The control field: what the rule wants and what the processor insists on. (The capability's low half: what must be 1. Its high half:
  /// what may be.)
  private func settled(_ rule: ControlRule) throws(Refusal<W>) -> W {
    let capability = msr(rule.capability)
    let must = capability & W(known: 0xffff_ffff)
    let may = capability >> 32
    let wanted = must | W(known: rule.set) | (may & W(known: rule.welcome))
    guard wanted & may == wanted else { throw lacks(Requirement.control(rule.field)) }
    guard wanted & W(known: rule.clear) == 0 else { throw lacks(Requirement.control(rule.field)) }
    return wanted
  }
  private func fillControls(_ rule: ControlRule) throws(Refusal<W>) {
    setVMCS(rule.field, try settled(rule))
  }

  /// Whose code runs: its tables, its bitmaps, its tag.
  func fillCell(_ cell: W) {
    let page = read(.treeRoot, tree(of: cell)) &- 1 &+ read(.pool, W(known: PoolWord.start))
    // Write-back (6 in bits 2:0), four levels (3 in bits 5:3), no accessed and dirty bits (bit 6). SDM vol. 3C, 25.6.11.
    setVMCS(.eptPointer, (page << 12) | W(known: 0x1e))
    setVMCS(.vpid, cell &+ 1)
    let ports = bitmaps(of: cell)
    setVMCS(.portsA, address(of: .ports, ports))
    setVMCS(.portsB, address(of: .ports, ports &+ W(known: PortBitmap.half)))
    setVMCS(.msrBitmap, address(of: .msrBits, 0))
  }

  /// What is not used.
  func fillQuiet() {
    setVMCS(.exceptions, W(known: Intercepted.bitmap))
    setVMCS(.pageFaultMask, 0)
    setVMCS(.pageFaultMatch, 0)
    setVMCS(.cr3Targets, 0)
    setVMCS(.exitStores, 0)
    setVMCS(.exitLoads, 0)
    setVMCS(.entryLoads, 0)
    setVMCS(.injection, 0)
    setVMCS(.tscOffset, 0)
    setVMCS(.link, W(known: .max))
    setVMCS(.interruptibility, 0)
    setVMCS(.activity, 0)
    setVMCS(.pendingDebug, 0)
  }

  /// The guest owns of CR0 and CR4 what VMX leaves free, and reads of the rest what it had. (PE and PG are free: unrestricted guest.)
  func fillControlRegisters(cr0: W, cr4: W) {
    let free = W(known: ~0x8000_0001)
    let fixed0 = (msr(.cr0Fixed0) & free) | (W(known: .max) &- msr(.cr0Fixed1))
    let caching = W(known: 0x6000_0000)
    setVMCS(.cr0Mask, fixed0 | caching)
    setVMCS(.cr0Shadow, cr0)
    setVMCS(.guestCR0, (cr0 | (msr(.cr0Fixed0) & free)) & msr(.cr0Fixed1))
    let fixed4 = msr(.cr4Fixed0) | (W(known: .max) &- msr(.cr4Fixed1)) | W(known: CR4.vmx)
    setVMCS(.cr4Mask, fixed4)
    setVMCS(.cr4Shadow, cr4)
    setVMCS(.guestCR4, (cr4 | msr(.cr4Fixed0) | W(known: CR4.vmx)) & msr(.cr4Fixed1))
  }

  @inline(never) private func keep(_ field: VMCSField) { setVMCS(field, captured(field)) }

  private func keepSegments() {
    keep(.guestES)
    keep(.guestCS)
    keep(.guestSS)
    keep(.guestDS)
    keep(.guestFS)
    keep(.guestGS)
    keep(.guestLDTR)
    keep(.guestTR)
    keep(.limitES)
    keep(.limitCS)
    keep(.limitSS)
    keep(.limitDS)
    keep(.limitFS)
    keep(.limitGS)
    keep(.limitLDTR)
    keep(.limitTR)
    keep(.accessES)
    keep(.accessCS)
    keep(.accessSS)
    keep(.accessDS)
    keep(.accessFS)
    keep(.accessGS)
    keep(.accessLDTR)
    keep(.accessTR)
    keep(.baseES)
    keep(.baseCS)
    keep(.baseSS)
    keep(.baseDS)
    keep(.baseFS)
    keep(.baseGS)
    keep(.baseLDTR)
    keep(.baseTR)
  }

  private func keepRest() {
    keep(.baseGDTR)
    keep(.limitGDTR)
    keep(.baseIDTR)
    keep(.limitIDTR)
    keep(.guestCR3)
    keep(.guestDR7)
    keep(.guestRSP)
    keep(.guestRIP)
    keep(.guestRFLAGS)
    keep(.guestDebugControl)
    keep(.guestPAT)
    keep(.guestEFER)
    keep(.guestSysenterCS)
    keep(.guestSysenterESP)
    keep(.guestSysenterEIP)
  }

  private func fillHost() {
    keep(.hostES)
    keep(.hostCS)
    keep(.hostSS)
    keep(.hostDS)
    keep(.hostFS)
    keep(.hostGS)
    keep(.hostTR)
    keep(.hostPAT)
    keep(.hostEFER)
    keep(.hostSysenterCS)
    keep(.hostCR0)
    keep(.hostCR3)
    keep(.hostCR4)
    keep(.hostBaseFS)
    keep(.hostBaseGS)
    keep(.hostBaseTR)
    keep(.hostBaseGDTR)
    keep(.hostBaseIDTR)
    keep(.hostSysenterESP)
    keep(.hostSysenterEIP)
    keep(.hostRSP)
    keep(.hostRIP)
  }
}
