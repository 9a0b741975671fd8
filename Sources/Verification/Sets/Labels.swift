// SPDX-License-Identifier: Apache-2.0
// What stands at an item, in the words of the reports.

import CellConfig

extension MachineSet {
  /// A side of a finding: the place of an item in its file, and a label that says what stands there.
  func side(_ member: Int, _ item: Item) -> Side {
    let owner = members[member]
    return Side(
      place: owner.place(item), label: "\(owner.title), \(label(owner, item))", cell: owner.name)
  }

  /// A side of a finding for a region.
  func side(_ region: RegionFact) -> Side { side(region.member, .region(region.index)) }

  /// A side of a finding for a never-map range.
  func side(_ range: NeverMapRange) -> Side {
    if range.kind == .localAPIC {
      return Side(place: root.place(.platform), label: "\(range.name): \(hexSpan(range.first, range.last))")
    }
    return Side(
      place: members[range.member].place(range.item),
      label: "\(range.name): \(hexSpan(range.first, range.last))", cell: members[range.member].name)
  }

  /// A region without its cell: `region 2 "heap"`, `device ttyS1`.
  func regionName(_ region: RegionFact) -> String {
    if let name = members[region.member].file.names[.region(region.index)] {
      return "\"\(name)\" (region \(region.index))"
    }
    if let name = naming.memory(region.first), !region.isCommunication {
      return "region \(region.index) (in \(name))"
    }
    return "region \(region.index)"
  }

  private func label(_ owner: Member, _ item: Item) -> String {
    let cell = owner.cell
    let name = owner.file.names[item].map { " \"\($0)\"" } ?? ""
    switch item {
    case .file: return "the file"
    case .header: return "the header"
    case .name: return "name \"\(cell.name)\""
    case .flags: return "flags \(hex(owner.isRoot ? cell.flags.rawValue : cell.flags.rawValue))"
    case .cpus: return cpuTitle(cell.cpus)
    case .region(let index): return regionLabel(owner, index, name)
    case .cache(let index):
      guard cell.caches.indices.contains(index) else { break }
      let cache = cell.caches[index]
      let last = UInt64(cache.start) + UInt64(max(cache.size, 1)) - 1
      return "cache region \(index)\(name): bits \(cache.start)-\(last)"
    case .interruptChip(let index):
      guard cell.interruptChips.indices.contains(index) else { break }
      let chip = cell.interruptChips[index]
      return "interrupt chip \(index)\(name) at \(hex(chip.address)): pins \(cpuText(chip.pinNumbers))"
    case .port(let index):
      guard cell.ports.indices.contains(index) else { break }
      let range = cell.ports[index]
      let last = UInt64(range.base) + UInt64(max(range.length, 1)) - 1
      let known = name.isEmpty ? naming.port(UInt64(range.base)).map { " \"\($0)\"" } ?? "" : name
      return "ports \(hexSpan(UInt64(range.base), last))\(known)"
    case .device(let index):
      guard cell.devices.indices.contains(index) else { break }
      let device = cell.devices[index]
      let kind = device.isLink ? "virtual link" : device.type == 2 ? "PCI bridge" : "PCI function"
      return "\(kind) \(functionText(device.function))\(name)"
    case .capability(let index): return "PCI capability \(index)\(name)"
    case .stream(let index):
      guard cell.streamIDs.indices.contains(index) else { break }
      return "stream id \(hex(cell.streamIDs[index]))"
    case .console: return "console"
    case .resetAddress: return "reset address \(hex(cell.cpuResetAddress))"
    case .messageTimeout: return "message timeout \(cell.messageReplyTimeout)"
    case .hypervisorMemory:
      guard let memory = hypervisor else { return "hypervisor memory" }
      return
        "hypervisor memory \(hexSpan(memory.first, memory.last)) (\(sizeText(system.hypervisorMemory.size)))"
    case .debugConsole: return "the hypervisor's console"
    case .mmconfig: return "PCI configuration window at \(hex(system.pciMMConfigBase))"
    case .iommu(let index): return "IOMMU unit \(index)"
    case .platform: return "platform description"
    }
    return "\(item)"
  }

  private func regionLabel(_ owner: Member, _ index: Int, _ name: String) -> String {
    guard owner.cell.regions.indices.contains(index) else { return "region \(index)" }
    let region = owner.cell.regions[index]
    let fact = RegionFact(member: owner.index, index: index, region: region)
    var text = "region \(index)\(name)"
    if !fact.isCommunication {
      text += ": host-physical \(hexSpan(fact.first, fact.last)) (\(sizeText(region.size)))"
    }
    if fact.isCommunication || region.virtualStart != region.physicalStart {
      text += ", guest-physical \(hex(region.virtualStart))"
    }
    return text + ", \(region.flags.words)"
  }
}

extension InterruptChip {
  /// The pins of the bitmap, ascending, `pinBase` added.
  var pinNumbers: [Int] {
    pins.indices.flatMap { word in
      (0..<32).filter { pins[word] & (1 << $0) != 0 }.map { Int(pinBase) + word * 32 + $0 }
    }
  }
}
