// SPDX-License-Identifier: Apache-2.0
// What a debug build of the image has said (Kernel/image/x86/Oracle.swift): transitions, in order, each with what the ledger said afterwards.

/// Something that is not as it should be, in words.
struct Fault: Error {
  let text: String
  init(_ text: String) { self.text = text }
}

/// A row of the ledger.
struct Row: Hashable {
  let owner, base, end, marks: UInt64
}

/// A transition, as the image tells it.
struct Told {
  var name = ""
  var (cell, cpu, errno): (UInt64, UInt64, UInt64) = (0, 0, 0)
  /// Where communication pages begin.
  var communication: UInt64 = 0
  /// The configuration that it was asked with.
  var bytes: [UInt8] = []
  /// By cell: phase, flags, and what its communication page says.
  var cells: [UInt64: (phase: UInt64, flags: UInt64, state: UInt64, reply: UInt64)] = [:]
  /// By CPU: whose it is.
  var occupants: [UInt64: UInt64] = [:]
  var rows: [Row] = []

  /// In words.
  var words: String {
    "\(name) of cell \(cell) on CPU \(cpu), which is told \(errno == 0 ? "0" : "-\(errno)")"
  }
}

extension Told {
  /// The transitions of a log. Lines that do not begin with `@` are others'; one that is not whole is an error.
  static func log(_ text: String) throws(Fault) -> [Told] {
    var all: [Told] = []
    var now: Told?
    for line in text.split(whereSeparator: \.isNewline) where line.first == "@" {
      let parts = line.dropFirst().split(separator: " ")
      func number(_ i: Int) throws(Fault) -> UInt64 {
        guard i < parts.count, let value = UInt64(parts[i], radix: 16) else {
          throw Fault("the log has a line that nobody can read: \(line.prefix(100))")
        }
        return value
      }
      if parts.first == "O" {
        if now != nil { throw Fault("the log has a transition that does not end: \(line)") }
        var told = Told()
        told.name = parts.count > 1 ? String(parts[1]) : ""
        (told.cell, told.cpu, told.errno) = (try number(2), try number(3), try number(4))
        now = told
        continue
      }
      guard var told = now else {
        throw Fault("the log has a line outside every transition: \(line.prefix(100))")
      }
      switch parts.first {
      case "C": told.communication = try number(1)
      case "B":
        let digits = parts.count > 1 ? Array(parts[1]) : []
        for i in stride(from: 0, to: digits.count - 1, by: 2) {
          guard let byte = UInt8(String(digits[i...(i + 1)]), radix: 16) else {
            throw Fault("the log has bytes that are none")
          }
          told.bytes.append(byte)
        }
      case "P": told.cells[try number(1)] = (try number(2), try number(3), try number(4), try number(5))
      case "U": told.occupants[try number(1)] = try number(2)
      case "R":
        told.rows.append(
          Row(owner: try number(1), base: try number(2), end: try number(3), marks: try number(4)))
      case "E":
        all.append(told)
        now = nil
        continue
      default: throw Fault("the log has a line that nobody can read: \(line.prefix(100))")
      }
      now = told
    }
    if now != nil { throw Fault("the log ends inside a transition") }
    return all
  }
}
