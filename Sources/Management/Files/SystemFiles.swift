// SPDX-License-Identifier: Apache-2.0
// The files of a machine: below / where it is this one, below another folder where it was collected elsewhere, or made for a test.

import CellConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A tree of files, and what stands in it. What cannot be read is nil: most of what tools look for is somewhere absent.
public struct SystemFiles: Sendable {
  /// What goes before each path; empty for this machine.
  public let prefix: String

  /// The files of this machine, or those below `prefix`.
  public init(_ prefix: String = "") {
    self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
  }

  /// Where `path` (which begins with a slash) really is.
  public func path(_ path: String) -> String { prefix + path }

  /// True where something stands there.
  public func exists(_ path: String) -> Bool { FileBytes.exists(self.path(path)) }

  /// All bytes of a file.
  public func bytes(_ path: String) -> [UInt8]? { try? FileBytes.read(self.path(path)) }

  /// A file as text.
  public func text(_ path: String) -> String? { bytes(path).map { String(decoding: $0, as: UTF8.self) } }

  /// A file's lines.
  public func lines(_ path: String) -> [String] {
    (text(path) ?? "").split(separator: "\n").map(String.init)
  }

  /// A file that holds one word or line.
  public func word(_ path: String) -> String? {
    text(path).map { text in
      String(text.reversed().drop { $0.isWhitespace }.reversed())
    }
  }

  /// A number, decimal or with 0x.
  public func number(_ path: String) -> UInt64? {
    word(path).flatMap(address)
  }

  /// Names in a folder, in order; none where there is no such folder.
  public func names(_ path: String) -> [String] {
    guard let folder = opendir(self.path(path)) else { return [] }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The last part of what a symbolic link leads to; in a collected folder, of what a file of that name says.
  public func linkName(_ path: String) -> String? {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = buffer.withUnsafeMutableBytes { bytes -> Int in
      guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return -1 }
      return readlink(self.path(path), start, bytes.count)
    }
    let target = count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : word(path)
    return target?.split(separator: "/").last.map(String.init)
  }

  /// `size` bytes from `offset` on; fewer where the file ends, nil where it cannot be read at all.
  public func bytes(_ path: String, at offset: UInt64, size: Int) -> [UInt8]? {
    let descriptor = open(self.path(path), O_RDONLY)
    guard descriptor >= 0, let offset = Int(exactly: offset) else { return nil }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: size)
    let count = buffer.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, offset) }
    return count < 0 ? nil : Array(buffer[..<count])
  }
}
