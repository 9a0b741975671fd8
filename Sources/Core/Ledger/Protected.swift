// SPDX-License-Identifier: Apache-2.0
// What the hypervisor claims for itself, so that no cell can ever have it: its memory (P2), the pages that are never
// mapped (P14: local APIC, IOAPICs, MMCONFIG, IOMMU registers, MSI-X tables; on ARM the GIC), and the ports through which
// one cell could stop the whole machine (rule I3). Because these are claims like any other, the one admission theorem
// covers them.

/// Numbering of the protected items: constants first, then one per interrupt chip, then one per PCI function of root.
enum Protected {
  /// The hypervisor may use what it protects; nobody else may, by no mark.
  static var marks: UInt64 { Marks.read | Marks.write }
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
  /// Claims the protected items for the hypervisor, behind `rows` rows, which are root's. Returns how many rows there are
  /// then.
  public func protect(
    _ system: SystemLayout<W>, _ facts: Facts<W>, _ root: Claimant<W>, after rows: W
  ) throws(Refusal<W>) -> W {
    let room = capacity(.nextBase)
    return try step(
      .protect, given: (system, facts, root, rows), Adding<W>(behind: 0),
      frame: .next | TableSet(.protectedPlace)
    ) {
      system.isSound() .& (rows .<= room) .& self.enabledFacts(after: rows, rows: rows)
        .& self.baseFacts(rows: rows, system, facts, root)
    } ensures: { adding in
      (adding.first .== rows) .& (rows .<= adding.count) .& (adding.count .<= room)
        .& self.enabledFacts(after: rows, rows: adding.count)
        .& self.baseFacts(rows: rows, system, facts, root)
        .& self.protectedFacts(below: self.protectedItems(system), after: rows, rows: adding.count, system)
    } body: { () throws(Refusal<W>) in
      try self.appendProtected(system, facts, root, after: rows)
    }.count
  }

  /// How many protected items there are.
  func protectedItems(_ system: SystemLayout<W>) -> W {
    W(known: Protected.constants) + system.root.chips.count + system.root.devices.count
  }

  /// The first `rows` rows are the claims of root's items.
  private func baseFacts(
    rows: W, _ system: SystemLayout<W>, _ facts: Facts<W>, _ root: Claimant<W>
  ) -> W.Condition {
    itemFacts(below: Items(system.root).count, after: 0, rows: rows, system.root, facts, root)
  }

  /// The range of each protected item below `t`, if it has one, is a row behind the first `rows`: for one arbitrary item.
  /// Each of these rows is the range of a protected item: for one arbitrary row.
  private func protectedFacts(
    below t: W, after rows: W, rows end: W, _ system: SystemLayout<W>
  ) -> W.Condition {
    let item = arbitrary(Ghost.item)
    let range = outcome(ofProtected: item, system)
    let place = read(.protectedPlace, item)
    let isThere =
      (rows .<= place) .& (place .< end) .& (read(.nextSource, place) .== item)
      .& (read(.nextBase, place) .== range.value.base) .& (read(.nextEnd, place) .== range.value.end)
    let row = arbitrary(Ghost.newRow)
    let from = read(.nextSource, row)
    let source = outcome(ofProtected: from, system)
    let isItems =
      (from .< t) .& source.isReturned .& (read(.nextBase, row) .== source.value.base)
      .& (read(.nextEnd, row) .== source.value.end)
    return ((item .< t) ==> (range.isReturned .& ((range.value.base .== range.value.end) .| isThere)))
      .& (((rows .<= row) .& (row .< end)) ==> isItems)
  }

  private func appendProtected(
    _ system: SystemLayout<W>, _ facts: Facts<W>, _ root: Claimant<W>, after rows: W
  ) throws(Refusal<W>) -> Adding<W> {
    let room = capacity(.nextBase)
    let count = protectedItems(system)
    var adding = Adding<W>(behind: rows)
    try loop(.protectItems, count, &adding, frame: .next | TableSet(.protectedPlace)) { t, adding in
      (adding.first .== rows) .& (rows .<= adding.count) .& (adding.count .<= room)
        .& self.enabledFacts(after: rows, rows: adding.count)
        .& self.baseFacts(rows: rows, system, facts, root)
        .& self.protectedFacts(below: t, after: rows, rows: adding.count, system)
    } body: { (t, adding) throws(Refusal<W>) in
      let range = try self.protectedRange(t, system)
      if range.end == range.base { return }
      guard adding.count < room else { throw Refusal(.tooManyClaims, room) }
      self.setNext(
        adding.count,
        Claim(
          base: range.base, end: range.end, owner: W(known: Owner.hypervisor),
          marks: W(known: Protected.marks)), source: t)
      self.witness(.protectedPlace, t, adding.count)
      adding.count = adding.count + 1
    }
    return adding
  }

