// SPDX-License-Identifier: Apache-2.0
// A configuration as values: what the binary format says, field by field, with nothing interpreted.
// Both readers (binary and text) end here; the writer starts here.

/// Processor architecture of a configuration (byte 5 of revision 14).
public enum Architecture: UInt8, Sendable, Hashable, CaseIterable {
  case x86 = 0
  case arm = 1
  case arm64 = 2
}

/// One configuration of either kind.
public enum Configuration: Sendable, Hashable {
  /// Hypervisor and root cell.
  case system(Architecture, SystemDescription)
  /// A non-root cell.
  case cell(Architecture, CellDescription)

  /// The architecture that the configuration is for.
  public var architecture: Architecture {
    switch self {
    case .system(let architecture, _), .cell(let architecture, _): architecture
    }
  }
  /// The cell that it describes: the root cell of a system.
  public var cell: CellDescription {
    switch self {
    case .system(_, let system): system.root
    case .cell(_, let cell): cell
    }
  }
}
