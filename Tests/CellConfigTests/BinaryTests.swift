// SPDX-License-Identifier: Apache-2.0
// The binary form: writer and decoder are each other's inverse; older revisions; refusals.

import Testing
import TestSupport

@testable import CellConfig

@Suite struct BinaryTests {
  let seed = UInt64.random(in: 0...UInt64.max)

  @Test func writingThenReadingGivesTheSame() throws {
    var generator = SplitMix(seed: seed)
    for round in 0..<500 {
      let configuration = generator.configuration()
      let decoded = try BinaryDecoder.decode(BinaryWriter.write(configuration), path: "x.cell")
      #expect(decoded.configuration == configuration, "seed \(seed), round \(round)")
      #expect(decoded.revision == 14)
      #expect(decoded.warnings.isEmpty)
    }
  }

  @Test func sizesFollowTheFormula() {
    var cell = CellDescription()
    #expect(BinaryWriter.write(.cell(.x86, cell)).count == 132)
    #expect(BinaryWriter.write(.system(.x86, SystemDescription())).count == 488)
    cell.cpuSet = Array(repeating: 0, count: 8)
    cell.regions = [MemoryRegion(), MemoryRegion()]
    cell.caches = [CacheRegion(start: 0, size: 1)]
    cell.interruptChips = [InterruptChip(address: 0)]
    cell.ports = [PortRange(base: 0, length: 1)]
    cell.devices = [PCIDevice()]
    cell.capabilities = [PCICapability(id: 1, start: 0x40, length: 8)]
    cell.streamIDs = [1, 2, 3]
    #expect(BinaryWriter.write(.cell(.x86, cell)).count == 132 + 8 + 64 + 12 + 32 + 4 + 56 + 8 + 12)
  }

  @Test func olderRevisionsGiveTheSameValues() throws {
    var generator = SplitMix(seed: seed)
    for round in 0..<200 {
      let configuration = generator.configuration()
      let bytes = BinaryWriter.write(configuration)
      for revision in [UInt16(12), 13] {
        let old = downgrade(bytes, configuration, to: revision)
        let decoded = try BinaryDecoder.decode(old, path: "x.cell", hint: configuration.architecture)
        #expect(
          decoded.configuration == configuration, "seed \(seed), round \(round), revision \(revision)")
        #expect(decoded.revision == revision)
      }
    }
  }

  /// Rearranges revision 14 into an older one, from the format's tables.
  private func downgrade(_ bytes: [UInt8], _ configuration: Configuration, to revision: UInt16) -> [UInt8] {
    var old = bytes
    old.replaceSubrange(6..<8, with: [UInt8(revision), 0])
    guard case .system(let architecture, _) = configuration else {
      old.replaceSubrange(0..<6, with: "JHCELL".utf8)
      return old
    }
    old.replaceSubrange(0..<6, with: "JHSYST".utf8)
    if revision == 13 { return old }
    let units = Array(bytes[88..<312])
    var platform: [UInt8]
    if architecture == .x86 {
      // pm_timer, vtd_interrupt_limit, apic_mode, padding, tsc_khz, apic_khz
      platform =
        Array(bytes[312..<314]) + Array(bytes[316..<320]) + [bytes[314], 0, 0, 0]
        + Array(bytes[320..<328])
    } else {
      platform = Array(bytes[312..<314]) + Array(bytes[316..<356])
    }
    var header = Array(old[0..<88]) + platform + units
    header += Array(repeating: 0, count: 354 - header.count)
    return header + Array(bytes[356...])
  }

  @Test func everyTruncationIsRefusedWithAnOffset() throws {
    var generator = SplitMix(seed: 7)
    let bytes = BinaryWriter.write(generator.configuration())
    // Up to the end of the arrays: what follows may be cut (FingerprintTests).
    for length in 0..<(try accept(bytes, path: "x.cell").length) {
      #expect(throws: Diagnostic.self) { try BinaryDecoder.decode(Array(bytes[..<length]), path: "x.cell") }
    }
  }

  @Test func trailingBytesAreAWarning() throws {
    let bytes = BinaryWriter.write(.cell(.x86, CellDescription())) + [1, 2, 3]
    let decoded = try BinaryDecoder.decode(bytes, path: "x.cell")
    #expect(decoded.warnings.map(\.place.offset) == [132])
  }

  @Test func refusalsNameTheOffset() throws {
    func offset(_ change: (inout [UInt8]) -> Void) -> Int? {
      var bytes = BinaryWriter.write(.cell(.x86, CellDescription()))
      change(&bytes)
      do {
        _ = try BinaryDecoder.decode(bytes, path: "x.cell")
        return nil
      } catch { return error.place.offset }
    }
    #expect(offset { $0[0] = 0x20 } == 0)
    #expect(offset { $0[5] = 9 } == 5)
    #expect(offset { $0[6] = 15 } == 6)
    #expect(offset { $0[52] = 1 } == 52)
    #expect(offset { $0[59] = 0xff } == 56)
    #expect(offset { _ in } == nil)
  }

  @Test func randomBytesNeverTrap() {
    var generator = SplitMix(seed: seed)
    for _ in 0..<2000 {
      var bytes = BinaryWriter.write(generator.configuration())
      for _ in 0..<4 where !bytes.isEmpty {
        bytes[Int.random(in: 0..<min(bytes.count, 160), using: &generator)] = generator.narrow()
      }
      _ = try? BinaryDecoder.decode(bytes, path: "x.cell")
    }
  }
}
