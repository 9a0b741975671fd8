// SPDX-License-Identifier: Apache-2.0
// What this tool has given to the hypervisor, as files: verify needs all of a set, and the hypervisor gives no configuration back. They lie below
// /run, which does not outlive a reboot, as the hypervisor does not.

import CellConfig
import Verification

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The copies.
public struct Kept: Sendable {
  static let folder = "/run/ostrog"
  let files: SystemFiles

  /// Of this machine, or in a test's files.
  public init(_ files: SystemFiles) { self.files = files }

  private var systemPath: String { "\(Self.folder)/system.cell" }
  private func path(_ cell: String) -> String { "\(Self.folder)/cell-\(Self.fileName(cell)).cell" }

  /// A cell's name as part of a file name: other bytes than letters, digits, `-`, `_` and `.` as `%` and two digits.
  static func fileName(_ name: String) -> String {
    name.utf8.map { byte in
      let letter = Character(UnicodeScalar(byte))
      if byte < 0x80, letter.isLetter || letter.isNumber || "-_.".contains(letter) { return String(letter) }
      let digits = String(byte, radix: 16)
      return "%" + (digits.count < 2 ? "0" : "") + digits
    }.joined()
  }

  /// Where the system configuration that is in force is; nil where nobody kept it.
  public var system: String? { files.exists(systemPath) ? files.path(systemPath) : nil }
  /// Where the configuration of a cell is.
  public func cell(_ name: String) -> String? {
    files.exists(path(name)) ? files.path(path(name)) : nil
  }

  /// Keeps the system configuration, and forgets all there was before.
  public func keep(system: LoadedFile) throws(Diagnostic) {
    forgetAll()
    try keep(system.source, systemPath)
  }
  /// Keeps a cell's.
  public func keep(cell: LoadedFile) throws(Diagnostic) {
    try keep(cell.source, path(cell.configuration.cell.name))
  }
  func keep(_ bytes: [UInt8], _ path: String) throws(Diagnostic) {
    _ = makeFolder(files.path(Self.folder))
    try FileBytes.write(bytes, to: files.path(path))
  }

  /// A cell has gone.
  public func forget(_ cell: String) {
    unlink(files.path(path(cell)))
    forgetImages(cell)
  }
  /// The hypervisor has gone.
  public func forgetAll() {
    for name in files.names(Self.folder) where name.hasSuffix(".cell") || name.hasSuffix(".images") {
      unlink(files.path("\(Self.folder)/\(name)"))
    }
  }
}
