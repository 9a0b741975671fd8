// SPDX-License-Identifier: Apache-2.0
// /proc/iomem and /proc/ioports: ranges, by whom they are used, one within the other.

/// A range of addresses or ports.
public struct Resource: Sendable, Equatable {
  public var first: UInt64
  public var last: UInt64
  /// As Linux calls it.
  public var name: String
  /// How deep it lies in others: 0 is outermost.
  public var depth: Int
  /// The names of those that it lies in, outermost first.
  public var within: [String]

  /// No address is as high as this: what says so is no list of the kernel's.
  static let limit: UInt64 = 1 << 60

  var size: UInt64 { last - first + 1 }
  func contains(_ other: Resource) -> Bool { first <= other.first && other.last <= last }
}

/// Reads the kernel's list: `  00100000-39ffffff : System RAM`, two blanks for each step inwards.
func resources(_ lines: [String]) -> [Resource] {
  var stack: [String] = []
  return lines.compactMap { line in
    let indent = line.prefix { $0 == " " }.count
    guard let colon = line.firstRange(of: " : ") else { return nil }
    let ends = line[line.index(line.startIndex, offsetBy: indent)..<colon.lowerBound].split(separator: "-")
    guard ends.count == 2, let first = UInt64(ends[0], radix: 16), let last = UInt64(ends[1], radix: 16),
      first <= last, last < Resource.limit
    else { return nil }
    let depth = indent / 2
    stack = Array(stack.prefix(depth))
    let name = String(line[colon.upperBound...])
    defer { stack.append(name) }
    return Resource(first: first, last: last, name: name, depth: depth, within: stack)
  }
}
