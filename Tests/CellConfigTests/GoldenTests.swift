// SPDX-License-Identifier: Apache-2.0
// The binary form against files and values from an independent packer (Tests/Golden), and against the core's
// own reader.

import Core
import Foundation
import Simulator
import Testing

@testable import CellConfig

@Suite struct GoldenTests {
  struct Golden {
    var name: String
    var bytes: [UInt8]
    var expected: [String: Any]
    var reads: Bool { expected["verdict"] as? String == "reads" }
    var areas: [String] { expected["areas"] as? [String] ?? [] }
    var hint: Architecture? {
      Architecture.allCases.first { $0.label == expected["architecture"] as? String }
    }
  }

  static func files() throws -> [Golden] {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Golden")
    let json = try JSONSerialization.jsonObject(
      with: Data(contentsOf: folder.appendingPathComponent("expected.json")))
    let files = try #require((json as? [String: Any])?["files"] as? [String: [String: Any]])
    return try files.keys.sorted().map { name in
      let data = try Data(contentsOf: folder.appendingPathComponent("files/\(name).cell"))
      return Golden(name: name, bytes: Array(data), expected: files[name] ?? [:])
    }
  }

  @Test func everyFieldIsAsThePackerPutIt() throws {
    let files = try Self.files().filter(\.reads)
    #expect(files.count > 50)
    for file in files {
      let decoded = try BinaryDecoder.decode(file.bytes, path: file.name, hint: file.hint)
      #expect(Int(decoded.revision) == file.expected["revision"] as? Int, "\(file.name)")
      let key: String
      let value: Any
      switch decoded.configuration {
      case .system(_, let system): (key, value) = ("system", system)
      case .cell(_, let cell): (key, value) = ("cell", cell)
      }
      let expected = try #require(file.expected[key], "\(file.name)")
      #expect(differences(value, expected, path: key).isEmpty, "\(file.name)")
    }
  }

  @Test func theWriterGivesThePackersBytes() throws {
    for file in try Self.files() where file.reads && file.expected["revision"] as? Int == 14 {
      let decoded = try BinaryDecoder.decode(file.bytes, path: file.name)
      var expected = Array(file.bytes.dropLast(file.expected["trailing"] as? Int ?? 0))
      if case .system = decoded.configuration {
        // Signature, architecture and revision of an embedded root cell mean nothing; we write zeros.
        let head = SystemField.revision14.root
        expected.replaceSubrange(
          head..<head + CellField.name, with: Array(repeating: 0, count: CellField.name))
      }
      let isSame = BinaryWriter.write(decoded.configuration) == expected
      #expect(isSame, "\(file.name)")
    }
  }

  @Test func wrongShapesAreRefused() throws {
    for file in try Self.files() where !file.reads && file.areas == ["F1"] {
      #expect(throws: Diagnostic.self, "\(file.name)") {
        try BinaryDecoder.decode(file.bytes, path: file.name)
      }
    }
  }

  /// Whatever the core's reader takes is taken here too, with the same revision and architecture.
  @Test func theCoreTakesNothingThatIsRefusedHere() throws {
    let machine = Simulator<UInt64>(Simulator<UInt64>.Options(rows: 64, cells: 2))
    for file in try Self.files() {
      let hint = file.hint ?? .x86
      machine.foreign[0x1000] = file.bytes
      guard let copy = machine.privateCopy(0x1000, size: UInt64(file.bytes.count), into: .cell) else {
        continue
      }
      let assumed = UInt64(hint.rawValue)
      var layout: CellLayout<UInt64>?
      do { layout = try machine.readCell(copy, assumed: assumed) } catch {
        layout = (try? machine.readSystem(copy, assumed: assumed))?.root
      }
      guard let layout else { continue }
      let accepted = try accept(file.bytes, path: file.name)
      #expect(UInt64(accepted.length) == layout.end, "\(file.name)")
      #expect(UInt64(accepted.descriptor) == layout.descriptor, "\(file.name)")
    }
  }

  /// Where a value differs from the packer's JSON. Field names are the same on both sides.
  private func differences(_ value: Any, _ expected: Any, path: String) -> [String] {
    if let number = expected as? NSNumber {
      return word(value).map { $0 == number.uint64Value } ?? false ? [] : ["\(path): \(value), not \(number)"]
    }
    if let text = expected as? String {
      return value as? String == text ? [] : ["\(path): \(value), not \(text)"]
    }
    if let list = expected as? [Any] {
      let items = Mirror(reflecting: value).children.map(\.value)
      if items.count != list.count { return ["\(path): \(items.count) items, not \(list.count)"] }
      return zip(items, list).enumerated().flatMap { differences($1.0, $1.1, path: "\(path)[\($0)]") }
    }
    guard let fields = expected as? [String: Any] else { return ["\(path): \(expected) is not understood"] }
    var object = Mirror(reflecting: value)
    // An enumeration with named values: they are the fields.
    if object.displayStyle == .enum, let payload = object.children.first {
      object = Mirror(reflecting: payload.value)
    }
    return fields.keys.sorted().flatMap { key -> [String] in
      guard let child = object.children.first(where: { $0.label == key }) else {
        return ["\(path): no \(key)"]
      }
      return differences(child.value, fields[key] ?? "", path: "\(path).\(key)")
    }
  }

  private func word(_ value: Any) -> UInt64? {
    switch value {
    case let value as UInt8: UInt64(value)
    case let value as UInt16: UInt64(value)
    case let value as UInt32: UInt64(value)
    case let value as UInt64: value
    case let value as CellFlags: UInt64(value.rawValue)
    case let value as SystemFlags: UInt64(value.rawValue)
    case let value as RegionFlags: value.rawValue
    case let value as ConsoleFlags: UInt64(value.rawValue)
    default: nil
    }
  }
}
