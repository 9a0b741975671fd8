// SPDX-License-Identifier: Apache-2.0
// The part of a machine file that has no place in the binary form, for those who explain findings.

extension Inventory {
  /// What `machine` knows, with the placement of cells and links.
  init(_ machine: MachineFile, _ plan: MachinePlan) {
    self.init()
    self.machine = machine.name
    devices = machine.devices.map { device in
      var result = Device(name: device.name)
      result.ports = device.ports.map {
        PortRange(
          base: UInt16(truncatingIfNeeded: $0.lowerBound),
          length: UInt16(truncatingIfNeeded: $0.upperBound - $0.lowerBound + 1))
      }
      result.memory = device.memory.map { Self.window($0.start, $0.size) }
      result.pins = device.interrupts
      return result
    }
    for function in machine.functions {
      var result = Device(
        name: function.name ?? function.function.description, function: function.function.packed)
      for bar in function.bars {
        if bar.isPorts {
          result.ports.append(
            PortRange(
              base: UInt16(truncatingIfNeeded: bar.address), length: UInt16(truncatingIfNeeded: bar.size)))
        } else {
          result.memory.append(Self.window(bar.address, bar.size))
          ranges.append(
            NamedRange(name: "\(function.label) BAR \(bar.index)", start: bar.address, size: bar.size))
        }
      }
      result.pins = function.interrupts
      devices.append(result)
    }
    coreSiblings = machine.coreSiblings
    leaksBetweenThreads = machine.leaksBetweenThreads
    powerPorts = machine.powerPorts
    cacheMaskBits = machine.cacheWays
    let expansion = DeviceExpansion(machine)
    for function in machine.functions {
      if let bridge = expansion.bridge(above: function.function) {
        behindBridge[bridge.packed, default: []].append(function.function.packed)
      }
    }
    addRanges(machine, plan)
  }

  private static func window(_ start: UInt64, _ size: UInt64) -> MemoryRegion {
    MemoryRegion(physicalStart: start, virtualStart: start, size: size, flags: [.read, .write])
  }

  private mutating func addRanges(_ machine: MachineFile, _ plan: MachinePlan) {
    func add(_ name: String, _ start: UInt64, _ size: UInt64) {
      if size > 0 { ranges.append(NamedRange(name: name, start: start, size: size)) }
    }
    add("hypervisor memory", machine.hypervisor.memory.physicalStart, machine.hypervisor.memory.size)
    for cell in machine.cells {
      if let extent = plan.memory[cell.name] { add("memory of cell \(cell.name)", extent.start, extent.size) }
    }
    for (link, start) in zip(machine.links, plan.linkStart) {
      if let start { add("link \(link.label)", start, link.size) }
    }
    for chip in machine.chips { add(chip.name, chip.address, 4096) }
    for iommu in machine.iommus { add(iommu.name, iommu.unit.base, UInt64(iommu.unit.size)) }
    if machine.platform.mmconfigBase != 0 {
      let size = (UInt64(machine.platform.mmconfigEndBus) + 1) << 20
      add("PCI configuration space", machine.platform.mmconfigBase, size)
    }
    for device in machine.devices {
      for window in device.memory { add(device.name, window.start, window.size) }
    }
    for range in machine.ranges + machine.pools { add(range.name, range.start, range.size) }
  }
}
