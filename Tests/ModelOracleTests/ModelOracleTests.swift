// SPDX-License-Identifier: Apache-2.0
// The oracle itself: what the debug image told in the testbed it takes as it was told; and whatever is changed in that, it finds.

import Foundation
import TestSupport
import Testing

@testable import ModelOracle

@Suite struct ModelOracleTests {
  /// The first transitions of a boot (`scripts/testbed.sh --oracle --xapic`): two cells come, and a third one that fails and goes.
  private static let lines: [String] = {
    let place = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let data = FileManager.default.contents(atPath: place.appendingPathComponent("told.txt").path)
    return String(decoding: data ?? Data(), as: UTF8.self).split(separator: "\n").map(String.init)
  }()

  private func findings(_ lines: [String]) -> [String] {
    do throws(BrokenLog) { return try replay(lines.joined(separator: "\n")).findings } catch {
      return ["\(error)"]
    }
  }
  /// The lines with one replaced (nil: left out), as far as the transition goes that it belongs to.
  private func changed(_ index: Int, to line: String?) -> [String] {
    var lines = Self.lines
    if let line { lines[index] = line } else { lines.remove(at: index) }
    let end = lines.dropFirst(index).firstIndex { $0.hasPrefix("end") } ?? lines.count - 1
    return Array(lines[...end])
  }

  private static func isRefused(_ index: Int) -> Bool {
    lines.dropFirst(index).first { $0.hasPrefix("did") } != "did 0 0"
  }

