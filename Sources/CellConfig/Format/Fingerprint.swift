// SPDX-License-Identifier: Apache-2.0
// What a machine was when its file was made. Nothing is decided by it: `ostrog enable` says what has changed since.

/// Facts by which a machine is known again.
public struct Fingerprint: Sendable, Hashable {
  /// What a fact is of.
  public enum Kind: String, CaseIterable, Sendable {
    /// Vendor, family, model, stepping, number of CPUs.
    case processor
    /// Vendor, version and date.
    case firmware
    /// An ACPI table and a digest of it: it changes with the firmware's settings.
    case table
    /// A range of the firmware's memory map, host-physical.
    case memory
    /// A PCI function, its vendor and its device.
    case function
  }
  /// One of them.
  public struct Fact: Sendable, Hashable {
    public var kind: Kind
    /// 1 to 200 bytes, none of them a control character.
    public var value: String
    /// Makes a fact; nil where the value cannot be one.
    public init?(_ kind: Kind, _ value: String) {
      guard (1...200).contains(value.utf8.count),
        value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f })
      else { return nil }
      (self.kind, self.value) = (kind, value)
    }
    /// Reads `KIND VALUE`.
    init?(_ text: some StringProtocol) {
      let words = text.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let kind = Kind(rawValue: String(words[0])) else { return nil }
      self.init(kind, String(words[1]))
    }
    /// `KIND VALUE`
    public var text: String { "\(kind.rawValue) \(value)" }
  }
  /// In the order in which they were found.
  public var facts: [Fact]
  /// Makes a fingerprint.
  public init(_ facts: [Fact] = []) { self.facts = facts }

  /// What is different now, in words. What nothing is known of now, or was then, is not compared.
  public func changes(to now: Fingerprint) -> [String] {
    Kind.allCases.flatMap { kind -> [String] in
      let (old, new) = (facts.filter { $0.kind == kind }, now.facts.filter { $0.kind == kind })
      guard !old.isEmpty, !new.isEmpty else { return [] }
      let (inOld, inNew) = (Set(old), Set(new))
      let (gone, come) = (old.filter { !inNew.contains($0) }, new.filter { !inOld.contains($0) })
      // One thing that is another now, where there is one of the kind, or one of the name.
      func name(_ fact: Fact) -> String {
        switch kind {
        case .processor, .firmware: ""
        case .table, .memory, .function: String(fact.value.prefix { $0 != " " })
        }
      }
      let others = come.filter { fact in !gone.contains { name($0) == name(fact) } }
      return gone.map { fact in
        let label = [kind.rawValue, name(fact)].filter { !$0.isEmpty }.joined(separator: " ")
        func rest(_ fact: Fact) -> String {
          String(fact.value.dropFirst(name(fact).count).drop { $0 == " " })
        }
        guard let successor = come.first(where: { name($0) == name(fact) }) else {
          return "\(fact.text): is gone"
        }
        return "\(label): was \(rest(fact)), is \(rest(successor))"
      } + others.map { "\($0.text): is new" }
    }
  }
}

extension Fingerprint {
  /// Behind the last array of a system configuration: `OSTROGFP`, bytes of what follows (32 bits), a fact on each line.
  private static let magic = Array("OSTROGFP".utf8)
  /// No fingerprint is longer.
  static let most = 64 << 10

  /// The bytes; none where there is no fact.
  var trailer: [UInt8] {
    if facts.isEmpty { return [] }
    let text = facts.map(\.text).joined(separator: "\n").utf8
    var sink = ByteSink()
    sink.put(raw: Self.magic)
    sink.put(UInt32(truncatingIfNeeded: text.count))
    sink.put(raw: text)
    return sink.bytes
  }

  /// Reads what begins at `offset`, and where it ends; nil where that is no fingerprint.
  static func read(_ bytes: [UInt8], at offset: Int) -> (fingerprint: Fingerprint, end: Int)? {
    let source = ByteSource(bytes: bytes)
    let start = offset + magic.count + 4
    guard bytes.count >= start, source.raw(offset, magic.count) == magic else { return nil }
    let size = Int(source.u32(offset + magic.count))
    guard size <= most, size <= bytes.count - start,
      let text = String(validating: bytes[start..<start + size], as: UTF8.self)
    else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let facts = lines.compactMap { Fact($0) }
    return facts.count == lines.count ? (Fingerprint(facts), start + size) : nil
  }
}
