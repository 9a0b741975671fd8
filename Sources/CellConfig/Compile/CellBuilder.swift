// SPDX-License-Identifier: Apache-2.0
// A cell's description while it grows; every item is added together with its place and its human name.

/// Collects the items of one cell.
struct CellBuilder {
  private(set) var places: [Item: TextPosition] = [:]
  private(set) var names: [Item: String] = [:]
  /// What has been collected; arrays grow through the `add` functions only.
  var cell = CellDescription()

  mutating func note(_ item: Item, _ position: TextPosition, name: String? = nil) {
    places[item] = position
    if let name { names[item] = name }
  }

  mutating func add(_ region: MemoryRegion, at position: TextPosition, name: String?) {
    note(.region(cell.regions.count), position, name: name)
    cell.regions.append(region)
  }

  mutating func add(_ cache: CacheRegion, at position: TextPosition) {
    note(.cache(cell.caches.count), position)
    cell.caches.append(cache)
  }

  mutating func add(_ chip: InterruptChip, at position: TextPosition, name: String?) {
    note(.interruptChip(cell.interruptChips.count), position, name: name)
    cell.interruptChips.append(chip)
  }

  mutating func add(_ range: PortRange, at position: TextPosition, name: String?) {
    note(.port(cell.ports.count), position, name: name)
    cell.ports.append(range)
  }

  /// Adds ports `range`; more than 65535 of them take two entries, since a length has 16 bits.
  mutating func add(ports range: ClosedRange<UInt64>, at position: TextPosition, name: String?) {
    var start = range.lowerBound
    while start <= range.upperBound {
      let length = min(range.upperBound - start + 1, 0xffff)
      add(
        PortRange(base: UInt16(truncatingIfNeeded: start), length: UInt16(truncatingIfNeeded: length)),
        at: position, name: name)
      start += length
    }
  }

  /// Adds a function; `capabilities` are appended to the cell's array and become its own.
  mutating func add(
    _ device: PCIDevice, capabilities: [PCICapability], at position: TextPosition, name: String?
  ) {
    var device = device
    if !capabilities.isEmpty {
      device.capabilitiesStart = UInt16(truncatingIfNeeded: cell.capabilities.count)
      device.capabilitiesCount = UInt16(truncatingIfNeeded: capabilities.count)
      for capability in capabilities { add(capability, at: position, name: name) }
    }
    note(.device(cell.devices.count), position, name: name)
    cell.devices.append(device)
  }

  mutating func add(_ capability: PCICapability, at position: TextPosition, name: String?) {
    note(.capability(cell.capabilities.count), position, name: name)
    cell.capabilities.append(capability)
  }

  mutating func add(stream: UInt32, at position: TextPosition) {
    note(.stream(cell.streamIDs.count), position)
    cell.streamIDs.append(stream)
  }

  /// Sets the CPUs; `bytes` is the size of the bitmap, by default the least multiple of 8 that holds them.
  mutating func setCPUs(_ cpus: [Int], bytes: Int?) {
    var set = Array(repeating: UInt8(0), count: bytes ?? Self.defaultSetSize(cpus))
    for cpu in cpus where cpu / 8 < set.count { set[cpu / 8] |= 1 << UInt8(cpu % 8) }
    cell.cpuSet = set
  }

  /// Bytes of the bitmap that the compiler makes for `cpus`.
  static func defaultSetSize(_ cpus: [Int]) -> Int { cpus.max().map { ($0 / 64 + 1) * 8 } ?? 0 }
}
