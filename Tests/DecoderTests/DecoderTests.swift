// SPDX-License-Identifier: Apache-2.0
// The core's decoder of memory accesses against Capstone's: over every opcode that it takes with every ModRM, SIB, REX and set of prefixes, in
// every mode; over every other opcode; and over random bytes. And what such an access does to registers against the manual's words.

import Simulator
import TestSupport
import Testing

@testable import Core

/// Compares the two decoders, and counts.
private struct Comparison {
  let mode: CodeMode
  let other: OtherDecoder
  let machine = Simulator<UInt64>(.init(rows: 1, cells: 1, cpus: 1))
  var accepted = 0
  var refused = 0
  var different: [String] = []

  init?(_ mode: CodeMode) {
    guard let other = OtherDecoder(mode) else { return nil }
    (self.mode, self.other) = (mode, other)
  }

  /// What the core says.
  func move(_ bytes: [UInt8]) -> Move? {
    func word(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 | (UInt64(bytes[$1]) << (8 * UInt64($1 - range.lowerBound))) }
    }
    let found = machine.decode(Code(low: word(0..<8), high: word(8..<15), size: mode.rawValue))
    if found.isKnown == 0 { return nil }
    let isConstant = found.isImmediate == 1
    return Move(
      isWrite: found.isWrite == 1, width: found.width, register: isConstant ? nil : found.register,
      shift: found.shift, constant: isConstant ? found.written(.max) : nil, isSigned: found.isSigned == 1,
      target: found.target, length: found.length)
  }

  /// `bytes` are 15.
  mutating func compare(_ bytes: [UInt8]) {
    let (ours, theirs) = (move(bytes), isRefusedOnPurpose(bytes, mode) ? nil : other.move(bytes))
    if ours == nil { refused += 1 } else { accepted += 1 }
    if ours != theirs && different.count < 20 {
      let text = bytes.map { String($0, radix: 16) }.joined(separator: " ")
      different.append(
        "\(mode) \(text): core \(ours.map(String.init(describing:)) ?? "refuses"), Capstone \(theirs.map(String.init(describing:)) ?? "refuses")"
      )
    }
  }
}

@Suite("Decoder of memory accesses") struct DecoderTests {
  private static let prefixes: [[UInt8]] = [
    [], [0x66], [0x67], [0x66, 0x67], [0x67, 0x66], [0x64], [0x65, 0x66], [0x2e, 0x67],
    [0x26, 0x36, 0x3e, 0x66],
    [0x66, 0x66],
  ]
  /// What takes a ModRM, one byte or two.
  private static let opcodes: [[UInt8]] = [
    [0x88], [0x89], [0x8a], [0x8b], [0xc6], [0xc7], [0x63], [0x0f, 0xb6], [0x0f, 0xb7], [0x0f, 0xbe],
    [0x0f, 0xbf],
  ]
  private static func rexes(_ mode: CodeMode) -> [[UInt8]] {
    mode == .bits64 ? [[]] + (UInt8(0x40)...0x4f).map { [$0] } : [[]]
  }
  /// Fills up to 15 bytes.
  private static func filled(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    var fill = random.next()
    while bytes.count < 15 {
      bytes.append(UInt8(truncatingIfNeeded: fill))
      fill = fill >> 8 | fill << 56
    }
    return bytes
  }

  @Test("every encoding of what it takes is decoded as Capstone decodes it", arguments: CodeMode.allCases)
  func everyEncoding(_ mode: CodeMode) throws {
    var comparison = try #require(Comparison(mode))
    var random = SplitMix(seed: 1)
    for prefix in Self.prefixes {
      for rex in Self.rexes(mode) {
        for opcode in Self.opcodes {
          for modrm in UInt8.min...UInt8.max {
            let start = prefix + rex + opcode + [modrm]
            // The SIB, where there is one; else some other byte.
            let hasSIB = modrm & 7 == 4 && modrm < 0xc0
            for sib in UInt8.min...(hasSIB ? UInt8.max : 0) {
              comparison.compare(
                Self.filled(start + [hasSIB ? sib : UInt8(truncatingIfNeeded: random.next())], &random))
            }
          }
        }
        for opcode in UInt8(0xa0)...0xa3 {
          for _ in 0..<16 { comparison.compare(Self.filled(prefix + rex + [opcode], &random)) }
        }
      }
    }
    #expect(comparison.different.isEmpty, "\(comparison.different.joined(separator: "\n"))")
    let least = mode == .bits64 ? 9_000_000 : 300_000
    #expect(comparison.accepted > least, "accepted \(comparison.accepted), refused \(comparison.refused)")
  }

