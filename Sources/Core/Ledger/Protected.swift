// SPDX-License-Identifier: Apache-2.0
// What the hypervisor claims for itself, so that no cell can ever have it: its memory (P2), the pages that are never
// mapped (P14: local APIC, IOAPICs, MMCONFIG, IOMMU registers, MSI-X tables; on ARM the GIC), and the ports through which
// one cell could stop the whole machine (rule I3). Because these are claims like any other, the one admission theorem
// covers them.

/// Numbering of the protected items: constants first, then one per interrupt chip, then one per PCI function of root.
enum Protected {
  static var hypervisorMemory: UInt64 { 0 }
  static var mmconfig: UInt64 { 1 }
  static var localAPIC: UInt64 { 2 }
  /// PCI configuration ports 0xcf8–0xcff, with the reset port 0xcf9 among them.
  static var pciPorts: UInt64 { 3 }
  /// System control port A (0x92): bit 0 resets the processor.
  static var fastReset: UInt64 { 4 }
  /// APM command and status ports (0xb2, 0xb3): writing raises an SMI.
  static var smiPorts: UInt64 { 5 }
  /// PM1 control, from 4 bytes before the PM timer, 4 bytes: SLP_EN. ICH layout; ACPI 6.5, 4.8.3.2.
  static var powerControl: UInt64 { 6 }
  /// GIC: gicd, gicc, gich, gicv, gicr.
  static var gic: UInt64 { 7 }
  static var iommu: UInt64 { 12 }
  static var constants: UInt64 { 20 }
}

extension Machine {
  /// Claims the protected items for the hypervisor, behind `rows` rows. Returns how many rows there are then.
  func protect(_ system: SystemLayout<W>, after rows: W) throws(Refusal<W>) -> W {
    let room = capacity(.nextBase)
    let devices = W(known: Protected.constants) + system.root.chipCount
    let count = devices + system.root.deviceCount
    var adding = Adding<W>(count: rows)
    try loop(.protectItems, count, &adding, frame: .next) { t, adding in
      (rows .<= adding.count) .& (adding.count .<= room)
        .& self.protectedFacts(after: rows, rows: adding.count)
    } body: { (t, adding) throws(Refusal<W>) in
      let range = try self.protected(t, devices: devices, system)
      if range.end == range.base { return }
      guard adding.count < room else { throw Refusal(.tooManyClaims, room) }
      self.setNext(
        adding.count,
        Claim(base: range.base, end: range.end, owner: W(known: Owner.hypervisor), marks: 0), source: t)
      adding.count = adding.count + 1
    }
    return adding.count
  }

  /// Rows behind the root's are the hypervisor's, and exclusive; the others are root's base layer.
  func protectedFacts(after rows: W, rows end: W) -> W.Condition {
    let new = arbitrary(Ghost.newRow)
    let isProtected = (rows .<= new) .& (new .< end)
    let isRoots = new .< rows
    let protected =
      (read(.nextOwner, new) .== W(known: Owner.hypervisor)) .& (read(.nextMarks, new) .== 0)
    let roots = (read(.nextOwner, new) .== W(known: Owner.root)) .& read(.nextMarks, new).has(Marks.base)
    return (isProtected ==> protected) .& (isRoots ==> roots)
  }

  /// The range of protected item `t`; an empty one where this machine has no such thing.
  private func protected(
    _ t: W, devices: W, _ system: SystemLayout<W>
  ) throws(Refusal<W>) -> (base: W, end: W) {
    if t >= devices { return try msixTable(t - devices, system) }
    if t >= W(known: Protected.constants) { return try chipPage(t - W(known: Protected.constants), system) }
    if t >= W(known: Protected.iommu) { return try iommuRegisters(t - W(known: Protected.iommu), system) }
    let isX86 = system.root.architecture .== 0
    if t >= W(known: Protected.gic) {
      if isX86.isTrue { return (0, 0) }
      return try gicPages(t - W(known: Protected.gic), system)
    }
    if t == W(known: Protected.hypervisorMemory) {
      return (system.hypervisorStart, system.hypervisorStart + system.hypervisorSize)
    }
    if t == W(known: Protected.mmconfig) {
      return (system.mmconfigBase, system.mmconfigBase + system.mmconfigSize)
    }
    if (.!isX86).isTrue { return (0, 0) }
    if t == W(known: Protected.localAPIC) { return (0xfee0_0000, 0xfee0_1000) }
    let port = W(known: Space.port.origin)
    if t == W(known: Protected.pciPorts) { return (port + 0xcf8, port + 0xd00) }
    if t == W(known: Protected.fastReset) { return (port + 0x92, port + 0x93) }
    if t == W(known: Protected.smiPorts) { return (port + 0xb2, port + 0xb4) }
    let timer = load(
      system.root.copy.holder, size: system.root.copy.size, offset: system.platform, width: 2)
    if timer < 4 { return (0, 0) }
    return (port + (timer - 4), port + timer)
  }

  /// The page of interrupt chip `index`, whole pages (an IOAPIC may start inside one).
  private func chipPage(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let address = field(system.root, system.root.chips, index, Stride.chip, 0, 8)
    guard address < W(known: Limit.chipAddress) else { throw Refusal(.chipAddress, index) }
    let page = address & W(known: ~0xfff)
    return (page, page + W(known: Limit.page))
  }

  /// The registers of IOMMU unit `index`; empty where the unit is absent. Whole pages, one at least.
  private func iommuRegisters(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let unit = system.iommu + index.times(Stride.iommu)
    let copy = system.root.copy
    let base = load(copy.holder, size: copy.size, offset: unit + 4, width: 8)
    let size = load(copy.holder, size: copy.size, offset: unit + 12, width: 4)
    if base == 0 { return (0, 0) }
    guard base < W(known: Limit.physical) else { throw Refusal(.iommuRange, index, base) }
    let first = base & W(known: ~0xfff)
    let end = (base + size + 0xfff) & W(known: ~0xfff)
    return (first, W.choose(first .< end, end, first + W(known: Limit.page)))
  }

  /// The MSI-X table of root's function `index`, whole pages; empty where it has none.
  private func msixTable(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let size = field(system.root, system.root.devices, index, Stride.device, 38, 2)
    let table = field(system.root, system.root.devices, index, Stride.device, 40, 8)
    guard table < W(known: Limit.physical) else { throw Refusal(.msixTable, index, table) }
    let end = (table + size + 0xfff) & W(known: ~0xfff)
    if table == 0 { return (0, 0) }
    let first = table & W(known: ~0xfff)
    return (first, W.choose(first .< end, end, first + W(known: Limit.page)))
  }

  /// GIC pages on ARM: 64 KiB from each base (GICv3 frames), the redistributors 2 MiB; empty where the base is 0.
  private func gicPages(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let copy = system.root.copy
    // Revision 12 packs the bases behind two bytes, 13 and 14 behind four.
    let first = system.platform + W.choose(system.revision .== 12, 2, 4)
    let base = load(copy.holder, size: copy.size, offset: first + index.times(8), width: 8)
    if base == 0 { return (0, 0) }
    guard base < W(known: Limit.physical) else { throw Refusal(.chipAddress, index, base) }
    let size = W.choose(index .== 4, 0x20_0000, W.choose(index .== 0, 0x1_0000, 0x2000))
    let page = base & W(known: ~0xfff)
    return (page, page + size)
  }
}
