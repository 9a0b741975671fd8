// SPDX-License-Identifier: Apache-2.0
// A file after reading: what it says, the binary form the hypervisor will see, and where each item stands.

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
