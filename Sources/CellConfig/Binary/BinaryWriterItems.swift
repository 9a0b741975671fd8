// SPDX-License-Identifier: Apache-2.0
// The fixed-size structures of the binary form, one function each.

extension ByteSink {
  mutating func put(region: MemoryRegion) {
    put(region.physicalStart)
    put(region.virtualStart)
    put(region.size)
    put(region.flags.rawValue)
  }

  mutating func put(console: Console) {
    put(console.address)
    put(console.size)
    put(console.type)
    put(console.flags.rawValue)
    put(console.divider)
    put(console.gateNumber)
    put(console.clockRegister)
  }

  mutating func put(cache: CacheRegion) {
    put(cache.start)
    put(cache.size)
    put(cache.type)
    put(UInt8(0))
    put(cache.flags)
  }

  mutating func put(chip: InterruptChip) {
    put(chip.address)
    put(chip.id)
    put(chip.pinBase)
    for index in 0..<4 { put(index < chip.pins.count ? chip.pins[index] : 0) }
  }

  mutating func put(device: PCIDevice) {
    put(device.type)
    put(device.iommu)
    put(device.domain)
    put(device.bdf)
    for index in 0..<6 { put(index < device.barMasks.count ? device.barMasks[index] : 0) }
    put(device.capabilitiesStart)
    put(device.capabilitiesCount)
    put(device.msiVectors)
    put(device.msiFlags)
    put(device.msixVectors)
    put(device.msixRegionSize)
    put(device.msixAddress)
    put(device.shmemRegionsStart)
    put(device.shmemDeviceID)
    put(device.shmemPeers)
    put(device.shmemProtocol)
  }

  mutating func put(unit: IOMMUUnit) {
    put(unit.type)
    put(unit.base)
    put(unit.size)
    put(raw: unit.extra, width: 12)
  }

  mutating func put(platform: PlatformDescription) {
    switch platform {
    case .x86(let pmTimerAddress, let apicMode, let vtdInterruptLimit, let tscKHz, let apicKHz):
      put(pmTimerAddress)
      put(apicMode)
      put(UInt8(0))
      put(vtdInterruptLimit)
      put(tscKHz)
      put(apicKHz)
    case .arm(let maintenanceIRQ, let gicVersion, let gicd, let gicc, let gich, let gicv, let gicr):
      put(maintenanceIRQ)
      put(gicVersion)
      put(UInt16(0))
      for address in [gicd, gicc, gich, gicv, gicr] { put(address) }
    }
  }
}
