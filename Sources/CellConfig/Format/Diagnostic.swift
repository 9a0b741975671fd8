// SPDX-License-Identifier: Apache-2.0
// Items, places and messages.

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
