// SPDX-License-Identifier: Apache-2.0
// `00:1f.6` and `0001:00:1f.6`: the field's own way to write a PCI function.

/// A PCI function: segment, bus, device, function.
public struct PCIFunction: Sendable, Hashable, Comparable {
  /// PCI segment ("domain").
  public var domain: UInt16
  /// bus << 8 | device << 3 | function.
  public var bdf: UInt16

  /// Makes a function of its two parts.
  public init(domain: UInt16 = 0, bdf: UInt16) {
    self.domain = domain
    self.bdf = bdf
  }

  /// domain << 16 | bdf, as `Inventory` has it.
  public var packed: UInt32 { UInt32(domain) << 16 | UInt32(bdf) }

  /// Reads `bb:dd.f` or `dddd:bb:dd.f`, all hexadecimal.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else { return nil }
    let tail = parts[parts.count - 1].split(separator: ".", omittingEmptySubsequences: false)
    func hex(_ word: Substring, _ width: Int) -> UInt16? {
      guard (1...width).contains(word.utf8.count), word.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else {
        return nil
      }
      return UInt16(word, radix: 16)
    }
    guard tail.count == 2, let domain = parts.count == 3 ? hex(parts[0], 4) : 0,
      let bus = hex(parts[parts.count - 2], 2), let device = hex(tail[0], 2), device < 32,
      let function = hex(tail[1], 1), function < 8
    else { return nil }
    self.init(domain: domain, bdf: bus << 8 | device << 3 | function)
  }

  /// Bus number.
  public var bus: UInt8 { UInt8(truncatingIfNeeded: bdf >> 8) }
  /// Device number on its bus.
  public var device: UInt8 { UInt8(truncatingIfNeeded: bdf >> 3) & 31 }

  /// Orders by segment, bus, device, function.
  public static func < (a: PCIFunction, b: PCIFunction) -> Bool { a.packed < b.packed }
}

extension PCIFunction: CustomStringConvertible {
  /// `00:1f.6`, with the segment in front where it is not 0.
  public var description: String {
    let short = "\(hex(UInt64(bus), width: 2)):\(hex(UInt64(device), width: 2)).\(bdf & 7)"
    return domain == 0 ? short : "\(hex(UInt64(domain), width: 4)):\(short)"
  }
}

/// Lower-case hexadecimal digits without a prefix, filled with zeros to `width`.
func hex(_ value: UInt64, width: Int = 1) -> String {
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
