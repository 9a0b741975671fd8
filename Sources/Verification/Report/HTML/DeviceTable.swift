// SPDX-License-Identifier: Apache-2.0
// Devices and their owners, PCI functions first.

import CellConfig
import Core

/// The table of devices.
enum DeviceTable {
  static func html(_ outcome: SetOutcome, _ palette: Palette) -> String {
    let rows = functions(outcome, palette) + others(outcome, palette)
    guard !rows.isEmpty else { return "" }
    return
      "<table class=\"devices\"><thead><tr><th>device</th><th>owner</th><th>what it consists of</th></tr></thead>"
      + "<tbody>\(rows.joined())</tbody></table>"
  }

  private static func functions(_ outcome: SetOutcome, _ palette: Palette) -> [String] {
    let set = outcome.set
    var owners: [UInt32: [Int]] = [:]
    for reach in outcome.reach {
      for access in reach.of(.function) where access.last - access.first < 0x10000 {
        for function in access.first...access.last {
          owners[UInt32(truncatingIfNeeded: function), default: []].append(reach.member)
        }
      }
    }
    var entries: [UInt32: PCIDevice] = [:]
    for member in set.members {
      for device in member.cell.devices where !device.isLink { entries[device.function] = device }
    }
    return entries.sorted { $0.key < $1.key }.map { function, device in
      var parts = [functionText(function)]
      if device.type == 2 { parts.append("bridge") }
      if set.system.iommuUnits.isEmpty {
        parts.append("no IOMMU")
      } else {
        parts.append("IOMMU unit \(device.iommu)")
      }
      if device.msiVectors > 0 { parts.append("MSI ×\(device.msiVectors)") }
      if device.msixVectors > 0 { parts.append("MSI-X ×\(device.msixVectors)") }
      if let extra = set.inventory.devices.first(where: { $0.function == function }) {
        parts += resources(extra)
      }
      return row(
        set.naming.function(function) ?? functionText(function), owners[function] ?? [], parts, palette)
    }
  }

  private static func others(_ outcome: SetOutcome, _ palette: Palette) -> [String] {
    outcome.set.inventory.devices.filter { $0.function == nil }.compactMap { device in
      let owners = outcome.reach.filter { has($0, device, outcome.set) }.map(\.member)
      return row(device.name, owners, resources(device), palette)
    }
  }

  /// A member has a device where it reaches a part of it.
  private static func has(_ reach: Reach, _ device: Inventory.Device, _ set: MachineSet) -> Bool {
    func meets(_ space: Space, _ first: UInt64, _ last: UInt64) -> Bool {
      reach.of(space).contains { $0.first <= last && first <= $0.last }
    }
    let ports = device.ports.contains { range in
      range.length > 0
        && meets(.port, UInt64(range.base), UInt64(range.base) + UInt64(range.length) - 1)
    }
    let memory = device.memory.contains { region in
      region.size > 0 && meets(.memory, region.physicalStart, lastByte(region.physicalStart, region.size))
    }
    if ports || memory { return true }
    guard device.ports.isEmpty, device.memory.isEmpty else { return false }
    let chips = set.root.cell.interruptChips
    return device.pins.contains { pin in
      guard chips.indices.contains(pin.chip) else { return false }
      let line = set.identity(chips[pin.chip]) << 10 | UInt64(pin.pin)
      return meets(.interrupt, line, line)
    }
  }

  private static func resources(_ device: Inventory.Device) -> [String] {
    device.ports.filter { $0.length > 0 }.map { range in
      "ports \(hexSpan(UInt64(range.base), UInt64(range.base) + UInt64(range.length) - 1))"
    }
      + device.memory.filter { $0.size > 0 }.map { region in
        "\(hexSpan(region.physicalStart, lastByte(region.physicalStart, region.size))) (\(sizeText(region.size)))"
      } + device.pins.map { "line \($0.pin)" + ($0.chip > 0 ? " of chip \($0.chip)" : "") }
  }

  private static func row(_ name: String, _ owners: [Int], _ parts: [String], _ palette: Palette) -> String {
    let chips =
      owners.isEmpty
      ? "<span class=\"quiet\">hypervisor or nobody</span>" : owners.map(palette.chip).joined(separator: " ")
    let list = parts.map { "<span class=\"range\">\(escaped($0))</span>" }.joined(separator: " ")
    return "<tr><td>\(escaped(name))</td><td>\(chips)</td><td>\(list)</td></tr>"
  }
}
