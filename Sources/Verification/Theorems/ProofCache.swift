// SPDX-License-Identifier: Apache-2.0
// Proofs that need not be done again. A cache can only save time: what cannot be read, is damaged, or belongs to another
// program, solver or way of asking, is as if it were not there; and only proofs get in, never a failure.

import CellConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder with one file for each theorem, which holds its last proof.
public struct ProofCache: Sendable {
  /// The folder.
  public let folder: String
  /// What a proof must have been made with to count.
  public let key: ProofKey

  /// A cache in a folder, which need not exist.
  public init(folder: String, key: ProofKey) {
    self.folder = folder
    self.key = key
  }

  /// The proof of a theorem that was made under this cache's key; nil where there is none.
  public func proof(of theorem: String) -> ProofRecord? {
    guard let (bytes, record) = read(theorem), bytes == record.bytes(key) else { return nil }
    return record
  }

  /// How long a theorem took when it was last proved, by whatever program: for deciding what begins first.
  func milliseconds(of theorem: String) -> Double? { read(theorem).map { Double($0.record.milliseconds) } }

  /// Keeps the result of a theorem if it was proved; whether that worked, nobody needs to know.
  public func keep(_ result: TheoremResult, date: String) {
    guard result.isProved, result.provedOn == nil, let path = path(result.name), makeFolder(folder) else {
      return
    }
    let record = ProofRecord(
      theorem: result.name, obligations: result.obligations, paths: result.paths,
      milliseconds: Int(result.milliseconds.rounded()), date: date)
    try? FileBytes.write(record.bytes(key), to: path)
  }

  private func read(_ theorem: String) -> (bytes: [UInt8], record: ProofRecord)? {
    guard let path = path(theorem), isRegularFile(path), let bytes = try? FileBytes.read(path, atMost: 4096),
      let record = ProofRecord(bytes), record.theorem == theorem
    else { return nil }
    return (bytes, record)
  }

  /// The file of a theorem; nil for a name that is no theorem's.
  private func path(_ theorem: String) -> String? {
    let isName = theorem.utf8.allSatisfy {
      (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d
    }
    return isName && !theorem.isEmpty ? "\(folder)/\(theorem).proof" : nil
  }

  /// Where caches are, unless the user says otherwise: `$XDG_CACHE_HOME/ostrog`, else `~/.cache/ostrog`.
  public static var usualFolder: String? {
    func folder(_ variable: String) -> String? {
      guard let value = getenv(variable) else { return nil }
      let path = String(cString: value)
      return path.hasPrefix("/") ? path : nil
    }
    return folder("XDG_CACHE_HOME").map { $0 + "/ostrog" } ?? folder("HOME").map { $0 + "/.cache/ostrog" }
  }
}
