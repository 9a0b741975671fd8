// SPDX-License-Identifier: Apache-2.0
// A machine file's top level.

/// Reads machine files.
struct MachineReader {
  static let keys = [
    "machine", "description", "fingerprint", "architecture", "cpus", "cache", "hypervisor", "memory",
    "cell-memory",
    "cells", "links", "interrupt-chips", "iommus", "devices", "pci", "power-ports", "mmconfig", "pm-timer",
    "apic", "interrupt-remapping-entries", "tsc-khz", "apic-khz", "gic", "virtual-pci", "pci-domain", "root",
  ]

  let fields: Fields
  let problems: Problems
  var machine: MachineFile

  /// Reads the entries of a machine file; errors go to `problems`.
  static func read(_ entries: [TextEntry], at position: TextPosition, _ problems: Problems) -> MachineFile {
    let fields = Fields(entries, "a machine file", keys: keys, problems, at: position)
    var reader = MachineReader(fields: fields, problems: problems, machine: MachineFile(problems: problems))
    reader.readAll()
    return reader.machine
  }

  private mutating func readAll() {
    if let node = fields["machine"], let name = problems.identifier(node, "machine") { machine.name = name }
    _ = fields.string("description")
    readFingerprint()
    machine.architecture = problems.architecture(fields) ?? .x86
    readCPUs()
    readCache()
    machine.ranges = fields.list("memory").compactMap { range($0, "this memory range") }
    machine.pools = fields.list("cell-memory").compactMap { pool($0) }
    readIOMMUs()
    readChips()
    readDevices()
    readFunctions()
    readHypervisor()
    readPlatform()
    if let node = fields["power-ports"] {
      machine.powerPorts = problems.ranges(node, "power-ports", maximum: 0xffff).map {
        PortRange(
          base: UInt16(truncatingIfNeeded: $0.lowerBound),
          length: UInt16(truncatingIfNeeded: $0.upperBound - $0.lowerBound + 1))
      }
    }
    readCells()
    readLinks()
    machine.root = fields["root"]
    refuseDoubleNames()
  }

  private mutating func readFingerprint() {
    for node in fields.list("fingerprint") {
      guard let text = problems.string(node, "fingerprint") else { continue }
      if let fact = Fingerprint.Fact(text) {
        machine.fingerprint.facts.append(fact)
        continue
      }
      problems.error(
        .malformed, "`\(text.prefix(60))` is no fact of a machine",
        remedy:
          "write one of \(Fingerprint.Kind.allCases.map(\.rawValue).joined(separator: ", ")), and 1 to 200 printable bytes",
        at: node.position)
    }
    if machine.fingerprint.trailer.count > Fingerprint.most {
      problems.error(
        .outOfRange, "the fingerprint is longer than \(Sizes.text(UInt64(Fingerprint.most)))",
        remedy: "`ostrog config create` writes shorter ones", at: fields.place(of: "fingerprint"))
    }
  }

  private mutating func readCPUs() {
    guard let node = fields["cpus"] else { return }
    machine.cpusPosition = node.position
    guard case .map = node.value else {
      machine.cpus = problems.cpus(node)
      return
    }
    guard
      let cpus = Fields(
        node, "`cpus`", keys: ["present", "siblings", "leaks-between-threads"], problems,
        example: "{present: 0-3, siblings: [[0, 2], [1, 3]]}")
    else { return }
    if let present = cpus["present"] { machine.cpus = problems.cpus(present) }
    machine.coreSiblings = cpus.list("siblings").map { problems.cpus($0) }
    machine.leaksBetweenThreads = cpus.bool("leaks-between-threads") ?? false
    let known = Set(machine.cpus)
    if machine.coreSiblings.contains(where: { $0.count > 64 }) {
      problems.error(
        .outOfRange, "no core has more than 64 threads", remedy: "give one list for each core",
        at: cpus.place(of: "siblings"))
      machine.coreSiblings = []
    }
    for cpu in machine.coreSiblings.flatMap({ $0 }) where !known.contains(cpu) {
      problems.error(
        .contradiction, "CPU \(cpu) is a sibling but not present", remedy: "add it to `present`",
        at: cpus.place(of: "siblings"))
    }
  }

