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
  /// Entries on the way to an address, as far as they stand there.
  private func path(to address: UInt64) -> String {
    let entries = Dictionary(memory.map { ($0.address, $0.value) }) { $1 }
    var table = Place.tables
    var text: [String] = []
    for shift in stride(from: UInt64(39), through: 12, by: -9) {
      guard let entry = entries[table + (address >> shift & 511) * 8] else { break }
      text.append(hex(entry))
      table = entry & 0xff_ffff_f000
    }
    let own = (0...4).compactMap { page in
      entries[page == 0 ? Place.table(2) + 256 * 8 : Place.table(3) + UInt64(page) * 8].map(hex)
    }
    return text.joined(separator: " → ") + " (the guest's own: " + own.joined(separator: " ") + ")"
  }
}
