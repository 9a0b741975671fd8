// SPDX-License-Identifier: Apache-2.0
// `cell load`, `start`, `shutdown`, `destroy`.

import CellConfig

/// An image as the user names it: `FILE`, `FILE@ADDRESS`.
public struct ImageName: Sendable, Equatable {
  /// The file.
  public var path: String
  /// Where it goes; 0 unless said.
  public var target: UInt64

  /// Reads the word; nil where the address is none.
  public init?(_ word: String) {
    guard let at = word.lastIndex(of: "@") else {
      self.path = word
      self.target = 0
      return
    }
    guard let target = address(String(word[word.index(after: at)...])) else { return nil }
    self.path = String(word[..<at])
    self.target = target
  }
}

/// A number, decimal or with 0x.
func address(_ word: String) -> UInt64? {
  word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
}

extension Manager {
  /// Loads images into a cell, which is stopped for it.
  public func load(_ word: String, _ names: [ImageName], strings: [ImageName] = []) throws(NamedRefusal)
    -> [String]
  {
    let lock = ManagementLock(files)
    defer { lock.release() }
    let what = "cell load \(word)"
    let cell = try cell(what, word)
    var images: [CellImage] = []
    for name in names {
      images.append(
        CellImage(name: name.path, bytes: try Self.whole(what, name.path), target: name.target))
    }
    images += strings.map {
      CellImage(name: "\"\($0.path)\"", bytes: Array($0.path.utf8) + [0], target: $0.target)
    }
    images.removeAll { $0.bytes.isEmpty }
    guard !images.isEmpty else {
      throw NamedRefusal(
        what, "there is nothing to load: the images are empty", code: "EINVAL",
        remedies: ["`ostrog cell shutdown` stops a cell"])
    }
    if let path = kept.cell(cell.name) {
      let known = Loader.load(paths: [kept.system, path].compactMap { $0 })
      if let file = known.files.first(where: { $0.path == path }) {
        for image in images { try check(what, image, file) }
      }
    }
    try issue(what, .load(cell.id, images))
    kept.keep(images: images, of: cell.name)
    return images.map { "loaded: \($0.name), \($0.bytes.count) bytes at \(hexText($0.target))" }
  }

  /// All of a file that goes into a cell.
  public static func whole(_ what: String, _ path: String) throws(NamedRefusal) -> [UInt8] {
    do throws(Diagnostic) {
      return try FileBytes.read(path, atMost: 1 << 30)
    } catch {
      throw NamedRefusal(what, "\(path): \(error.message)", code: "ENOENT", remedies: [error.remedy])
    }
  }

  /// The loader's rule, said with names: the first region that has the target must hold all of the image, and be open for it.
  private func check(_ what: String, _ image: CellImage, _ file: LoadedFile) throws(NamedRefusal) {
    let regions = file.configuration.cell.regions
    let size = UInt64(image.bytes.count)
    let loadable = regions.filter { $0.flags.contains([.write, .loadable]) }.map {
      "\(hexText($0.virtualStart))-\(hexText($0.virtualStart &+ $0.size &- 1))"
    }.joined(separator: ", ")
    let remedy =
      loadable.isEmpty
      ? "the cell's file gives it no memory that can be loaded"
      : "what can be loaded (guest-physical): \(loadable)"
    func refuse(_ reason: String) -> NamedRefusal {
      NamedRefusal(
        what, "\(image.name), \(size) bytes at \(hexText(image.target)), \(reason)", code: "EINVAL",
        remedies: [remedy])
    }
    let found = regions.enumerated().first {
      image.target >= $0.element.virtualStart && image.target - $0.element.virtualStart < $0.element.size
    }
    guard let (index, region) = found.map({ ($0.offset, $0.element) }) else {
      throw refuse("lies in no region of the cell")
    }
    let name = file.names[.region(index)].map { "region \(index) (\($0))" } ?? "region \(index)"
    guard region.flags.contains([.write, .loadable]) else {
      throw refuse("lies in \(name), which may not be loaded")
    }
    guard size <= region.size - (image.target - region.virtualStart) else {
      throw refuse("is longer than what is left of \(name)")
    }
  }

  /// Starts a cell.
  public func start(_ word: String) throws(NamedRefusal) -> [String] {
    try change("start", word) { cell in (.start(cell.id), "started: \(cell.name)") }
  }

  /// Stops a cell; it can be loaded and started again.
  public func shutdown(_ word: String) throws(NamedRefusal) -> [String] {
    try change("shutdown", word) { cell in (.load(cell.id, []), "shut down: \(cell.name)") }
  }

  /// Ends a cell: all that it had is root's again.
  public func destroy(_ word: String) throws(NamedRefusal) -> [String] {
    try change("destroy", word) { cell in
      (.destroy(cell.id), "destroyed: \(cell.name); CPUs \(cell.cpus) are root's again")
    } done: {
      kept.forget($0.name)
    }
  }

  /// One request about one cell, and what is said when it is done.
  private func change(
    _ action: String, _ word: String, _ request: (RunningCell) -> (Request, String),
    done: (RunningCell) -> Void = { _ in }
  ) throws(NamedRefusal) -> [String] {
    let lock = ManagementLock(files)
    defer { lock.release() }
    let what = "cell \(action) \(word)"
    let cell = try cell(what, word)
    let (request, said) = request(cell)
    try issue(what, request)
    done(cell)
    return [said]
  }
}

/// `0x3a000000`.
func hexText(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
