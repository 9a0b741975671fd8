// SPDX-License-Identifier: Apache-2.0
// The fixed-size structures of the binary form, read.

extension DescriptorReader {
  /// The name up to its first NUL. Bytes that are no UTF-8 are shown as U+FFFD.
  func name(at offset: Int) -> String {
    let field = source.raw(offset, CellField.nameWidth)
    return String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  func region(at offset: Int) -> MemoryRegion {
    MemoryRegion(
      physicalStart: source.u64(offset), virtualStart: source.u64(offset + 8), size: source.u64(offset + 16),
      flags: RegionFlags(rawValue: source.u64(offset + 24)))
  }

  func console(at offset: Int) -> Console {
    var console = Console()
    console.address = source.u64(offset)
    console.size = source.u32(offset + 8)
    console.type = source.u16(offset + 12)
    console.flags = ConsoleFlags(rawValue: source.u16(offset + 14))
    console.divider = source.u32(offset + 16)
    console.gateNumber = source.u32(offset + 20)
    console.clockRegister = source.u64(offset + 24)
    return console
  }

  func device(at offset: Int) -> PCIDevice {
    var device = PCIDevice()
    device.type = source.u8(offset)
    device.iommu = source.u8(offset + 1)
    device.domain = source.u16(offset + 2)
    device.bdf = source.u16(offset + 4)
    device.barMasks = (0..<6).map { source.u32(offset + 6 + 4 * $0) }
    device.capabilitiesStart = source.u16(offset + 30)
    device.capabilitiesCount = source.u16(offset + 32)
    device.msiVectors = source.u8(offset + 34)
    device.msiFlags = source.u8(offset + 35)
    device.msixVectors = source.u16(offset + 36)
    device.msixRegionSize = source.u16(offset + 38)
    device.msixAddress = source.u64(offset + 40)
    device.shmemRegionsStart = source.u32(offset + 48)
    device.shmemDeviceID = source.u8(offset + 52)
    device.shmemPeers = source.u8(offset + 53)
    device.shmemProtocol = source.u16(offset + 54)
    return device
  }
}
