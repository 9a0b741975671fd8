// SPDX-License-Identifier: Apache-2.0
// The concrete example that a finding gives.

/// One concrete address, port, CPU, function or pin on which a rule fails, and the sentence that says so.
public struct Witness: Sendable, Hashable {
  /// What kind of number `value` is.
  public enum Space: String, Sendable, Hashable, CaseIterable {
    /// A host-physical address, bytes.
    case hostPhysical = "host-physical"
    /// A guest-physical address, bytes.
    case guestPhysical = "guest-physical"
    /// An I/O port.
    case port
    /// A logical CPU.
    case cpu
    /// A PCI function: domain << 16 | bus << 8 | device << 3 | function.
    case function = "pci-function"
    /// An interrupt pin: chip address in `value`, pin in `detail`.
    case pin = "interrupt-pin"
    /// An IOMMU stream id.
    case stream = "stream-id"
    /// A bit of the L3 capacity mask.
    case cacheBit = "cache-bit"
    /// A byte offset in a file.
    case fileOffset = "file-offset"
    /// A number that is none of these (a count, a flag word, an index).
    case number
  }
  /// What kind of number `value` is.
  public var space: Space
  /// The number.
  public var value: UInt64
  /// The last number that fails in the same way, where it is known.
  public var last: UInt64?
  /// The sentence: "host-physical 0x3b000000 is writable by cells rtos and vision".
  public var text: String
  /// Makes a witness.
  public init(_ space: Space, _ value: UInt64, last: UInt64? = nil, _ text: String) {
    self.space = space
    self.value = value
    self.last = last
    self.text = text
  }
}