  @Test("every other opcode is refused, whatever stands before and behind it", arguments: CodeMode.allCases)
  func everyOpcode(_ mode: CodeMode) throws {
    var comparison = try #require(Comparison(mode))
    var random = SplitMix(seed: 2)
    let more: [[UInt8]] = [
      [0xf0], [0xf2], [0xf3], [0x66, 0xf3], [0x66, 0x66, 0x66, 0x66, 0x66], [0x48, 0x66], [0x40, 0x48],
    ]
    for prefix in Self.prefixes + more {
      for first in UInt8.min...UInt8.max {
        for second in UInt8.min...UInt8.max {
          for _ in 0..<4 { comparison.compare(Self.filled(prefix + [first, second], &random)) }
        }
      }
    }
    #expect(comparison.different.isEmpty, "\(comparison.different.joined(separator: "\n"))")
    #expect(comparison.accepted > 10_000 && comparison.refused > 1_000_000)
  }

  @Test("instructions that are longer than 15 bytes are refused")
  func tooLong() throws {
    let comparison = try #require(Comparison(.bits64))
    // Four prefixes, REX, C7, ModRM, SIB, displacement and constant of four bytes: 16.
    let start: [UInt8] = [0x64, 0x67, 0x2e, 0x3e, 0x48, 0xc7, 0x84, 0x00, 1, 2, 3, 4, 5, 6, 7]
    #expect(comparison.move(start) == nil)
    #expect(comparison.move(Array(start.dropFirst()) + [8])?.length == 15)
  }

  @Test("random bytes", arguments: CodeMode.allCases)
  func randomBytes(_ mode: CodeMode) throws {
    var comparison = try #require(Comparison(mode))
    var random = SplitMix(seed: 3)
    let likely: [UInt8] = [
      0x66, 0x67, 0x64, 0x48, 0x44, 0x0f, 0x88, 0x89, 0x8a, 0x8b, 0xc6, 0xc7, 0xb6, 0xb7, 0xa1,
    ]
    for _ in 0..<300_000 {
      var start: [UInt8] = []
      for _ in 0..<Int.random(in: 0...5, using: &random) {
        start.append(likely.randomElement(using: &random) ?? 0)
      }
      comparison.compare(Self.filled(start, &random))
    }
    #expect(comparison.different.isEmpty, "\(comparison.different.joined(separator: "\n"))")
    #expect(comparison.accepted > 10_000)
  }
}

@Suite("What a memory access does to its register") struct AccessTests {
  /// The manual's words, on bytes (SDM vol. 1, 3.4.1.1; vol. 2B, MOVZX; MOVSX).
  private static func expected(_ value: UInt64, _ access: Instruction<UInt64>, old: UInt64) -> UInt64 {
    func bytes(_ word: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
    }
    var loaded = Array(bytes(value)[..<Int(access.width)])
    let sign: UInt8 = access.isSigned == 1 && (loaded.last ?? 0) >= 0x80 ? 0xff : 0
    while loaded.count < Int(access.target) { loaded.append(sign) }
    var register = access.target == 4 ? [UInt8](repeating: 0, count: 8) : bytes(old)
    let first = Int(access.shift / 8)
    for (number, byte) in loaded.enumerated() { register[first + number] = byte }
    return register.enumerated().reduce(0) { $0 | (UInt64($1.element) << (8 * UInt64($1.offset))) }
  }

  @Test("a read changes what the manual says, a write takes what it says")
  func registers() {
    var random = SplitMix(seed: 4)
    for (width, target) in [(1, 1), (1, 2), (1, 4), (1, 8), (2, 2), (2, 4), (2, 8), (4, 4), (4, 8), (8, 8)]
      as [(UInt64, UInt64)]
    {
      for shift in width == 1 && target == 1 ? [0, 8] : [0] as [UInt64] {
        for signed in [0, 1] as [UInt64] {
          for _ in 0..<200 {
            let (value, old) = (random.next(), random.next())
            var access = Instruction<UInt64>.none
            (access.width, access.target, access.shift, access.isSigned) = (width, target, shift, signed)
            #expect(access.loaded(value, over: old) == Self.expected(value, access, old: old))
            let mask = width == 8 ? UInt64.max : (1 << (8 * width)) - 1
            #expect(access.written(old) == (old >> shift) & mask)
          }
        }
      }
    }
  }
}
