// SPDX-License-Identifier: Apache-2.0
// Which files this tool has loaded into cells, and where: their code can be shown when a CPU is stopped. The files themselves are not copied; a digest tells whether one is
// still what it was.

import CellConfig
import Verification

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that was loaded into a cell.
public struct LoadedImage: Sendable, Equatable {
  /// The file.
  public var path: String
  /// Where it lies: guest-physical.
  public var target: UInt64
  /// Its size in bytes, and SHA-256; nil: whatever it is now.
  public var was: (size: Int, digest: String)?

  /// A file that lies at `target`.
  public init(path: String, target: UInt64, was: (size: Int, digest: String)? = nil) {
    (self.path, self.target, self.was) = (path, target, was)
  }

  public static func == (one: LoadedImage, other: LoadedImage) -> Bool { one.line == other.line }

  /// As it is kept: target, size, digest, path.
  var line: String { "\(hexText(target)) \(was?.size ?? 0) \(was?.digest ?? "-") \(path)" }

  /// Reads that.
  init?(line: String) {
    let words = line.split(separator: " ", maxSplits: 3).map(String.init)
    guard words.count == 4, let target = address(words[0]), let size = Int(words[1]), size >= 0
    else { return nil }
    self.init(path: words[3], target: target, was: (size, words[2]))
  }
}

extension Kept {
  private func imagesPath(_ cell: String) -> String { "\(Self.folder)/cell-\(Self.fileName(cell)).images" }

  /// Files that were loaded into a cell, in order: what was loaded later lies over what was there.
  public func images(_ cell: String) -> [LoadedImage] {
    files.lines(imagesPath(cell)).compactMap(LoadedImage.init(line:))
  }

  /// Notes files that were loaded into a cell. It is for `explain` alone: where it cannot be kept, nothing else is amiss.
  func keep(images: [CellImage], of cell: String) {
    let added = images.compactMap { image -> LoadedImage? in
      guard let resolved = realpath(image.name, nil) else { return nil }
      defer { free(resolved) }
      return LoadedImage(
        path: String(cString: resolved), target: image.target,
        was: (image.bytes.count, sha256(image.bytes)))
    }.filter { !$0.path.contains("\n") }
    guard !added.isEmpty else { return }
    let text = (self.images(cell) + added).map { $0.line + "\n" }.joined()
    do throws(Diagnostic) { try keep(Array(text.utf8), imagesPath(cell)) } catch { forgetImages(cell) }
  }

  /// A cell has gone, and what was loaded into it.
  func forgetImages(_ cell: String) { unlink(files.path(imagesPath(cell))) }
}
