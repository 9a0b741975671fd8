// SPDX-License-Identifier: Apache-2.0
// A file after reading: what it says, the binary form the hypervisor will see, and where each item stands.

/// Names one item of a configuration, whatever form it was read from.
public enum Item: Sendable, Hashable {
  case file
  case header
  case name
  case flags
  case cpus
  case region(Int)
  case cache(Int)
  case interruptChip(Int)
  case port(Int)
  case device(Int)
  case capability(Int)
  case stream(Int)
  case console
  case resetAddress
  case messageTimeout
  case hypervisorMemory
  case debugConsole
  case mmconfig
  case iommu(Int)
  case platform
}

/// A place in a file: line and column (both from 1) of a text file, a byte offset of a binary one.
public struct Place: Sendable, Hashable {
  /// The path as the user gave it.
  public var file: String
  /// Line from 1; nil in a binary file.
  public var line: Int?
  /// Column from 1; nil in a binary file.
  public var column: Int?
  /// Byte offset from 0; nil in a text file.
  public var offset: Int?
  /// The text of that line without its newline; nil in a binary file.
  public var excerpt: String?
  /// Makes a place.
  public init(
    file: String, line: Int? = nil, column: Int? = nil, offset: Int? = nil, excerpt: String? = nil
  ) {
    self.file = file
    self.line = line
    self.column = column
    self.offset = offset
    self.excerpt = excerpt
  }
}

/// A message about a file that cannot be used, or that can be used but deserves a word.
public struct Diagnostic: Error, Sendable, Hashable {
  /// Stable code: F1 … for the format, Y1 … for the text form.
  public var code: String
  /// True where the file cannot be used.
  public var isError: Bool
  /// What is wrong, in one sentence.
  public var message: String
  /// What to do about it, in one sentence; may be empty.
  public var remedy: String
  /// Where.
  public var place: Place
  /// Makes a message.
  public init(code: String, isError: Bool = true, message: String, remedy: String, place: Place) {
    self.code = code
    self.isError = isError
    self.message = message
    self.remedy = remedy
    self.place = place
  }
}

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

/// A configuration file, read.
public struct LoadedFile: Sendable {
  /// The path as the user gave it.
  public var path: String
  /// True for the YAML form.
  public var isText: Bool
  /// The revision of a binary file; 14 for text.
  public var revision: UInt16
  /// What it says.
  public var configuration: Configuration
  /// The bytes that the hypervisor would be given: the file itself if binary, else the compiled form.
  public var binary: [UInt8]
  /// The file's own bytes, for hashes.
  public var source: [UInt8]
  /// The machine that a text file names (`machine:`); nil where it does not say.
  public var machineName: String?
  /// What is known beyond the binary form.
  public var inventory: Inventory
  /// Where each item stands.
  public var places: [Item: Place]
  /// Human names of items, such as the device that a region belongs to.
  public var names: [Item: String]
  /// Messages that do not make the file unusable.
  public var warnings: [Diagnostic]
  /// Makes a read file.
  public init(
    path: String, isText: Bool, revision: UInt16, configuration: Configuration, binary: [UInt8],
    source: [UInt8], machineName: String? = nil, inventory: Inventory = Inventory(),
    places: [Item: Place] = [:], names: [Item: String] = [:], warnings: [Diagnostic] = []
  ) {
    self.path = path
    self.isText = isText
    self.revision = revision
    self.configuration = configuration
    self.binary = binary
    self.source = source
    self.machineName = machineName
    self.inventory = inventory
    self.places = places
    self.names = names
    self.warnings = warnings
  }
}
