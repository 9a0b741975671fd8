// SPDX-License-Identifier: Apache-2.0
// The files that the user names, folders opened.

import CellConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The paths of configuration files.
enum Inputs {
  /// Each folder is replaced by the .cell files in it, by name; everything else is left for the reader to judge.
  static func expand(_ paths: [String]) -> [String] { paths.flatMap { folder($0) ?? [$0] } }

  /// The .cell files of a folder; nil where the path is none, or holds none.
  private static func folder(_ path: String) -> [String]? {
    guard let directory = opendir(path) else { return nil }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".cell") { names.append(name) }
    }
    let base = path.hasSuffix("/") ? path : path + "/"
    return names.isEmpty ? nil : names.sorted().map { base + $0 }
  }
}
