// SPDX-License-Identifier: Apache-2.0
// PCI functions and capabilities, field by field.

/// Reads hand-placed PCI entries.
enum PCISyntax {
  static let entryKeys = [
    "function", "type", "iommu", "bar-masks", "capabilities", "msi", "msi-x", "shared-memory",
  ]

  /// A function as it stands. `capabilities` is a list of its own ones, or `{first: 3, count: 2}`.
  static func entry(
    _ node: TextNode, _ problems: Problems
  ) -> (device: PCIDevice, capabilities: [PCICapability])? {
    guard
      let fields = Fields(
        node, "this PCI function", keys: entryKeys, problems,
        example: "{function: 00:1f.6, type: device, iommu: 1}")
    else { return nil }
    var device = PCIDevice()
    if let node = fields.required("function", example: "00:1f.6"),
      let function = problems.function(node, "function")
    {
      device.domain = function.domain
      device.bdf = function.bdf
    }
    if let node = fields["type"] {
      device.type = problems.term(node, "type", Vocabulary.deviceTypes, as: UInt8.self) ?? 1
    }
    device.iommu = fields.number("iommu") ?? 0
    let masks = fields.list("bar-masks")
    if masks.count > 6 {
      problems.error(
        .outOfRange, "a function has six BARs, not \(masks.count)", remedy: "give at most six masks",
        at: fields.place(of: "bar-masks"))
    }
    for (index, mask) in masks.prefix(6).enumerated() {
      device.barMasks[index] = problems.number(mask, "bar-masks", UInt32.self) ?? 0
    }
    if let node = fields["msi"] { msi(node, problems, &device) }
    if let node = fields["msi-x"] { msix(node, problems, &device) }
    if let node = fields["shared-memory"] { sharedMemory(node, problems, &device) }
    guard let list = fields["capabilities"] else { return (device, []) }
    if case .map = list.value {
      let span = Fields(
        list, "this range of capabilities", keys: ["first", "count"], problems,
        example: "{first: 0, count: 2}")
      device.capabilitiesStart = span?.number("first") ?? 0
      device.capabilitiesCount = span?.number("count") ?? 0
      return (device, [])
    }
    return (device, problems.list(list).compactMap { capability($0, problems) })
  }

  static func msi(_ node: TextNode, _ problems: Problems, _ device: inout PCIDevice) {
    guard
      let fields = Fields(
        node, "`msi`", keys: ["vectors", "flags"], problems, example: "{vectors: 1, flags: [64-bit]}")
    else { return }
    device.msiVectors = fields.number("vectors") ?? 0
    if let flags = fields.flags("flags", Vocabulary.msiFlags) {
      guard let byte = UInt8(exactly: flags) else {
        problems.error(
          .outOfRange, "`flags` of `msi` does not fit 8 bits", remedy: "use 64-bit and maskable",
          at: fields.place(of: "flags"))
        return
      }
      device.msiFlags = byte
    }
  }

  private static func msix(_ node: TextNode, _ problems: Problems, _ device: inout PCIDevice) {
    guard
      let fields = Fields(
        node, "`msi-x`", keys: ["vectors", "at", "size"], problems,
        example: "{vectors: 5, at: 0xf7c20000, size: 4K}")
    else { return }
    device.msixVectors = fields.number("vectors") ?? 0
    device.msixAddress = fields.size("at") ?? 0
    if let size = fields.size("size") {
      device.msixRegionSize = UInt16(truncatingIfNeeded: size)
      if size > UInt64(UInt16.max) {
        problems.error(
          .outOfRange, "an MSI-X table of \(size) bytes does not fit the format",
          remedy: "the limit is 0xf000",
          at: fields.place(of: "size"))
      }
    }
  }

  private static func sharedMemory(_ node: TextNode, _ problems: Problems, _ device: inout PCIDevice) {
    guard
      let fields = Fields(
        node, "`shared-memory`", keys: ["first-region", "id", "peers", "protocol"], problems,
        example: "{first-region: 2, id: 0, peers: 2, protocol: network}")
    else { return }
    device.shmemRegionsStart = fields.number("first-region") ?? 0
    device.shmemDeviceID = fields.number("id") ?? 0
    device.shmemPeers = fields.number("peers") ?? 0
    if let node = fields["protocol"] {
      device.shmemProtocol = problems.term(node, "protocol", Vocabulary.protocols, as: UInt16.self) ?? 0
    }
  }

  /// `{id: msi, at: 0xd0, size: 14, writable: true}`
  static func capability(_ node: TextNode, _ problems: Problems) -> PCICapability? {
    guard
      let fields = Fields(
        node, "this capability", keys: ["id", "at", "size", "writable", "flags"], problems,
        example: "{id: msi, at: 0xd0, size: 14}")
    else { return nil }
    var capability = PCICapability(id: 0, start: 0, length: 0)
    if let node = fields.required("id", example: "msi") {
      capability.id = problems.term(node, "id", Vocabulary.capabilities, as: UInt16.self) ?? 0
    }
    capability.start = fields.number("at") ?? 0
    capability.length = fields.number("size") ?? 0
    fields.exclude("writable", "flags", because: "`writable` is bit 0 of `flags`: keep one")
    if let flags: UInt16 = fields.number("flags") {
      capability.flags = flags
    } else {
      capability.flags = fields.bool("writable") ?? isUsuallyWritten(capability.id) ? 1 : 0
    }
    return capability
  }

  /// Capabilities that every driver must write: power management, MSI and MSI-X.
  private static func isUsuallyWritten(_ id: UInt16) -> Bool { [0x1, 0x5, 0x11].contains(id) }
}
