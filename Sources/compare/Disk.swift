// SPDX-License-Identifier: Apache-2.0
// The vectors as Kernel/compare/main.c reads them from its disk.

enum Disk {
  /// Words of the disk: what comes first says how many there are.
  static func words(_ vectors: [Vector], seed: UInt64) -> [UInt64] {
    let body = vectors.flatMap(words(of:))
    let baseline = Baseline.fields.flatMap { [$0.field, $0.value] }
    let head = [UInt64(vectors.count), UInt64(Baseline.fields.count)] + baseline
    return [UInt64(head.count + body.count + 3), seed, checksum(head + body)] + head + body
  }
  private static func words(of vector: Vector) -> [UInt64] {
    let head =
      (vector.runs ? 1 : 0) | UInt64(vector.fields.count) << 8 | UInt64(vector.memory.count) << 24
    return [head] + vector.registers + vector.fields.flatMap { [$0.field, $0.value] }
      + vector.memory.flatMap { [$0.address, $0.value] }
  }
  /// FNV-1a, by words: tells a record of other vectors from one of these.
  static func checksum(_ words: [UInt64]) -> UInt64 {
    words.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ $1) &* 0x100_0000_01b3 }
  }
  /// Its bytes: whole cylinders of 16 heads and 63 sectors.
  static func bytes(_ words: [UInt64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(words.count * 8)
    for word in words { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    let cylinder = 16 * 63 * 512
    return bytes + [UInt8](repeating: 0, count: (cylinder - bytes.count % cylinder) % cylinder)
  }
}