  private mutating func readCache() {
    guard let node = fields["cache"],
      let cache = Fields(node, "`cache`", keys: ["ways"], problems, example: "{ways: 11}")
    else { return }
    machine.cachePosition = node.position
    guard let ways: UInt32 = cache.number("ways") else { return }
    guard (1...32).contains(ways) else {
      problems.error(
        .outOfRange, "a capacity mask has 1 to 32 ways, not \(ways)", remedy: "see CPUID leaf 0x10",
        at: node.position)
      return
    }
    machine.cacheWays = Int(ways)
  }

  /// A range: `{name: low memory, at: 0, size: 640K, kind: ram}`.
  func range(_ node: TextNode, _ what: String) -> MachineRange? {
    guard
      let fields = Fields(
        node, what, keys: ["name", "at", "size", "kind", "rights"], problems,
        example: "{name: low memory, at: 0, size: 640K, kind: ram}")
    else { return nil }
    guard let kindNode = fields.required("kind", example: "ram"), var range = extent(fields) else {
      return nil
    }
    let word = problems.word(kindNode, "kind") ?? ""
    guard let kind = MachineRange.Kind(rawValue: word) else {
      problems.error(
        .unknownName, "`\(word.prefix(60))` is no kind of memory",
        remedy: remedy(for: word, in: MachineRange.Kind.allCases.map(\.rawValue)), at: kindNode.position)
      return nil
    }
    range.kind = kind
    range.rights = MemorySyntax.rights(fields, "rights")
    return range
  }

  private func pool(_ node: TextNode) -> MachineRange? {
    guard
      let fields = Fields(
        node, "`cell-memory`", keys: ["name", "at", "size"], problems, example: "{at: 0x3a600000, size: 66M}")
    else { return nil }
    var range = extent(fields)
    if range?.name.isEmpty ?? false { range?.name = "cell memory" }
    return range
  }

  /// `at`, `size` and `name`, with whole pages required.
  func extent(_ fields: Fields) -> MachineRange? {
    guard let at = fields.required("at", example: "0x3a000000").flatMap({ problems.size($0, "at") }),
      let size = fields.required("size", example: "64M").flatMap({ problems.size($0, "size") })
    else { return nil }
    let limit: UInt64 = 1 << 52
    guard size > 0, at < limit, size <= limit - at else {
      problems.error(
        .outOfRange,
        size == 0
          ? "\(fields.what) has no size" : "\(fields.what) ends past the 52 bits of a physical address",
        remedy: "correct `at` or `size`", at: fields.place(of: "size"))
      return nil
    }
    return MachineRange(
      name: fields.string("name") ?? "", kind: .device, start: at, size: size, position: fields.position)
  }

  private func refuseDoubleNames() {
    var seen: Set<String> = []
    let named =
      machine.devices.map { ($0.name, $0.position) }
      + machine.functions.compactMap { function in function.name.map { ($0, function.position) } }
    for (name, position) in named where !seen.insert(name).inserted {
      problems.error(
        .duplicate, "two devices are called `\(name)`", remedy: "cells name devices: give each its own name",
        at: position)
    }
  }
}

extension Problems {
  /// `architecture: arm64`; nil where the key is absent or wrong.
  func architecture(_ fields: Fields) -> Architecture? {
    guard let node = fields["architecture"],
      let value = term(node, "architecture", Vocabulary.architectures, as: UInt8.self)
    else { return nil }
    if let architecture = Architecture(rawValue: value) { return architecture }
    error(.unknownName, "architecture \(value) is unknown", remedy: "x86, arm or arm64", at: node.position)
    return nil
  }

  /// Logical CPUs, ascending, none twice.
  func cpus(_ node: TextNode) -> [Int] {
    // The format's limit: a set of 4096 bytes.
    var present = Array(repeating: false, count: CellField.maximumCPUSet * 8)
    for range in ranges(node, "cpus", maximum: UInt64(present.count - 1)) {
      for cpu in range { present[Int(cpu)] = true }
    }
    return present.indices.filter { present[$0] }
  }
}