  /// The range of protected item `t`, as a claim; empty where this machine has no such thing.
  public func protectedRange(_ t: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> Claim<W> {
    try look(.protectedItem, t, system, .nothing, reads: TableSet(.communication)) {
      (t .< (W(known: Protected.constants) &+ system.root.chips.count &+ system.root.devices.count))
        .& system.isSound()
    } ensures: { range in
      self.isProtectable(range)
    } body: { () throws(Refusal<W>) in
      try self.makeRange(t, system)
    }
  }

  /// What `protectedRange` comes to, for specifications.
  private func outcome(ofProtected t: W, _ system: SystemLayout<W>) -> Outcome<Claim<W>> {
    outcome(of: .protectedItem, t, system, .nothing, reads: TableSet(.communication)) {
      () throws(Refusal<W>) in
      try self.makeRange(t, system)
    }
  }

  private func makeRange(_ t: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> Claim<W> {
    let devices = W(known: Protected.constants) + system.root.chips.count
    let range = try self.protected(t, devices: devices, system)
    return Claim(base: range.base, end: range.end, owner: 0, marks: 0)
  }

  /// Rows behind root's are the hypervisor's, and exclusive; the others are root's base layer: for two arbitrary rows.
  func enabledFacts(after rows: W, rows end: W) -> W.Condition {
    isEnabledRow(arbitrary(Ghost.firstRow), after: rows, rows: end)
      .& isEnabledRow(arbitrary(Ghost.secondRow), after: rows, rows: end)
  }

  private func isEnabledRow(_ new: W, after rows: W, rows end: W) -> W.Condition {
    let isProtected = (rows .<= new) .& (new .< end)
    let claim = claim(.next, new)
    let isFormed = claim.isWellFormed(cpus: capacity(.occupant))
    let protected =
      isFormed .& isProtectable(claim) .& (claim.owner .== W(known: Owner.hypervisor))
      .& (claim.marks .== W(known: Protected.marks))
    let roots = isFormed .& (claim.owner .== W(known: Owner.root)) .& claim.marks.has(Marks.base)
    return (isProtected ==> protected) .& ((new .< rows) ==> roots)
  }

  /// Memory or ports, inside one space; or nothing.
  func isProtectable(_ claim: Claim<W>) -> W.Condition {
    let space = claim.base >> 60
    let isInside = (claim.base .< claim.end) .& (space .<= 1) .& (space .== ((claim.end &- 1) >> 60))
    return (claim.base .== claim.end) .| isInside
  }

  /// The range of protected item `t`; an empty one where this machine has no such thing.
  @inline(never) private func protected(
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
      // Communication pages lie at its end: each is claimed by its cell, and by nobody while there is no such cell. The first, which would
      // be root's, is the log's.
      let (start, end) = (system.hypervisorStart, system.hypervisorStart + system.hypervisorSize)
      let pages = read(.communication, 0)
      let first = pages &+ W(known: Limit.page)
      let isThere = (start .< pages) .& (pages .< first) .& (first .<= end) .& ((pages & 0xfff) .== 0)
      return (start, W.choose(isThere, first, end))
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
    let address = element(system.root.chips, index, 0, 8)
    guard address < W(known: Limit.chipAddress) else { throw Refusal(.chipAddress, index) }
    let page = address & W(known: ~0xfff)
    return (page, page + W(known: Limit.page))
  }

  /// The registers of IOMMU unit `index`; empty where the unit is absent. Whole pages, one at least.
  private func iommuRegisters(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let base = element(system.iommu, index, 4, 8)
    let size = element(system.iommu, index, 12, 4)
    if base == 0 { return (0, 0) }
    guard base < W(known: Limit.physical) else { throw Refusal(.iommuRange, index, base) }
    let first = base & W(known: ~0xfff)
    let end = (base + size + 0xfff) & W(known: ~0xfff)
    return (first, W.choose(first .< end, end, first + W(known: Limit.page)))
  }

  /// The MSI-X table of root's function `index`, whole pages; empty where it has none.
  private func msixTable(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let size = element(system.root.devices, index, 38, 2)
    let table = element(system.root.devices, index, 40, 8)
    guard table < W(known: Limit.physical) else { throw Refusal(.msixTable, index, table) }
    let end = (table + size + 0xfff) & W(known: ~0xfff)
    if table == 0 { return (0, 0) }
    let first = table & W(known: ~0xfff)
    return (first, W.choose(first .< end, end, first + W(known: Limit.page)))
  }

  /// GIC pages on ARM: 64 KiB of distributor (a GICv3 frame), two pages of each interface, and the redistributors; empty
  /// where the base is 0.
  private func gicPages(_ index: W, _ system: SystemLayout<W>) throws(Refusal<W>) -> (base: W, end: W) {
    let copy = system.root.copy
    // Revision 12 packs the bases behind two bytes, 13 and 14 behind four.
    let first = system.platform + W.choose(system.revision .== 12, 2, 4)
    let bases = elements(copy.holder, size: copy.size, start: first, count: 5, stride: 8)
    let base = element(bases, index, 0, 8)
    if base == 0 { return (0, 0) }
    guard base < W(known: Limit.physical) else { throw Refusal(.chipAddress, index, base) }
    var size = W.choose(index .== 0, 0x1_0000, 0x2000)
    if index == 4 { size = try redistributorSize(system) }
    return (base & W(known: ~0xfff), (base + size + 0xfff) & W(known: ~0xfff))
  }

  /// GICv3: two frames of 64 KiB for each CPU number up to the highest of root's. (The set may have gaps, the frames have
  /// none.)
  private func redistributorSize(_ system: SystemLayout<W>) throws(Refusal<W>) -> W {
    let numbers = try cpuNumbers(system)
    return W.choose(numbers .== 0, 1, numbers).times(0x2_0000)
  }

  /// How many CPU numbers there are up to the highest of root's. A step, so that proofs can say of every protected item how
  /// many were counted.
  public func cpuNumbers(_ system: SystemLayout<W>) throws(Refusal<W>) -> W {
    try look(.cpuNumbers, 0, system, OneWord<W>(0), reads: .none) {
      system.isSound()
    } ensures: { numbers in
      self.areNumbers(numbers.value, system, below: system.root.cpus.count.times(8))
    } body: { () throws(Refusal<W>) in
      self.countNumbers(system)
    }.value
  }

  /// What `cpuNumbers` comes to, for specifications.
  public func outcome(ofCPUNumbers system: SystemLayout<W>) -> W {
    outcome(of: .cpuNumbers, 0, system, OneWord<W>(0), reads: .none) { () throws(Refusal<W>) in
      self.countNumbers(system)
    }.value.value
  }

  private func countNumbers(_ system: SystemLayout<W>) -> OneWord<W> {
    var numbers = OneWord<W>(0)
    loop(.highestCPU, system.root.cpus.count.times(8), &numbers, frame: .none) { i, numbers in
      self.areNumbers(numbers.value, system, below: i)
    } body: { i, numbers in
      let bits = self.element(system.root.cpus, i >> 3, 0, 1)
      if ((bits >> (i & 7)) & 1) == 1 { numbers.value = i &+ 1 }
    }
    return numbers
  }

  /// `numbers` is 0 or behind a CPU of root's, and none below `i` is behind it: for one arbitrary CPU.
  private func areNumbers(_ numbers: W, _ system: SystemLayout<W>, below i: W) -> W.Condition {
    func isRoots(_ cpu: W) -> W.Condition {
      ((element(system.root.cpus, cpu >> 3, 0, 1) >> (cpu & 7)) & 1) .== 1
    }
    let cpu = arbitrary(Ghost.cpu)
    return (numbers .<= i) .& ((numbers .!= 0) ==> isRoots(numbers &- 1))
      .& (((cpu .< i) .& isRoots(cpu)) ==> (cpu .< numbers))
  }
}
