// SPDX-License-Identifier: Apache-2.0
// What Kernel/compare/main.c told of its processor.

import Core
import Simulator

/// What came of a vector there.
struct ToldOutcome {
  /// Fields that the processor does not have.
  let lacking: UInt64
  /// 0: the guest was left; 1, 2: VMLAUNCH failed, without a number and with one.
  let status: UInt64
  /// The exit's reason, or the number.
  let reason: UInt64
  let qualification: UInt64
  let physical: UInt64
  let information: UInt64
  /// RBX of the guest; what it has written behind the mark that it read.
  let rbx: UInt64
  let written: UInt64

  /// In words, for reports.
  var text: String {
    if status != 0 { return status == 1 ? "VMfailInvalid" : "VMfailValid \(reason)" }
    return "exit \(hex(reason)), qualification \(hex(qualification)), guest-physical \(hex(physical)), "
      + "interruption \(hex(information)), RBX \(hex(rbx)), written \(hex(written))"
  }
}

/// A number as the manual writes it.
func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

/// A run that cannot be judged, and why.
struct BrokenRecord: Error { let text: String }

/// The whole record.
struct Told {
  let seed: UInt64
  let checksum: UInt64
  let kind: ProcessorKind
  let outcomes: [Int: ToldOutcome]
  /// It came to its end.
  let isWhole: Bool

  init(_ text: String) throws(BrokenRecord) {
    var kind = ProcessorKind.generous
    var start: [UInt64]?
    var outcomes: [Int: ToldOutcome] = [:]
    var isWhole = false
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      let numbers = words.dropFirst().compactMap { UInt64($0, radix: 16) }
      guard numbers.count == words.count - 1 else { throw BrokenRecord(text: "no number in: \(line)") }
      switch (words.first, numbers.count) {
      case ("s", 3): start = numbers
      case ("m", 2): kind.registers[numbers[0]] = numbers[1]
      case ("b", 1): kind.physicalBits = numbers[0]
      case ("v", 9):
        outcomes[Int(numbers[0])] = ToldOutcome(
          lacking: numbers[1], status: numbers[2], reason: numbers[3], qualification: numbers[4],
          physical: numbers[5], information: numbers[6], rbx: numbers[7], written: numbers[8])
      case ("e", 0): isWhole = true
      default: throw BrokenRecord(text: "not understood: \(line)")
      }
    }
    guard let start else { throw BrokenRecord(text: "the program has not begun") }
    (seed, checksum, self.kind, self.outcomes, self.isWhole) = (start[0], start[1], kind, outcomes, isWhole)
  }
}
