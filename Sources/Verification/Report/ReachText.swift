// SPDX-License-Identifier: Apache-2.0
// What a cell may touch, one line per kind of resource, names first.

import Core

/// A range of one space in words.
func rangeText(_ access: Access) -> String {
  let numbers =
    switch access.space {
    case .memory, .port: hexSpan(access.first, access.last)
    case .function: functionRange(access)
    // A machine's only GIC needs no name.
    case .interrupt: (access.first >> 10 == 0 ? "" : hex(access.first >> 10) + ":") + pins(access)
    case .cpu, .cacheWay: access.first == access.last ? "\(access.first)" : "\(access.first)-\(access.last)"
    case .stream: hexSpan(access.first, access.last)
    }
  var text = access.name.map { "\($0) (\(numbers))" } ?? numbers
  if access.space == .memory { text += " \(access.rights.letters)" }
  if access.isShared { text += " shared" }
  return text
}

private func functionRange(_ access: Access) -> String {
  let first = functionText(UInt32(truncatingIfNeeded: access.first))
  return access.first == access.last
    ? first : "\(first)-\(functionText(UInt32(truncatingIfNeeded: access.last)))"
}

private func pins(_ access: Access) -> String {
  let (first, last) = (access.first & 0x3ff, access.last & 0x3ff)
  return first == last ? "\(first)" : "\(first)-\(last)"
}

extension ClaimMarks {
  /// `rwxd`.
  var letters: String {
    (contains(.read) ? "r" : "-") + (contains(.write) ? "w" : "-") + (contains(.execute) ? "x" : "-")
      + (contains(.dma) ? "d" : "-")
  }
}

/// The kinds of resource with the heading that reports give them.
let reachHeadings: [(space: Space, title: String)] = [
  (.cpu, "CPUs"), (.memory, "memory"), (.port, "ports"), (.function, "PCI functions"),
  (.interrupt, "interrupt lines"), (.cacheWay, "cache bits"), (.stream, "streams"),
]

/// Lines for one member. Long lists of root are cut where `limit` says so.
func reachLines(_ reach: Reach, limit: Int) -> [String] {
  reachHeadings.compactMap { space, title in
    let list = reach.of(space)
    guard !list.isEmpty else { return nil }
    var words = list.prefix(limit).map(rangeText)
    if list.count > limit { words.append("… \(list.count - limit) more") }
    return "\(title): \(words.joined(separator: ", "))"
  }
}
