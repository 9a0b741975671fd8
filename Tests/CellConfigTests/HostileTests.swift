// SPDX-License-Identifier: Apache-2.0
// Files made to break a reader: a message, never a trap, a hang or a wrong answer.

import Testing
import TestSupport

@testable import CellConfig

@Suite struct HostileTests {
  private func load(_ text: String) -> Loaded { Loader.load(bytes: Array(text.utf8), path: "x.cell") }

  private func refuses(_ text: String, _ says: String) {
    let clock = ContinuousClock()
    let start = clock.now
    let loaded = load(text)
    #expect(loaded.files.isEmpty)
    let lines = loaded.problems.flatMap(\.lines)
    #expect(lines.contains { $0.contains(says) }, "\(lines.prefix(4))")
    #expect(clock.now - start < .seconds(10))
  }

  @Test func aliasesThatMultiply() {
    var text = "machine: m\na0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...12 {
      let aliases = repeatElement("*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    refuses(text, "anchors")
  }

  @Test func aliasesAsKeysThatMultiply() {
    var text = "machine: m\na: &a0 {x: 1}\n"
    for level in 1...20 { text += "? &a\(level) [*a\(level - 1), *a\(level - 1)]\n: 1\n" }
    refuses(text, "anchors")
  }

  @Test(arguments: ["[", "{a: ", "- ", "? ", "[[{x: ["])
  func deepNesting(_ opening: String) {
    refuses("machine: " + String(repeating: opening, count: 20_000), "error")
    refuses("machine: m\ncpus: " + String(repeating: opening, count: 500), "error")
  }

  @Test func modestDepthIsRefusedWithItsPlace() {
    let text =
      "machine: m\ncpus: " + String(repeating: "[", count: 40) + "0" + String(repeating: "]", count: 40)
      + "\n"
    refuses(text, "nested levels")
  }

  @Test func bytesThatAreNoText() {
    let loaded = Loader.load(bytes: Array("machine: m\nx: ".utf8) + [0xc3, 0x28], path: "x.cell")
    #expect(loaded.problems.first?.place.offset == 14)
    for bytes: [UInt8] in [[0], [0xff, 0xfe, 0x6d, 0], [0x4a, 0x48], Array(repeating: 0, count: 4096)] {
      let loaded = Loader.load(bytes: bytes, path: "x.cell")
      #expect(loaded.files.isEmpty)
      #expect(!loaded.problems.isEmpty)
    }
  }

  @Test func hugeFiles() {
    refuses(String(repeating: "machine: m\n", count: 200_000), "larger than")
    refuses("machine: m\ncpus: [" + String(repeating: "0,", count: 60_000) + "0]\n", "60001 items")
    refuses("machine: m\ncpus: \"" + String(repeating: "0,", count: 60_000) + "0\"\n", "60001 ranges")
  }

  /// Files in which every pair of items could be compared.
  @Test func manyOfEverything() {
    let clock = ContinuousClock()
    let start = clock.now
    func list(_ item: (Int) -> String) -> String { (0..<800).map(item).joined(separator: ", ") }
    let cells = list { "c\($0): {ram: 2052K, cache: 1}" }
    let links = list { "{between: [c\($0), d], size: 64K}" }
    let devices = list { "d\($0): {memory: {at: \(0x10_0000_0000 + $0 * 64), size: 64}, interrupts: 3}" }
    let functions = list {
      "0000:\(hex(UInt64($0 / 256 * 16), width: 2)):\(hex(UInt64($0 / 8 % 32), width: 2)).\($0 % 8): {buses: 0-255}"
    }
    let chips = list { "{at: \(0x20_0000_0000 + $0 * 4096), pins: 0-119}" }
    let memory = list { "{at: \($0 * 8192), size: 4K, kind: ram}" }
    let loaded = load(
      """
      machine: m
      cpus: {present: 0-32767, siblings: [\(list { "[\($0), \($0 + 800)]" })]}
      cache: {ways: 32}
      cell-memory: {at: 0x100000000000, size: 1T}
      cells: {\(cells)}
      links: [\(links)]
      interrupt-chips: [\(chips)]
      memory: [\(memory)]
      devices: {\(devices)}
      pci: {\(functions)}
      """)
    #expect(!loaded.files.isEmpty || !loaded.problems.isEmpty)
    #expect(clock.now - start < .seconds(30))
  }

  @Test func endlessErrorsAreCut() {
    let loaded = load("machine: m\n" + (0..<5000).map { "key\($0): 1\n" }.joined())
    #expect(loaded.problems.count <= 50)
  }

  @Test func hugeNumbersEverywhere() {
    let numbers = [
      "0xffffffffffffffff", "18446744073709551615", "0xffffffffffff000", "16777215T", "0x10000000000000000",
    ]
    let lines = DiagnosticTests.machine.split(separator: "\n").map(String.init)
    for number in numbers {
      for (index, line) in lines.enumerated() {
        // Every number of every line in turn.
        for range in line.ranges(of: /0x[0-9a-f]+|[0-9]+[KMG]?/) {
          var changed = lines
          changed[index] = line.replacingCharacters(range, number)
          _ = load(changed.joined(separator: "\n"))
        }
      }
    }
  }

  @Test func randomDamageNeverTraps() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var generator = SplitMix(seed: seed)
    print("seed \(seed)")
    let sources = try ConfigsTests.paths().map { try FileBytes.read($0) }
    let machine = Array(DiagnosticTests.machine.utf8)
    let interesting = Array("{}[]:,-#&*!|>'\"%@`\n\t 09xKM~".utf8)
    let clock = ContinuousClock()
    let start = clock.now
    while clock.now - start < .seconds(3) {
      var bytes =
        Bool.random(using: &generator) ? machine : sources.randomElement(using: &generator) ?? machine
      for _ in 0..<Int.random(in: 1..<6, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        let end = min(bytes.count, index + Int.random(in: 0..<30, using: &generator))
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] = generator.narrow()
        case 1: bytes[index] = interesting.randomElement(using: &generator) ?? 0
        case 2: bytes.removeSubrange(index..<end)
        case 3:
          bytes.insert(contentsOf: bytes[index..<end], at: Int.random(in: 0..<bytes.count, using: &generator))
        default: bytes.insert(interesting.randomElement(using: &generator) ?? 0, at: index)
        }
      }
      let loaded = Loader.load(bytes: bytes, path: "x.cell")
      #expect(!loaded.files.isEmpty || !loaded.problems.isEmpty, "seed \(seed)")
      for file in loaded.files { _ = Listing.lines(file) }
    }
  }
}

extension String {
  /// The text with one range replaced.
  func replacingCharacters(_ range: Range<String.Index>, _ text: String) -> String {
    var copy = self
    copy.replaceSubrange(range, with: text)
    return copy
  }
}
