// SPDX-License-Identifier: Apache-2.0
// What a machine file knows beyond the binary form.

/// What a machine file knows beyond the binary form: names and topology. Empty for binary files.
public struct Inventory: Sendable, Hashable {
  /// A named device: all that it consists of.
  public struct Device: Sendable, Hashable {
    /// The name that messages use.
    public var name: String
    /// `0000:00:1f.6` as domain << 16 | bdf, for PCI functions.
    public var function: UInt32?
    /// I/O ports.
    public var ports: [PortRange] = []
    /// Register windows, host-physical.
    public var memory: [MemoryRegion] = []
    /// (chip index in the machine file, pin).
    public var pins: [Pin] = []
    /// Makes a named device.
    public init(name: String, function: UInt32? = nil) {
      self.name = name
      self.function = function
    }
  }
  /// One interrupt line.
  public struct Pin: Sendable, Hashable {
    /// Index of the chip in the machine file.
    public var chip: Int
    /// Pin of that chip.
    public var pin: Int
    /// Makes one.
    public init(chip: Int, pin: Int) {
      self.chip = chip
      self.pin = pin
    }
  }
  /// Machine name; cell files refer to it by `machine:`.
  public var machine: String?
  /// All that has a name.
  public var devices: [Device] = []
  /// Sets of logical CPUs that are hyper-threads of one core.
  public var coreSiblings: [[Int]] = []
  /// The processor leaks between hyper-threads (L1TF, MDS).
  public var leaksBetweenThreads: Bool = false
  /// Functions (domain << 16 | bdf) that sit behind a bridge, by the bridge's function.
  public var behindBridge: [UInt32: [UInt32]] = [:]
  /// Human names of memory ranges, host-physical.
  public var ranges: [NamedRange] = []
  /// Ports that reset the machine or switch it off, beyond the well-known ones.
  public var powerPorts: [PortRange] = []
  /// Size of the L3 capacity mask in bits; nil where not known.
  public var cacheMaskBits: Int?
  /// A named host-physical range.
  public struct NamedRange: Sendable, Hashable {
    /// The name that messages use.
    public var name: String
    /// Host-physical start.
    public var start: UInt64
    /// Bytes.
    public var size: UInt64
    /// Makes one.
    public init(name: String, start: UInt64, size: UInt64) {
      self.name = name
      self.start = start
      self.size = size
    }
  }
  /// Nothing known.
  public init() {}
}
