// SPDX-License-Identifier: Apache-2.0
// From a device to what it consists of: ports, register windows, interrupt lines, PCI function.

/// Adds whole devices of a machine to a cell.
struct DeviceExpansion {
  let machine: MachineFile
  let map: MachineMap
  /// Lines collected so far, by chip.
  private var pins: [Int: Set<Int>] = [:]
  private var pinPositions: [Int: TextPosition] = [:]
  private var pinNames: [Int: [String]] = [:]
  /// The bridge nearest above each bus (segment << 8 | bus).
  private var bridges: [UInt32: PCIFunction] = [:]

  init(_ machine: MachineFile) {
    self.machine = machine
    map = MachineMap(machine)
    let candidates = machine.functions.filter { $0.buses != nil }
    for key in Set(machine.functions.map { $0.function.packed >> 8 }) {
      let above = candidates.filter {
        $0.function.packed >> 16 == key >> 8 && UInt32($0.function.bus) < key & 0xff
          && ($0.buses?.contains(UInt8(key & 0xff)) ?? false)
      }
      bridges[key] = above.min { ($0.buses?.count ?? 0) < ($1.buses?.count ?? 0) }?.function
    }
  }

  /// Rights to registers.
  static let registers: RegionFlags = [.read, .write]
  /// Registers that share a page with somebody else's: every access is checked, of any natural width.
  static let subPage: RegionFlags = [.read, .write, .io8, .io16, .io32]

  private func flags(isSubPage: Bool) -> RegionFlags {
    let base = isSubPage ? Self.subPage : Self.registers
    return machine.architecture == .x86 ? base : base.union(.io)
  }

  /// Adds a register window without its forbidden pages.
  func add(
    window: MachinePlan.Extent, to builder: inout CellBuilder, at position: TextPosition, name: String
  ) {
    for part in map.mappable(window) {
      builder.add(
        MemoryRegion(
          physicalStart: part.extent.start, virtualStart: part.extent.start, size: part.extent.size,
          flags: flags(isSubPage: part.isSubPage)),
        at: position, name: name)
    }
  }

  /// Adds a device that is not on PCI.
  mutating func add(
    _ device: MachineDevice, to builder: inout CellBuilder, at position: TextPosition, pins: Bool = true
  ) {
    for range in device.ports { builder.add(ports: range, at: position, name: device.name) }
    for window in device.memory {
      let name = window.name.isEmpty ? device.name : "\(device.name) \(window.name)"
      add(window: .init(start: window.start, size: window.size), to: &builder, at: position, name: name)
    }
    if pins { for pin in device.interrupts { add(pin: pin, of: device.name, at: position) } }
  }

  /// Adds a PCI function: its BARs, its configuration space, its capabilities. Its legacy interrupt lines are not
  /// added: they are shared with other functions.
  func add(_ function: MachineFunction, to builder: inout CellBuilder, at position: TextPosition) {
    for bar in function.bars where bar.address != 0 {
      let name = "\(function.label) BAR \(bar.index)"
      if bar.isPorts {
        builder.add(ports: bar.address...bar.address + bar.size - 1, at: position, name: name)
      } else {
        add(window: .init(start: bar.address, size: bar.size), to: &builder, at: position, name: name)
      }
    }
    var device = function.device
    device.iommu = UInt8(truncatingIfNeeded: iommuIndex(of: function.function) ?? 0)
    builder.add(device, capabilities: function.capabilities, at: position, name: function.label)
  }

  /// Notes an interrupt line; `flush` adds the chips.
  mutating func add(pin: Inventory.Pin, of name: String, at position: TextPosition) {
    pins[pin.chip, default: []].insert(pin.pin)
    if pinPositions[pin.chip] == nil { pinPositions[pin.chip] = position }
    if !(pinNames[pin.chip]?.contains(name) ?? false) { pinNames[pin.chip, default: []].append(name) }
  }

  /// Adds the collected lines, one entry for each 128 of a chip.
  mutating func flush(to builder: inout CellBuilder) {
    for (index, chip) in machine.chips.enumerated() {
      guard let lines = pins[index]?.sorted(), let position = pinPositions[index] else { continue }
      let names = (pinNames[index] ?? []).prefix(8).joined(separator: ", ")
      var entry: InterruptChip?
      for line in lines {
        let base = machine.architecture == .x86 ? 0 : line / 32 * 32
        if let current = entry, line >= Int(current.pinBase) + 128 {
          builder.add(current, at: position, name: "\(chip.name): \(names)")
          entry = nil
        }
        var current =
          entry ?? InterruptChip(address: chip.address, id: identifier(of: chip), pinBase: UInt32(base))
        InterruptSyntax.set(line - Int(current.pinBase), in: &current)
        entry = current
      }
      if let entry { builder.add(entry, at: position, name: "\(chip.name): \(names)") }
    }
    pins = [:]
  }

  /// Requester id and IOMMU index of a chip, as the format packs them; 0 on ARM.
  func identifier(of chip: MachineChip) -> UInt32 {
    guard machine.architecture == .x86 else { return 0 }
    let unit =
      machine.iommus.firstIndex { $0.name == chip.iommu } ?? machine.iommus.firstIndex(where: \.coversOthers)
    return UInt32(chip.requester) | UInt32(unit ?? 0) << 16
  }

  /// The IOMMU unit in front of a function: one that names it or a bridge above it, else the one for the rest.
  func iommuIndex(of function: PCIFunction) -> Int? {
    var current: PCIFunction? = function
    // A path through bridges is shorter than the number of buses.
    for _ in 0..<256 {
      guard let here = current else { break }
      if let index = machine.iommus.firstIndex(where: { $0.covers.contains(here) }) { return index }
      current = bridge(above: here)
    }
    return machine.iommus.firstIndex(where: \.coversOthers)
  }

  /// The bridge nearest above a function.
  func bridge(above function: PCIFunction) -> PCIFunction? { bridges[function.packed >> 8] }
}
