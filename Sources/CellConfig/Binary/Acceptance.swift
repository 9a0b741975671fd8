// SPDX-License-Identifier: Apache-2.0
// Whether bytes are a configuration that fits its file. The decoder extracts only what has passed here. It is the
// part of the core's reader that decides the shape; what the values mean (flags, names, ranges) is not judged here,
// so that a file that the core refuses can still be shown, and explained by rule. A test holds the two together:
// whatever the core accepts is accepted here with the same end.

/// What acceptance found out about the bytes.
struct Accepted {
  /// True for a system configuration.
  var isSystem: Bool
  /// 12, 13 or 14.
  var revision: UInt16
  /// The architecture byte; nil where the revision has none.
  var architecture: Architecture?
  /// Offset of the cell descriptor: 0 in a cell configuration.
  var descriptor: Int
  /// Bytes that the header and all arrays take.
  var length: Int
}

/// True where the first bytes carry a signature of the binary form.
func looksBinary(_ bytes: [UInt8]) -> Bool {
  [Magic.system14, Magic.cell14, Magic.system12, Magic.cell12].contains {
    bytes.starts(with: $0)
  }
}

/// Checks signature, revision, architecture and that every array lies inside the file.
func accept(_ bytes: [UInt8], path: String) throws(Diagnostic) -> Accepted {
  func refuse(_ message: String, _ remedy: String, at offset: Int) -> Diagnostic {
    Diagnostic(code: "F1", message: message, remedy: remedy, place: Place(file: path, offset: offset))
  }
  let source = ByteSource(bytes: bytes)
  guard looksBinary(bytes) else {
    throw refuse(
      "this is no configuration: it starts with none of the signatures JHSYS, JHCLL, JHSYST, JHCELL",
      "give a .cell file, binary or text", at: 0)
  }
  let old = bytes.starts(with: Magic.system12) || bytes.starts(with: Magic.cell12)
  let isSystem = bytes.starts(with: Magic.system14)
  guard bytes.count >= 8 else {
    throw refuse("the file ends inside its first 8 bytes", "copy the file again", at: bytes.count)
  }
  let revision = source.u16(6)
  guard old ? (revision == 12 || revision == 13) : revision == BinaryRevision.current else {
    throw refuse(
      "revision \(revision) is not one that this signature can have "
        + (old ? "(12 or 13)" : "(14)"),
      "rebuild the configuration with a tool of revision 12, 13 or 14", at: 6)
  }
  var architecture: Architecture?
  if !old {
    architecture = Architecture(rawValue: bytes[5])
    if architecture == nil {
      throw refuse("architecture \(bytes[5]) is unknown", "0 is x86, 1 ARM, 2 ARM64", at: 5)
    }
  }
  let descriptor =
    isSystem ? (revision == 12 ? SystemField.revision12(.x86) : SystemField.revision14).root : 0
  var end = descriptor + CellField.size
  guard bytes.count >= end else {
    throw refuse(
      "the file has \(bytes.count) bytes, its header alone needs \(end)", "copy the file again",
      at: bytes.count)
  }
  let arrays = [
    "the CPU set", "memory regions", "cache regions", "interrupt chips", "port ranges", "PCI devices",
    "PCI capabilities", "stream ids",
  ]
  for (index, stride) in CellField.strides.enumerated() {
    let field = descriptor + CellField.counts + 4 * index
    let count = Int(source.u32(field))
    guard index != 0 || count <= CellField.maximumCPUSet else {
      throw refuse(
        "the CPU set has \(count) bytes, the limit is \(CellField.maximumCPUSet)",
        "correct the size at byte \(field)", at: field)
    }
    end += count * stride
    guard end <= bytes.count else {
      throw refuse(
        "\(count) × \(stride) bytes for \(arrays[index]) run past the end of the file "
          + "(they would end at \(end), the file has \(bytes.count))",
        "correct the count at byte \(field) or copy the file again", at: field)
    }
  }
  return Accepted(
    isSystem: isSystem, revision: revision, architecture: architecture, descriptor: descriptor, length: end)
}
