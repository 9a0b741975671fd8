// SPDX-License-Identifier: Apache-2.0
// Numbers, sizes, ranges and PCI function names, as users write them.

/// Why a word is not the number it should be.
enum NumberFault: Error {
  /// Not of the form.
  case malformed(String)
  /// Of the form, but too large.
  case tooLarge
}

/// Reads the words of the text form.
enum Numbers {
  /// A number: `1016`, `0x3f8`, `0x3a00_0000`.
  static func number(_ word: String) throws(NumberFault) -> UInt64 {
    let hexadecimal = word.hasPrefix("0x") || word.hasPrefix("0X")
    let digits = Array(word.utf8.dropFirst(hexadecimal ? 2 : 0))
    guard let first = digits.first, let last = digits.last, first != UInt8(ascii: "_"),
      last != UInt8(ascii: "_")
    else { throw .malformed("a number like 1016 or 0x3f8") }
    if !hexadecimal, digits.count > 1, first == UInt8(ascii: "0") {
      throw .malformed("a number without leading zeros (some readers take those for octal)")
    }
    var value: UInt64 = 0
    for digit in digits where digit != UInt8(ascii: "_") {
      guard let worth = worth(of: digit), hexadecimal || worth < 10 else {
        throw .malformed("a number like 1016 or 0x3f8")
      }
      let (product, overflow) = value.multipliedReportingOverflow(by: hexadecimal ? 16 : 10)
      let (sum, carry) = product.addingReportingOverflow(worth)
      if overflow || carry { throw .tooLarge }
      value = sum
    }
    return value
  }

  private static func worth(of digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(digit - UInt8(ascii: "A") + 10)
    default: nil
    }
  }

  /// A number of bytes or an address: `4096`, `0x1000`, `4K`, `64 MiB`, `1G`. Units are powers of 1024.
  static func size(_ word: String) throws(NumberFault) -> UInt64 {
    let scalars = Array(word)
    // A hexadecimal number has no unit: its letters are digits.
    if word.hasPrefix("0x") || word.hasPrefix("0X") { return try number(word) }
    let head = scalars.prefix { $0.isNumber || $0 == "_" }
    let unit = String(scalars.dropFirst(head.count)).trimmed
    let shift: UInt64
    switch unit {
    case "", "B": shift = 0
    case "K", "k", "KiB": shift = 10
    case "M", "MiB": shift = 20
    case "G", "GiB": shift = 30
    case "T", "TiB": shift = 40
    case "KB", "kB", "MB", "GB", "TB":
      throw .malformed("K, M, G or KiB, MiB, GiB (powers of 1024); \(unit) could mean a power of 1000")
    default: throw .malformed("a size like 4096, 0x1000, 64K, 16M or 1 GiB")
    }
    let value = try number(String(head))
    guard value <= UInt64.max >> shift else { throw .tooLarge }
    return value << shift
  }

  /// `5` or `2-3`, both ends included.
  static func range(_ word: String) throws(NumberFault) -> ClosedRange<UInt64> {
    let parts = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try number(String(parts[0]).trimmed)
    let last = parts.count == 2 ? try number(String(parts[1]).trimmed) : first
    guard first <= last else { throw .malformed("a range with the smaller end first, like 2-3") }
    return first...last
  }
}

extension String {
  /// Without blanks at both ends.
  public var trimmed: String {
    let kept = drop { $0 == " " || $0 == "\t" }
    return String(kept.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
