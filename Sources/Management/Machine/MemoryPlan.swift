// SPDX-License-Identifier: Apache-2.0
// From /proc/iomem to the `memory` of a machine file: each address by the innermost range that it lies in, whole pages, nothing twice.

/// A range of a machine file's `memory`.
struct PlannedRange: Equatable {
  var first: UInt64
  var last: UInt64
  var name: String
  /// A kind of docs/cell-format.md.
  var kind: String
  /// Where it comes from.
  var source: String
  var size: UInt64 { last - first + 1 }
}

/// Sorts a machine's addresses.
struct MemoryPlan {
  private static let page: UInt64 = 4096
  private static let vga: ClosedRange<UInt64> = 0xa0000...0xbffff
  /// Where firmware's flash is on every PC.
  private static let flash: ClosedRange<UInt64> = 0xff00_0000...0xffff_ffff

  let resources: [Resource]
  /// Has a display of the old kind.
  let hasVGA: Bool

  /// The ranges, in order.
  var ranges: [PlannedRange] {
    var edges: Set<UInt64> = []
    for resource in resources { edges.formUnion([resource.first, resource.last &+ 1]) }
    if hasVGA { edges.formUnion([Self.vga.lowerBound, Self.vga.upperBound + 1]) }
    let sorted = edges.sorted()
    var pieces: [PlannedRange] = []
    for (first, next) in zip(sorted, sorted.dropFirst()) {
      guard let piece = classify(first, next - 1) else { continue }
      if let before = pieces.last, before.last &+ 1 == first, before.kind == piece.kind,
        before.name == piece.name
      {
        pieces[pieces.count - 1].last = piece.last
      } else {
        pieces.append(piece)
      }
    }
    return inPages(pieces)
  }

  /// What is between two edges.
  private func classify(_ first: UInt64, _ last: UInt64) -> PlannedRange? {
    let around = resources.filter { $0.first <= first && last <= $0.last }
    let inner = around.max { $0.depth < $1.depth }
    let names = (inner?.within ?? []) + [inner?.name].compactMap { $0 }
    func range(_ name: String, _ kind: String, _ source: String? = nil) -> PlannedRange {
      PlannedRange(
        first: first, last: last, name: name, kind: kind, source: source ?? "iomem: \(inner?.name ?? "")")
    }
    let isVGA = Self.vga.contains(first) && Self.vga.contains(last)
    guard let inner else {
      return isVGA && hasVGA ? range("VGA window", "device", "a display is there") : nil
    }
    if names.contains("System RAM") {
      let name = first < 1 << 20 ? "low RAM" : first < 4 << 30 ? "RAM" : "RAM above 4 GiB"
      return range(name, "ram", "iomem: System RAM")
    }
    if let rom = names.first(where: { $0.hasSuffix("ROM") }) { return range(rom, "rom", "iomem: \(rom)") }
    if names.contains(where: isTrapped) { return nil }
    if names.contains(where: { isFunction($0) || $0.hasPrefix("HPET") }) { return nil }
    if isVGA && hasVGA { return range("VGA window", "device") }
    if inner.name.hasPrefix("ACPI") { return range(inner.name, "firmware") }
    if inner.name.hasPrefix("PCI Bus") { return nil }
    if inner.name == "Persistent Memory" || inner.name == "Soft Reserved" {
      return range(inner.name, "hidden")
    }
    if inner.name.lowercased() == "reserved" || inner.name.hasPrefix("Unknown E820") {
      if Self.flash.contains(first) { return range("firmware's flash", "hidden") }
      return range("reserved by firmware", "firmware")
    }
    return range(inner.name, "device")
  }

  /// Nobody gets it: the hypervisor answers for it.
  private func isTrapped(_ name: String) -> Bool {
    ["IOAPIC", "Local APIC", "dmar", "PCI MMCONFIG", "PCI ECAM"].contains { name.hasPrefix($0) }
  }

  /// RAM gives up parts of pages, what is not RAM gets them; a page is one range's.
  private func inPages(_ pieces: [PlannedRange]) -> [PlannedRange] {
    let mask = Self.page - 1
    var end: UInt64 = 0
    return pieces.compactMap { piece in
      var piece = piece
      if piece.kind == "ram" {
        piece.first = (piece.first &+ mask) & ~mask
        guard piece.last &+ 1 >= Self.page else { return nil }
        piece.last = ((piece.last &+ 1) & ~mask) &- 1
      } else {
        piece.first &= ~mask
        piece.last |= mask
      }
      piece.first = max(piece.first, end)
      guard piece.first < piece.last else { return nil }
      end = piece.last &+ 1
      return piece
    }
  }
}

/// `0000:00:1f.2`: the name of a PCI function.
func isFunction(_ name: String) -> Bool {
  name.utf8.count == 12 && name.contains(":") && name.contains(".")
}