  @Test func whatWasToldIsTheModels() throws {
    let verdict = try replay(Self.lines.joined(separator: "\n"))
    #expect(verdict.findings.isEmpty, "\(verdict.findings)")
    #expect(
      verdict.counts == [
        "enable done": 1, "create done": 3, "create refused": 2, "set-loadable done": 3, "start done": 3,
        "fail-cpu done": 1, "fail done": 1, "destroy done": 1,
      ])
  }

  /// The image is asked to come again after it has left, and refuses: nobody owns anything then. Whoever says otherwise is found.
  @Test func aRefusedEnableLeavesNothing() {
    let told = ["try enable 0 0", "config 0", "did 16 1", "end 0 0"]
    #expect(findings(told).isEmpty)
    #expect(!findings(["try enable 0 0", "config 0", "did 16 1", "end 1 0"]).isEmpty)
    let row = Self.lines.first { $0.hasPrefix("row") } ?? ""
    #expect(!findings([told[0], told[1], told[2], row, told[3]]).isEmpty)
  }

  /// A line with one thing changed in it; nil: nothing of it means anything to the model.
  private func change(_ line: String, _ draw: inout SplitMix) -> String? {
    var words = line.split(separator: " ").map(String.init)
    func number(_ index: Int) -> UInt64 { UInt64(words[index], radix: 16) ?? 0 }
    func put(_ index: Int, _ value: UInt64) { words[index] = String(value, radix: 16) }
    switch words[0] {
    case "row":
      let isHypervisors = number(1) == Universe.hypervisor
      switch draw.below(4) {
      case 0: put(1, number(1) == 1 ? 2 : 1)
      case 1: put(3, max(number(2), number(3) - 1))
      // What nobody has: no row ends there but the last of a kind.
      case 2: put(3, number(3) | 0x0fff_0000_0000_0000)
      // What it may do; of the hypervisor's the model does not say.
      default: if isHypervisors { put(1, 0) } else { put(4, number(4) ^ 1 << draw.below(4)) }
      }
    case "cpu": put(2, number(2) == 0 ? 1 : 0)
    case "cell":
      let isRoot = number(1) == 0
      if isRoot || draw.chance(50) {
        put(2, number(2) == 1 ? 2 : 1)
      } else {
        put(3, number(3) ^ (draw.chance(50) ? 1 : 0x100))
      }
    case "did": put(1, number(1) == 0 ? 16 : 0)
    case "end": put(1, number(1) ^ 1)
    case "try":
      let names = ["create", "set-loadable", "start", "destroy", "fail-cpu", "fail", "disable"].filter {
        $0 != words[1]
      }
      words[1] = names[Int(draw.below(UInt64(names.count)))]
    default: return nil
    }
    return words.joined(separator: " ")
  }

  @Test func whateverIsChangedIsFound() {
    var draw = SplitMix(seed: 11)
    var tried: [String: Int] = [:]
    for (index, line) in Self.lines.enumerated() {
      // Rows are many, and alike from one transition to the next.
      if line.hasPrefix("row") && !draw.chance(6) { continue }
      // What is refused under one name may be under another.
      if line.hasPrefix("try"), Self.isRefused(index) { continue }
      guard let other = change(line, &draw) else { continue }
      tried[String(line.prefix { $0 != " " }), default: 0] += 1
      #expect(
        !findings(changed(index, to: other)).isEmpty, "line \(index + 1), \(line): nobody notices \(other)")
    }
    #expect(tried.count == 6 && tried["row", default: 0] > 40, "\(tried)")
  }

  @Test func whatIsLeftOutIsFound() {
    var draw = SplitMix(seed: 12)
    for (index, line) in Self.lines.enumerated() {
      let isRow = line.hasPrefix("row")
      if !(isRow && draw.chance(4)) && !line.hasPrefix("cell") && !line.hasPrefix("try") { continue }
      #expect(!findings(changed(index, to: nil)).isEmpty, "line \(index + 1), \(line): nobody misses it")
    }
  }

  /// A configuration of a cell as it was told, from the line `try` on, with one byte changed.
  private func changed(_ index: Int, byte: Int, by bits: UInt8) -> [String] {
    guard
      let line = Self.lines.dropFirst(index).firstIndex(where: { $0.hasPrefix("bytes \(hex(byte & ~63)) ") })
    else {
      return []
    }
    var words = Self.lines[line].split(separator: " ").map(String.init)
    var digits = words[2].map(String.init)
    let place = byte % 64 * 2
    let value = UInt8(digits[place] + digits[place + 1], radix: 16) ?? 0
    digits.replaceSubrange(
      place...(place + 1), with: ["", hex(Int(value ^ bits) | 0x100).dropFirst().description])
    words[2] = digits.joined()
    return changed(line, to: words.joined(separator: " "))
  }
  private func hex(_ value: Int) -> String { String(value, radix: 16) }

  /// What a cell asks for decides what it must get: its CPUs, where its memory lies, what it may do there.
  @Test func anotherConfigurationIsFound() throws {
    var tried = 0
    for told in try Told.all(in: Self.lines.joined(separator: "\n"))
    where told.operation == "create" && told.errno == 0 {
      // The CPU set lies behind the descriptor, 8 bytes; then 32 bytes a region: host-physical, guest-physical, size, flags.
      var changes: [(byte: Int, bits: UInt8)] = [(132, 3)]
      for region in 0..<Int(told.config[52]) {
        let start = 140 + 32 * region
        if told.config[(start + 16)..<(start + 24)].allSatisfy({ $0 == 0 }) { continue }
        let isCommunication = told.config[start + 24] & 0x20 != 0
        changes += [(start + 9, 0x10), (start + 24, 1), (start + 24, 2), (start + 24, 4)]
        if isCommunication { continue }
        changes += [(start + 1, 0x10), (start + 17, 0x10), (start + 24, 0x40), (start + 24, 0x80)]
      }
      for change in changes {
        tried += 1
        #expect(
          !findings(changed(told.line - 1, byte: change.byte, by: change.bits)).isEmpty,
          "\(told.words): nobody notices that byte \(change.byte) has other bits \(change.bits)")
      }
    }
    #expect(tried > 50, "\(tried)")
  }

  @Test func whatIsNoLogIsSaid() {
    for text in [
      "row 0 0 1 0 0", "try start 1", "try start 1 0\ntry start 1 0", "try start 1 0\ncpu 1",
      "try create 1 0\nbytes 0 00",
      "try create 1 0\nconfig 40\nbytes 3f 0000", "try create 1 0\nconfig 40\nbytes 0 0g",
      "try x 1 0\nsomething 1",
    ] {
      #expect(throws: BrokenLog.self, "\(text)") { try replay(text) }
    }
  }
}
