// SPDX-License-Identifier: Apache-2.0
// One end of a channel: its memory regions and its virtual PCI function. All ends follow from the machine file,
// so they agree although each is compiled by itself.

/// Adds the ends of links to cells.
struct LinkCompiler {
  let machine: MachineFile
  let plan: MachinePlan

  /// Vendor and layout of the virtual function: BAR 0 holds the registers, BAR 1 the MSI-X table.
  private static let pageMask: UInt32 = 0xffff_f000

  /// Adds the end of `end` of link `index`; `guest` moves it in guest-physical space.
  func add(
    link index: Int, end: String, guest: UInt64?, to builder: inout CellBuilder, at position: TextPosition
  ) {
    let link = machine.links[index]
    guard let start = plan.linkStart[index], let own = link.between.firstIndex(of: end) else { return }
    let others = link.between.filter { $0 != end }.joined(separator: ", ")
    let base = guest ?? start
    func region(_ offset: UInt64, _ size: UInt64, writable: Bool, _ name: String) {
      var flags: RegionFlags = [.read, .rootShared]
      if writable { flags.insert(.write) }
      builder.add(
        MemoryRegion(physicalStart: start + offset, virtualStart: base &+ offset, size: size, flags: flags),
        at: position, name: "link with \(others): \(name)")
    }
    if link.form == .plain {
      region(0, link.size, writable: link.writer == nil || link.writer == end, "memory")
      return
    }
    let firstRegion = UInt32(builder.cell.regions.count)
    let page: UInt64 = 4096
    let ends = UInt64(link.between.count)
    let output = (link.size - page - link.common) / ends / page * page
    region(0, page, writable: false, "state table")
    region(page, link.common, writable: true, "common section")
    for (peer, name) in link.between.enumerated() {
      region(page + link.common + UInt64(peer) * output, output, writable: peer == own, "output of \(name)")
    }
    builder.add(
      function(link, index, own: own, firstRegion: firstRegion), capabilities: [], at: position,
      name: "link with \(others)")
  }

  private func function(_ link: MachineLink, _ index: Int, own: Int, firstRegion: UInt32) -> PCIDevice {
    var device = PCIDevice()
    device.type = 3
    device.domain = plan.linkFunction[index].domain
    device.bdf = plan.linkFunction[index].bdf
    device.iommu = UInt8(machine.iommus.firstIndex(where: \.coversOthers) ?? 0)
    device.barMasks[0] = Self.pageMask
    if link.vectors > 0 { device.barMasks[1] = Self.pageMask }
    device.msixVectors = link.vectors
    device.shmemRegionsStart = firstRegion
    device.shmemDeviceID = UInt8(own)
    device.shmemPeers = UInt8(link.between.count)
    device.shmemProtocol = link.protocolNumber
    return device
  }
}
