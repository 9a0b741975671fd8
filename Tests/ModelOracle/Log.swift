// SPDX-License-Identifier: Apache-2.0
// What a debug image tells (Kernel/image/x86/Oracle.swift), one transition after the other. Numbers are hexadecimal.
//
//     try OPERATION CELL CPU
//     state CELL WORD        what the core heard of a cell meanwhile: its state, its reply
//     reply CELL WORD
//     config SIZE            of enable and create: the configuration that was read, and how long it is
//     bytes OFFSET BYTES     some of it; what is not told is zero
//     did ERRNO REASON       0: it was done
//     row OWNER BASE END MARKS GUEST
//     cpu NUMBER OCCUPANT
//     cell NUMBER PHASE FLAGS LOADED STATE REPLY
//     end ENABLED PAGES      whether the hypervisor is enabled, and where communication pages begin

/// A row of the ledger.
public struct ToldRow: Hashable, Sendable {
  let owner, base, end, marks, guest: UInt64
}

/// A cell that is there.
struct ToldCell: Equatable, Sendable {
  let phase, flags, loaded: UInt64
}

/// Who owns what.
struct ToldState: Equatable, Sendable {
  var rows: [ToldRow] = []
  var occupants: [UInt64: UInt64] = [:]
  var cells: [UInt64: ToldCell] = [:]
  var isEnabled = false
}

/// A transition that was tried.
struct Told: Sendable {
  let operation: String
  let cell: UInt64
  let cpu: UInt64
  /// The line of the log that it begins in.
  let line: Int
  var states: [UInt64: UInt64] = [:]
  var replies: [UInt64: UInt64] = [:]
  var config: [UInt8] = []
  var errno: UInt64 = 0
  var reason: UInt64 = 0
  /// What cells' pages say afterwards.
  var pages: [UInt64: (state: UInt64, reply: UInt64)] = [:]
  var after = ToldState()
  /// Where communication pages begin.
  var communication: UInt64 = 0

  /// In words.
  var words: String {
    switch operation {
    case "enable": "enable on CPU \(cpu)"
    case "disable": "disable on CPU \(cpu)"
    case "fail-cpu": "failure of CPU \(cpu)"
    default: "\(operation) of cell \(cell) on CPU \(cpu)"
    }
  }
}

/// A log that cannot be read.
public struct BrokenLog: Error, Equatable, CustomStringConvertible {
  let line: Int
  let text: String
  public var description: String { "line \(line) of the log: \(text)" }
}

extension Told {
  /// All transitions of a log, in order.
  static func all(in log: String) throws(BrokenLog) -> [Told] {
    var all: [Told] = []
    var current: Told?
    for (index, line) in log.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    where !line.isEmpty {
      func broken(_ text: String) -> BrokenLog { BrokenLog(line: index + 1, text: "\(text): \(line)") }
      let words = line.split(separator: " ")
      if words[0] == "try" {
        guard current == nil else { throw broken("one transition in another") }
        guard words.count == 4, let cell = UInt64(words[2], radix: 16), let cpu = UInt64(words[3], radix: 16)
        else { throw broken("no transition") }
        current = Told(operation: String(words[1]), cell: cell, cpu: cpu, line: index + 1)
        continue
      }
      guard var told = current else { throw broken("outside a transition") }
      guard try told.take(words, broken) else {
        current = told
        continue
      }
      all.append(told)
      current = nil
    }
    // The machine may have been switched off in the midst of one.
    return all
  }

  /// Takes in a line. True: it was the last.
  private mutating func take(
    _ words: [Substring], _ broken: (String) -> BrokenLog
  ) throws(BrokenLog) -> Bool {
    if words[0] == "bytes" {
      guard words.count == 3, let start = Int(words[1], radix: 16), let bytes = Self.bytes(words[2]),
        start + bytes.count <= config.count
      else { throw broken("no bytes of a configuration") }
      config.replaceSubrange(start..<(start + bytes.count), with: bytes)
      return false
    }
    let numbers = words.dropFirst().compactMap { UInt64($0, radix: 16) }
    let counts = ["state": 2, "reply": 2, "config": 1, "did": 2, "row": 5, "cpu": 2, "cell": 6, "end": 2]
    guard numbers.count == words.count - 1, counts[String(words[0])] == numbers.count else {
      throw broken("not understood")
    }
    switch words[0] {
    case "config":
      // No configuration is longer.
      guard numbers[0] <= 4 << 20 else { throw broken("a configuration that is too long") }
      config = [UInt8](repeating: 0, count: Int(numbers[0]))
    case "state": states[numbers[0]] = numbers[1]
    case "reply": replies[numbers[0]] = numbers[1]
    case "did": (errno, reason) = (numbers[0], numbers[1])
    case "row":
      after.rows.append(
        ToldRow(
          owner: numbers[0], base: numbers[1], end: numbers[2], marks: numbers[3], guest: numbers[4]))
    case "cpu": after.occupants[numbers[0]] = numbers[1]
    case "cell":
      after.cells[numbers[0]] = ToldCell(phase: numbers[1], flags: numbers[2], loaded: numbers[3])
      pages[numbers[0]] = (numbers[4], numbers[5])
    default:
      (after.isEnabled, communication) = (numbers[0] == 1, numbers[1])
      return true
    }
    return false
  }

  private static func bytes(_ text: Substring) -> [UInt8]? {
    let digits = Array(text)
    guard digits.count % 2 == 0 else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...($0 + 1)]), radix: 16)
    }
    return bytes.count * 2 == digits.count ? bytes : nil
  }
}
