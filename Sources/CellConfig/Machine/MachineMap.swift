// SPDX-License-Identifier: Apache-2.0
// Which memory of a machine belongs to what, and which pages nobody may be given.

/// The memory map that the compiler works with.
struct MachineMap {
  /// Pages that no cell may map: interrupt controllers, IOMMU registers, MMCONFIG, MSI-X tables, the local
  /// APIC, the hypervisor's own memory.
  private(set) var forbidden: [MachinePlan.Extent] = []
  /// Windows of devices, for the question whether a page has two owners.
  private var windows: [MachinePlan.Extent] = []

  init(_ machine: MachineFile) {
    let hypervisor = machine.hypervisor.memory
    forbid(hypervisor.physicalStart, hypervisor.size)
    if machine.architecture == .x86 {
      forbid(0xfee0_0000, 4096)
      for chip in machine.chips { forbid(chip.address, 4096) }
    }
    if case .arm(_, _, let gicd, let gicc, let gich, let gicv, let gicr) = machine.platform.architecture {
      for base in [gicd, gicc, gich, gicv, gicr] where base != 0 { forbid(base, 4096) }
    }
    for iommu in machine.iommus { forbid(iommu.unit.base, UInt64(iommu.unit.size)) }
    if machine.platform.mmconfigBase != 0 {
      forbid(machine.platform.mmconfigBase, (UInt64(machine.platform.mmconfigEndBus) + 1) << 20)
    }
    for function in machine.functions where function.device.msixRegionSize > 0 {
      forbid(function.device.msixAddress & ~4095, UInt64(function.device.msixRegionSize))
    }
    windows = machine.devices.flatMap(\.memory).map { .init(start: $0.start, size: $0.size) }
    windows += machine.functions.flatMap(\.bars).filter { !$0.isPorts }.map {
      .init(start: $0.address, size: $0.size)
    }
    windows += machine.ranges.map { .init(start: $0.start, size: $0.size) }
  }

  private mutating func forbid(_ start: UInt64, _ size: UInt64) {
    guard size > 0, !start.addingReportingOverflow(size - 1).overflow else { return }
    forbidden.append(.init(start: start, size: size))
  }

  /// The parts of a device's window that can be mapped, and whether each is less than a page for good: that is
  /// so only where something else lives in the same page.
  func mappable(_ window: MachinePlan.Extent) -> [(extent: MachinePlan.Extent, isSubPage: Bool)] {
    window.subtracting(forbidden).map { part in
      let pages = part.pages
      if pages == part { return (part, false) }
      let alone =
        !windows.contains { $0 != window && $0.overlaps(pages) } && !forbidden.contains { $0.overlaps(pages) }
      return alone ? (pages, false) : (part, true)
    }
  }
}
