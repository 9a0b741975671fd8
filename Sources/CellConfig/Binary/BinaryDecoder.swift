// SPDX-License-Identifier: Apache-2.0
// The values of a binary configuration, and the byte offset of each. Refuses nothing by itself: what may be
// read is decided by `accept`.

/// A decoded binary configuration.
struct Decoded {
  var configuration: Configuration
  var revision: UInt16
  var places: [Item: Place]
  var warnings: [Diagnostic]
}

/// Reads the binary form, revisions 12, 13 and 14.
enum BinaryDecoder {
  /// The values in `bytes`.
  ///
  /// Revisions 12 and 13 do not record their architecture: `hint` says it, or else it is guessed from what
  /// only one architecture has, and a warning says so.
  static func decode(
    _ bytes: [UInt8], path: String, hint: Architecture? = nil
  ) throws(Diagnostic) -> Decoded {
    let accepted = try accept(bytes, path: path)
    var reader = DescriptorReader(source: ByteSource(bytes: bytes), path: path)
    let cell = reader.cell(at: accepted.descriptor)
    var warnings: [Diagnostic] = []
    let architecture: Architecture
    if let stated = accepted.architecture ?? hint {
      architecture = stated
    } else {
      let guess = guessArchitecture(cell, isSystem: accepted.isSystem)
      architecture = guess.architecture
      warnings.append(
        Diagnostic(
          code: "F1", isError: false,
          message: "revision \(accepted.revision) does not record its architecture; taken as "
            + "\(architecture.label) because \(guess.reason)",
          remedy: "convert the file to revision 14 with `ostrog config decompile` and `compile`",
          place: Place(file: path, offset: 6)))
    }
    let print = accepted.isSystem ? Fingerprint.read(bytes, at: accepted.length) : nil
    let end = print?.end ?? accepted.length
    if end < bytes.count {
      warnings.append(
        Diagnostic(
          code: "F1", isError: false,
          message: "\(bytes.count - end) bytes follow the last array and are ignored",
          remedy: "a count in the header may be too small", place: Place(file: path, offset: end))
      )
    }
    let configuration: Configuration
    if accepted.isSystem {
      let layout =
        accepted.revision == 12 ? SystemField.revision12(architecture) : SystemField.revision14
      var system = reader.system(layout: layout, revision: accepted.revision, architecture: architecture)
      system.root = cell
      if let print { system.fingerprint = print.fingerprint }
      configuration = .system(architecture, system)
    } else {
      configuration = .cell(architecture, cell)
    }
    return Decoded(
      configuration: configuration, revision: accepted.revision, places: reader.places, warnings: warnings)
  }

  private static func guessArchitecture(
    _ cell: CellDescription, isSystem: Bool
  ) -> (architecture: Architecture, reason: String) {
    if !cell.ports.isEmpty { return (.x86, "it has I/O ports") }
    if !cell.caches.isEmpty { return (.x86, "it has a cache region") }
    if cell.flags.contains(.aarch32) { return (.arm64, "a flag of ARM64 is set") }
    if !cell.streamIDs.isEmpty { return (.arm64, "it has stream ids") }
    if isSystem { return (.arm64, "its root cell has no I/O ports") }
    if cell.virtualPCIInterruptBase != 0 { return (.arm64, "it has a virtual PCI interrupt base") }
    if cell.interruptChips.contains(where: { $0.pinBase != 0 }) {
      return (.arm64, "it has interrupts above 31")
    }
    if cell.regions.contains(where: { $0.flags.contains(.io) }) { return (.arm64, "it has device memory") }
    return (.x86, "nothing in it belongs to ARM only")
  }
}

extension Architecture {
  /// The name used in text files and messages.
  public var label: String {
    switch self {
    case .x86: "x86"
    case .arm: "arm"
    case .arm64: "arm64"
    }
  }
}
