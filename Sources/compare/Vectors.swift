// SPDX-License-Identifier: Apache-2.0
// All vectors of a seed, in order: how many there are of each kind is in one place.

import Core
import TestSupport

enum Vectors {
  static let tables = 1500
  /// Sets of bitmaps, and vectors with each: half for ports, half for MSRs.
  static let bitmapSets = 10
  static let perSet = 100
  static let fields = 2500

  static func draw(seed: UInt64) -> [Vector] {
    var draw = SplitMix(seed: seed)
    var vectors = [guestTables]
    var good = DrawnFields()
    good[.pinControls] = Baseline.pin
    vectors.append(DrawFields.vector(good))
    for _ in 0..<tables { vectors.append(DrawTables.vector(&draw)) }
    for _ in 0..<bitmapSets {
      let bitmaps = DrawnBitmaps(&draw)
      vectors.append(bitmaps.record)
      for _ in 0..<(perSet / 2) {
        vectors.append(DrawBitmaps.port(bitmaps, &draw))
        vectors.append(DrawBitmaps.register(bitmaps, &draw))
      }
    }
    vectors += KnownDifference.all.map(\.vector)
    for _ in 0..<fields { vectors.append(DrawFields.vector(&draw)) }
    return vectors
  }

  /// The guest's own tables: 1 TiB, one to one. Accessed and dirty, so that a processor need not write there.
  private static var guestTables: Vector {
    var vector = Vector(question: .memory)
    for (place, entry) in DrawnTables.fixed.sorted(by: { $0.key < $1.key }) {
      vector.memory.append((place, entry))
    }
    for half in 0..<UInt64(2) {
      let table = Place.guestTable(of: half << 39)
      vector.memory.append((Place.guestRoot + half * 8, table | 0x23))
      for index in 0..<UInt64(512) {
        vector.memory.append((table + index * 8, (half << 39 | index << 30) | 0xe3))
      }
    }
    return vector
  }
}
