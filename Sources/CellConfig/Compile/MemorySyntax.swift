// SPDX-License-Identifier: Apache-2.0
// `{at: 0x3b000000, guest: 0, size: 1M, rights: [read, write]}`

/// Reads memory regions.
enum MemorySyntax {
  static let example = "{at: 0x3b000000, guest: 0, size: 1M, rights: [read, write]}"

  /// A region as it stands; `guest` is the same as `at` unless it is given.
  static func region(_ node: TextNode, _ problems: Problems) -> (region: MemoryRegion, name: String?)? {
    guard
      let fields = Fields(
        node, "this memory region", keys: ["at", "guest", "size", "rights", "name"], problems,
        example: example)
    else { return nil }
    var region = MemoryRegion()
    if let flags = rights(fields, "rights") { region.flags = flags }
    if let at = fields.size("at") {
      region.physicalStart = at
    } else if !fields.has("at"), !region.flags.contains(.communication) {
      _ = fields.required("at", example: "0x3b000000")
    }
    region.virtualStart = fields.size("guest") ?? region.physicalStart
    if let size = fields.required("size", example: "1M") { region.size = problems.size(size, "size") ?? 0 }
    return (region, fields.string("name"))
  }

  /// Rights by name, or the letters r, w and x: `rights: rw`.
  static func rights(_ fields: Fields, _ key: String) -> RegionFlags? {
    guard let node = fields[key] else { return nil }
    if let word = node.scalar, (1...3).contains(word.utf8.count), word.allSatisfy({ "rwx".contains($0) }) {
      var flags: RegionFlags = []
      if word.contains("r") { flags.insert(.read) }
      if word.contains("w") { flags.insert(.write) }
      if word.contains("x") { flags.insert(.execute) }
      return flags
    }
    return fields.problems.flags(node, key, Vocabulary.regionFlags).map { RegionFlags(rawValue: $0) }
  }
}
