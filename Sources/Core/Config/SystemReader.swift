// SPDX-License-Identifier: Apache-2.0
// Reads a system configuration, revisions 12, 13 and 14. Promise as in CellReader.swift.

/// The system header's facts that the core acts on, and the root cell's arrays.
public struct SystemLayout<W: Word>: LoopState {
  /// The root cell.
  public let root: CellLayout<W>
  /// The file's revision: 12, 13 or 14.
  public let revision: W
  /// Hypervisor memory, host-physical: start and size in bytes.
  public let hypervisorStart: W
  public let hypervisorSize: W
  /// PCI memory-mapped configuration space: host-physical base (0: none) and size in bytes.
  public let mmconfigBase: W
  public let mmconfigSize: W
  /// The IOMMU units.
  public let iommu: Elements<W>
  /// Start of the architecture part, bytes.
  public let platform: W

  public func map(_ transform: (W) -> W) -> SystemLayout<W> {
    SystemLayout(
      root: root.map(transform), revision: transform(revision), hypervisorStart: transform(hypervisorStart),
      hypervisorSize: transform(hypervisorSize), mmconfigBase: transform(mmconfigBase),
      mmconfigSize: transform(mmconfigSize), iommu: iommu.map(transform), platform: transform(platform))
  }

  /// Any layout of a copy: the shape of a result, with nothing in it.
  public init(shapeOf copy: PrivateCopy<W>) {
    let units = Elements<W>(
      holder: copy.holder, size: copy.size, start: 0, count: 0, stride: Stride.iommu)
    self.init(
      root: CellLayout(shapeOf: copy), revision: 0, hypervisorStart: 0, hypervisorSize: 0, mmconfigBase: 0,
      mmconfigSize: 0, iommu: units, platform: 0)
  }

  init(
    root: CellLayout<W>, revision: W, hypervisorStart: W, hypervisorSize: W, mmconfigBase: W,
    mmconfigSize: W, iommu: Elements<W>, platform: W
  ) {
    self.root = root
    self.revision = revision
    self.hypervisorStart = hypervisorStart
    self.hypervisorSize = hypervisorSize
    self.mmconfigBase = mmconfigBase
    self.mmconfigSize = mmconfigSize
    self.iommu = iommu
    self.platform = platform
  }

  /// What `readSystem` ensures.
  func isSound() -> W.Condition {
    let limit = W(known: Limit.physical)
    return root.isInside() .& (hypervisorStart .< limit) .& (hypervisorSize .< limit)
      .& (hypervisorSize .!= 0)
      .& (mmconfigBase .< limit) .& (mmconfigSize .<= W(known: 256 << 20))
      .& (iommu.count .== W(known: SystemOffset.iommuUnits)) .& (iommu.size .== root.copy.size)
      .& (iommu.start .<= W(known: SystemOffset.iommu12ARM))
      .& (platform .<= W(known: SystemOffset.platform))
      .& (W(known: SystemOffset.root12 + CellOffset.length) .<= root.copy.size)
  }
}

/// Flags of the system header that the core acts on.
public enum SystemFlag {
  /// Ostrog's extension: root is not held to its configuration, and no cell is created (DryRun.swift).
  public static var dryRun: UInt64 { 1 << 31 }
}

extension Machine {
  /// Reads and lays out a system configuration. Revisions 12 and 13 do not say their architecture; they get `assumed`.
  public func readSystem(_ copy: PrivateCopy<W>, assumed: W) throws(Refusal<W>) -> SystemLayout<W> {
    try step(.readSystem, given: (copy, assumed), SystemLayout(shapeOf: copy), frame: .none) {
      assumed .<= 2
    } ensures: { system in
      system.isSound()
    } body: { () throws(Refusal<W>) in
      try self.layOutSystem(copy, assumed: assumed)
    }
  }

  private func layOutSystem(_ copy: PrivateCopy<W>, assumed: W) throws(Refusal<W>) -> SystemLayout<W> {
    // Revision 12 has the shorter header; `layout` checks the descriptor where the revision puts it.
    guard W(known: SystemOffset.root12 + CellOffset.length) <= copy.size else {
      throw Refusal(.truncatedHeader, copy.size)
    }
    let (architecture, revision) = try readSignature(
      copy, Signature.system, Signature.oldSystem, assumed: assumed)
    let is12 = revision .== 12
    let isX86 = architecture .== 0
    let rootOffset = W.choose(is12, W(known: SystemOffset.root12), W(known: SystemOffset.root))
    let iommu12 = W.choose(isX86, W(known: SystemOffset.iommu12x86), W(known: SystemOffset.iommu12ARM))
    let iommu = W.choose(is12, iommu12, W(known: SystemOffset.iommu))
    let platform = W.choose(is12, W(known: SystemOffset.platform12), W(known: SystemOffset.platform))
    let root = try layout(copy, descriptor: rootOffset, architecture: architecture)
    try checkDescriptor(root)

    let start = load(copy.holder, size: copy.size, offset: W(known: SystemOffset.hypervisorStart), width: 8)
    let size = load(copy.holder, size: copy.size, offset: W(known: SystemOffset.hypervisorSize), width: 8)
    let isPaged = ((start | size) & W(known: Limit.page - 1)) .== 0
    let isInside =
      (start .< W(known: Limit.physical)) .& (size .< W(known: Limit.physical)) .& (size .!= 0)
    guard (isPaged .& isInside).isTrue else { throw Refusal(.hypervisorMemory, start, size) }

    let mmconfig = load(copy.holder, size: copy.size, offset: W(known: SystemOffset.mmconfigBase), width: 8)
    let lastBus = load(copy.holder, size: copy.size, offset: W(known: SystemOffset.mmconfigEndBus), width: 1)
    guard mmconfig < W(known: Limit.physical) else {
      throw Refusal(.regionBeyondPhysical, W(known: SystemOffset.mmconfigBase), mmconfig)
    }
    let mmconfigSize = W.choose(mmconfig .== 0, 0, (lastBus + 1) << 20)
    let units = elements(
      copy.holder, size: copy.size, start: iommu, count: W(known: SystemOffset.iommuUnits),
      stride: Stride.iommu)
    return SystemLayout(
      root: root, revision: revision, hypervisorStart: start, hypervisorSize: size,
      mmconfigBase: mmconfig, mmconfigSize: mmconfigSize, iommu: units,
      platform: platform)
  }

  /// Keeps what communication pages say of the platform. (x86; the same bytes mean something else on ARM, where nobody reads them.)
  func keepPlatform(_ system: SystemLayout<W>) {
    func field(_ offset: W, _ width: UInt64) -> W {
      load(
        system.root.copy.holder, size: system.root.copy.size, offset: system.platform &+ offset, width: width)
    }
    let frequencies = W.choose(system.revision .== 12, 10, 8)
    write(.platform, W(known: PlatformWord.timer), field(0, 2))
    write(.platform, W(known: PlatformWord.mmconfig), system.mmconfigBase)
    write(.platform, W(known: PlatformWord.tsc), field(frequencies, 4))
    write(.platform, W(known: PlatformWord.apic), field(frequencies &+ 4, 4))
    let copy = system.root.copy
    let flags = load(copy.holder, size: copy.size, offset: W(known: SystemOffset.flags), width: 4)
    write(.platform, W(known: PlatformWord.dryRun), W.choose(flags.has(SystemFlag.dryRun), 1, 0))
  }
}
