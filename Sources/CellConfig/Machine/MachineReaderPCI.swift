// SPDX-License-Identifier: Apache-2.0
// A machine file's PCI functions.

extension MachineReader {
  static let functionKeys = [
    "name", "description", "type", "bars", "msi", "msi-x", "capabilities", "buses", "interrupts",
  ]

  mutating func readFunctions() {
    guard let node = fields["pci"] else { return }
    guard case .map(let entries) = node.value else {
      problems.error(
        .wrongKind, "`pci` must be a mapping, not \(node.kind)",
        remedy: "write `pci: {00:1f.6: {name: eth0}}`; raw entries go under `root:`", at: node.position)
      return
    }
    var seen: Set<PCIFunction> = []
    for entry in entries {
      guard let function = PCIFunction(entry.key) else {
        problems.error(
          .malformed, "`\(entry.key.prefix(60))` is no PCI function",
          remedy: "write bus:device.function in hexadecimal, like 00:1f.6", at: entry.position)
        continue
      }
      if !seen.insert(function).inserted {
        problems.error(
          .duplicate, "function \(function) is described twice", remedy: "remove one", at: entry.position)
      }
      let value = entry.value.isNull ? TextNode(value: .map([]), position: entry.position) : entry.value
      guard
        let fields = Fields(
          value, "PCI function \(function)", keys: Self.functionKeys, problems,
          example: "{name: eth0, bars: {0: {at: 0xf7c00000, size: 128K}}}")
      else { continue }
      machine.functions.append(read(function, fields, at: entry.position))
    }
  }

  private func read(_ function: PCIFunction, _ fields: Fields, at position: TextPosition) -> MachineFunction {
    var device = PCIDevice()
    device.domain = function.domain
    device.bdf = function.bdf
    if let node = fields["type"] {
      device.type = problems.term(node, "type", Vocabulary.deviceTypes, as: UInt8.self) ?? 1
    }
    var result = MachineFunction(
      function: function, name: fields.string("name"), device: device, position: position)
    _ = fields.string("description")
    result.bars = bars(fields)
    result.capabilities = fields.list("capabilities").compactMap { PCISyntax.capability($0, problems) }
    result.interrupts = interrupts(fields)
    if let node = fields["buses"], let range = problems.ranges(node, "buses", maximum: 255).first {
      result.buses = UInt8(range.lowerBound)...UInt8(range.upperBound)
      if !fields.has("type") { result.device.type = 2 }
    }
    if let node = fields["msi"] { PCISyntax.msi(node, problems, &result.device) }
    if let node = fields["msi-x"] { msix(node, &result) }
    for bar in result.bars { setMask(bar, &result.device) }
    return result
  }

  /// `{vectors: 5, bar: 3, offset: 0x2000}`: the table lies in a BAR.
  private func msix(_ node: TextNode, _ function: inout MachineFunction) {
    guard
      let fields = Fields(
        node, "`msi-x`", keys: ["vectors", "bar", "offset"], problems, example: "{vectors: 5, bar: 3}")
    else { return }
    function.device.msixVectors = fields.number("vectors") ?? 0
    guard let vectors: UInt16 = fields.number("vectors"), (1...2048).contains(vectors) else {
      problems.error(
        .outOfRange, "MSI-X has 1 to 2048 vectors", remedy: "see its capability: table size plus 1",
        at: fields.place(of: "vectors"))
      return
    }
    let index: UInt8 = fields.number("bar") ?? 0
    guard let bar = function.bars.first(where: { $0.index == Int(index) && !$0.isPorts }) else {
      problems.error(
        .unknownName, "\(function.label) has no memory BAR \(index) for its MSI-X table",
        remedy: "describe that BAR, or correct `bar`", at: fields.place(of: "bar"))
      return
    }
    let offset = fields.size("offset") ?? 0
    let length = (offset % 4096 + UInt64(vectors) * 16 + 4095) & ~4095
    guard offset <= bar.size, length <= 0xf000, offset + UInt64(vectors) * 16 <= bar.size else {
      problems.error(
        .placement, "the MSI-X table of \(function.label) does not fit its BAR or the format's 0xf000 bytes",
        remedy: "check `vectors` and `offset`", at: node.position)
      return
    }
    function.device.msixAddress = bar.address + offset
    function.device.msixRegionSize = UInt16(truncatingIfNeeded: length)
  }

  private func bars(_ fields: Fields) -> [MachineBAR] {
    guard let node = fields["bars"] else { return [] }
    guard case .map(let entries) = node.value else {
      problems.error(
        .wrongKind, "`bars` must be a mapping, not \(node.kind)",
        remedy: "write `bars: {0: {at: 0xf7c00000, size: 128K}}`", at: node.position)
      return []
    }
    return entries.compactMap { entry in
      guard let index = UInt8(entry.key), index < 6 else {
        problems.error(
          .malformed, "`\(entry.key.prefix(20))` is no BAR", remedy: "BARs are numbered 0 to 5",
          at: entry.position)
        return nil
      }
      return bar(Int(index), entry)
    }
  }

  private func bar(_ index: Int, _ entry: TextEntry) -> MachineBAR? {
    guard
      let fields = Fields(
        entry.value, "BAR \(index)", keys: ["at", "size", "ports", "64-bit"], problems,
        example: "{at: 0xf7c00000, size: 128K}")
    else { return nil }
    var bar = MachineBAR(
      index: index, address: 0, size: 0, isPorts: false, is64Bit: false, position: entry.position)
    if let node = fields["ports"], let range = problems.ranges(node, "ports", maximum: 0xffff).first {
      bar.isPorts = true
      bar.address = range.lowerBound
      bar.size = range.upperBound - range.lowerBound + 1
    } else if let extent = extent(fields) {
      bar.address = extent.start
      bar.size = extent.size
      bar.is64Bit = fields.bool("64-bit") ?? (extent.start > 0xffff_ffff)
    } else {
      return nil
    }
    if bar.size.nonzeroBitCount != 1 || bar.address % bar.size != 0 {
      problems.error(
        .malformed, "BAR \(index) is not a power of two at a multiple of its size",
        remedy: "correct `at` or `size`: PCI allows nothing else", at: entry.position)
      return nil
    }
    return bar
  }

  /// The bits of a BAR that software can write.
  private func setMask(_ bar: MachineBAR, _ device: inout PCIDevice) {
    let mask = ~(bar.size - 1)
    device.barMasks[bar.index] = UInt32(truncatingIfNeeded: mask) & (bar.isPorts ? ~0x3 : ~0xf)
    if bar.is64Bit, bar.index < 5 { device.barMasks[bar.index + 1] = UInt32(truncatingIfNeeded: mask >> 32) }
  }
}
