// SPDX-License-Identifier: Apache-2.0
// A vector, in words.

import Core
import Simulator

extension Vector {
  /// The kind, for counts.
  var kindName: String {
    switch question {
    case .memory: "memory"
    case .access(_, let access): "\(access)"
    case .instruction(.port): "ports"
    case .instruction: "registers"
    case .entry: "fields"
    }
  }
  /// The VMCS that it makes, by encoding.
  var values: [UInt64: UInt64] {
    fields.reduce(into: DrawnFields.baseline) { $0[$1.field] = $1.value }
  }
  /// What is asked, and what is not as in the baseline.
  var text: String {
    let changed = fields.map { item in
      (VMCSField(rawValue: item.field).map { "\($0)" } ?? hex(item.field)) + " = " + hex(item.value)
    }.joined(separator: ", ")
    switch question {
    case .memory: return "memory"
    case .access(let address, let access):
      return "\(access) of \(hex(address)) by " + path(to: address)
    case .instruction(let instruction): return "\(instruction)" + (changed.isEmpty ? "" : ", \(changed)")
    case .entry: return changed
    }
  }
  /// Entries on the way to an address, as far as they stand there: where, what, and the size of what they map, as a shift.
  func steps(to address: UInt64) -> [(place: UInt64, entry: UInt64, shift: UInt64)] {
    let entries = Dictionary(memory.map { ($0.address, $0.value) }) { $1 }
    var table = Place.tables
    var steps: [(place: UInt64, entry: UInt64, shift: UInt64)] = []
    for shift in stride(from: UInt64(39), through: 12, by: -9) {
      let place = table + (address >> shift & 511) * 8
      guard let entry = entries[place] else { break }
      steps.append((place, entry, shift))
      table = entry & 0xff_ffff_f000
    }
    return steps
  }
  private func path(to address: UInt64) -> String {
    let own = steps(to: Place.code) + (2...4).flatMap { steps(to: Place.code + ($0 - 1) << 12).suffix(1) }
    return steps(to: address).map { hex($0.entry) }.joined(separator: " → ") + " (the guest's own: "
      + own.map { hex($0.entry) }.joined(separator: " ") + ")"
  }
}
