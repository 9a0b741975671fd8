// SPDX-License-Identifier: Apache-2.0
// The fingerprint of a machine: in both forms, and what is said of changes.

import TestSupport
import Testing

@testable import CellConfig

@Suite struct FingerprintTests {
  private static func print(_ texts: String...) -> Fingerprint {
    Fingerprint(texts.compactMap { Fingerprint.Fact($0) })
  }
  private static let old = print(
    "processor GenuineIntel family 6 model 85 stepping 7, 4 CPUs", "firmware Makers, 1.2", "table APIC 1122",
    "table DMAR 3344", "memory 0x0-0x9ffff System RAM", "function 00:00.0 8086:1237",
    "function 00:03.0 8086:100e")

  @Test func nothingHasChanged() { #expect(Self.old.changes(to: Self.old).isEmpty) }

  @Test func eachChangeIsSaidOnce() {
    let now = Self.print(
      "processor GenuineIntel family 6 model 85 stepping 7, 8 CPUs", "firmware Makers, 1.2",
      "table APIC 1199",
      "table MCFG 5566", "memory 0x0-0x9ffff Reserved", "function 00:00.0 8086:1237",
      "function 00:04.0 8086:100e")
    #expect(
      Self.old.changes(to: now) == [
        "processor: was GenuineIntel family 6 model 85 stepping 7, 4 CPUs, is GenuineIntel family 6 model 85 stepping 7, 8 CPUs",
        "table APIC: was 1122, is 1199", "table DMAR 3344: is gone", "table MCFG 5566: is new",
        "memory 0x0-0x9ffff: was System RAM, is Reserved", "function 00:03.0 8086:100e: is gone",
        "function 00:04.0 8086:100e: is new",
      ])
  }

  @Test func whatIsNotKnownIsNotCompared() {
    #expect(Self.old.changes(to: Self.print("firmware Makers, 1.2")).isEmpty)
    #expect(Fingerprint().changes(to: Self.old).isEmpty)
  }

  @Test func factsAreLinesOfText() {
    #expect(Fingerprint.Fact("processor") == nil && Fingerprint.Fact("colour red") == nil)
    #expect(Fingerprint.Fact(.firmware, "a\nb") == nil && Fingerprint.Fact(.firmware, "") == nil)
    #expect(Fingerprint.Fact(.firmware, String(repeating: "x", count: 201)) == nil)
    #expect(Fingerprint.Fact("memory 0x0-0xfff System RAM")?.value == "0x0-0xfff System RAM")
  }

  /// A system configuration that carries `old`, and where that begins.
  private static var carried: (bytes: [UInt8], start: Int) {
    var system = SystemDescription()
    let start = BinaryWriter.write(.system(.x86, system)).count
    system.fingerprint = old
    return (BinaryWriter.write(.system(.x86, system)), start)
  }

  @Test func theBinaryFormCarriesItBehindTheArrays() throws {
    let (bytes, start) = Self.carried
    let decoded = try BinaryDecoder.decode(bytes, path: "x.cell")
    #expect(decoded.warnings.isEmpty && start < bytes.count)
    guard case .system(_, let system) = decoded.configuration else { return }
    #expect(system.fingerprint == Self.old)
  }

  @Test func whatIsBrokenThereIsNoFingerprint() throws {
    let (bytes, start) = Self.carried
    func broken(_ change: (inout [UInt8]) -> Void) throws {
      var copy = bytes
      change(&copy)
      let decoded = try BinaryDecoder.decode(copy, path: "x.cell")
      #expect(decoded.warnings.map(\.place.offset) == [start])
      guard case .system(_, let system) = decoded.configuration else { return }
      #expect(system.fingerprint.facts.isEmpty)
    }
    for length in start + 1..<bytes.count { try broken { $0.removeLast(bytes.count - length) } }
    try broken { $0[start] = 0 }
    try broken { for index in 0..<4 { $0[start + 8 + index] = 0xff } }
    try broken { $0[start + 12] = UInt8(ascii: "x") }
    try broken { $0[start + 20] = 0xff }
    // What follows a whole one is what is ignored.
    let decoded = try BinaryDecoder.decode(bytes + [0], path: "x.cell")
    #expect(decoded.warnings.map(\.place.offset) == [bytes.count])
  }

  @Test func aCellCarriesNone() throws {
    let bytes = BinaryWriter.write(.cell(.x86, CellDescription())) + Self.old.trailer
    #expect(try BinaryDecoder.decode(bytes, path: "x.cell").warnings.map(\.place.offset) == [132])
  }

  @Test func theTextFormIsRefusedWhereItIsNone() {
    func messages(_ line: String) -> [String] {
      let text =
        "machine: m\ncpus: 0\nfingerprint:\n  - \(line)\nhypervisor: {memory: {at: 0x3a000000, size: 6M}}\n"
      let loaded = Loader.load(bytes: Array(text.utf8), path: "m.cell")
      return loaded.problems.map(\.message)
    }
    #expect(messages("firmware Makers").isEmpty)
    #expect(messages("weather fine").contains { $0.contains("`weather fine` is no fact of a machine") })
    #expect(messages("firmware").contains { $0.contains("is no fact") })
  }
}
