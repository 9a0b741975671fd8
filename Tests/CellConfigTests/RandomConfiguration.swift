// SPDX-License-Identifier: Apache-2.0
// Configurations with every field random: what the format can hold, sensible or not.

import CellConfig
import TestSupport

extension SplitMix {
  mutating func configuration() -> Configuration {
    let architecture = Architecture.allCases[Int.random(in: 0..<3, using: &self)]
    return Bool.random(using: &self)
      ? .system(architecture, system(architecture)) : .cell(architecture, cell())
  }

  mutating func few<T>(_ limit: Int = 5, _ make: (inout SplitMix) -> T) -> [T] {
    (0..<Int.random(in: 0..<limit, using: &self)).map { _ in make(&self) }
  }

  mutating func name() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_ .:#'\"{}[]")
    return String(
      (0..<Int.random(in: 0..<31, using: &self)).map { _ in letters.randomElement(using: &self) ?? "x" })
  }

  mutating func region() -> MemoryRegion {
    MemoryRegion(
      physicalStart: word(), virtualStart: word(), size: word(),
      flags: RegionFlags(
        rawValue: Bool.random(using: &self) ? word() & RegionFlags.known.rawValue : word()))
  }

  mutating func console() -> Console {
    var console = Console()
    if Bool.random(using: &self) { return console }
    console.address = word()
    console.size = narrow()
    console.type = UInt16.random(in: 0..<13, using: &self)
    console.flags = ConsoleFlags(rawValue: narrow())
    console.divider = narrow()
    console.gateNumber = narrow()
    console.clockRegister = word()
    return console
  }

  mutating func device() -> PCIDevice {
    var device = PCIDevice()
    device.type = UInt8.random(in: 0..<5, using: &self)
    device.iommu = narrow()
    device.domain = narrow()
    device.bdf = narrow()
    device.barMasks = (0..<6).map { _ in narrow() }
    device.capabilitiesStart = UInt16.random(in: 0..<4, using: &self)
    device.capabilitiesCount = UInt16.random(in: 0..<4, using: &self)
    device.msiVectors = narrow()
    device.msiFlags = narrow()
    device.msixVectors = narrow()
    device.msixRegionSize = narrow()
    device.msixAddress = word()
    device.shmemRegionsStart = narrow()
    device.shmemDeviceID = narrow()
    device.shmemPeers = narrow()
    device.shmemProtocol = narrow()
    return device
  }

  mutating func cell() -> CellDescription {
    var cell = CellDescription()
    cell.name = name()
    cell.id = narrow()
    cell.flags = CellFlags(rawValue: narrow())
    cell.cpuSet = few(12) { $0.narrow() }
    cell.regions = few { $0.region() }
    cell.caches = few(3) {
      CacheRegion(start: $0.narrow(), size: $0.narrow(), type: $0.narrow(), flags: $0.narrow())
    }
    cell.interruptChips = few {
      var chip = InterruptChip(address: $0.word(), id: $0.narrow(), pinBase: $0.narrow())
      for index in 0..<4 { chip.pins[index] = $0.narrow() }
      return chip
    }
    cell.ports = few { PortRange(base: $0.narrow(), length: $0.narrow()) }
    cell.devices = few { $0.device() }
    cell.capabilities = few {
      PCICapability(id: $0.narrow(), start: $0.narrow(), length: $0.narrow(), flags: $0.narrow())
    }
    cell.streamIDs = few { $0.narrow() }
    cell.virtualPCIInterruptBase = narrow()
    cell.cpuResetAddress = word()
    cell.messageReplyTimeout = word()
    cell.console = console()
    return cell
  }

  mutating func system(_ architecture: Architecture) -> SystemDescription {
    var system = SystemDescription()
    system.flags = SystemFlags(rawValue: narrow())
    system.hypervisorMemory = region()
    system.debugConsole = console()
    system.pciMMConfigBase = word()
    system.pciMMConfigEndBus = narrow()
    system.pciIsVirtual = narrow()
    system.pciDomain = narrow()
    system.fingerprint = Fingerprint(
      few { random in
        Fingerprint.Kind.allCases.randomElement(using: &random).flatMap {
          Fingerprint.Fact($0, "x" + random.name())
        }
      }.compactMap { $0 })
    system.iommuUnits = few(9) {
      var unit = IOMMUUnit(type: $0.narrow(), base: max(1, $0.word()), size: $0.narrow())
      for index in 0..<12 where Bool.random(using: &$0) { unit.extra[index] = $0.narrow() }
      return unit
    }
    system.platform =
      architecture == .x86
      ? .x86(
        pmTimerAddress: narrow(), apicMode: narrow(), vtdInterruptLimit: narrow(), tscKHz: narrow(),
        apicKHz: narrow())
      : .arm(
        maintenanceIRQ: narrow(), gicVersion: narrow(), gicd: word(), gicc: word(), gich: word(),
        gicv: word(), gicr: word())
    system.root = cell()
    return system
  }
}
