// SPDX-License-Identifier: Apache-2.0
// The image's entry points on memory of this process: a memory area, and some "host-physical" memory for configurations and
// for what is scrubbed.

import Core

@testable import Image

/// A machine whose physical memory is one block.
final class Board {
  /// Host-physical address of the block, and its size in bytes.
  static let physical: UInt64 = 0x10_0000
  static let size = 1 << 20
  let areaBytes = 8 << 20
  let area: UnsafeMutableRawPointer
  let memory: UnsafeMutableRawPointer
  var machine: Silicon { Silicon(laidOut: area) }

  /// A board, prepared; the answers of the two preparations are `prepared` and `told`.
  let prepared: Int64
  let told: Int64
  init(rows: UInt64 = 4096, cells: UInt64 = 16, system: UInt64 = 0x2_0000, pages: UInt64 = 0) {
    area = UnsafeMutableRawPointer.allocate(byteCount: areaBytes, alignment: 4096)
    memory = UnsafeMutableRawPointer.allocate(byteCount: Self.size, alignment: 4096)
    area.initializeMemory(as: UInt8.self, repeating: 0xa5, count: areaBytes)
    memory.initializeMemory(as: UInt8.self, repeating: 0x5a, count: Self.size)
    prepared = prepare(area, 0x3a00_0000, UInt64(areaBytes), rows, cells, system, pages)
    told =
      prepared == 0
      ? Image.memory(area, Self.physical, Self.physical + UInt64(Self.size), UInt64(UInt(bitPattern: memory)))
      : -1
  }

  deinit {
    area.deallocate()
    memory.deallocate()
  }

  /// Puts bytes at the start of physical memory.
  func put(_ bytes: [UInt8]) { memory.copyMemory(from: bytes, byteCount: min(bytes.count, Self.size)) }

  /// A byte of physical memory.
  func byte(_ address: UInt64) -> UInt8 {
    memory.load(fromByteOffset: Int(address - Self.physical), as: UInt8.self)
  }

  /// The claims in force.
  var ledger: [[UInt64]] {
    let machine = machine
    return (0..<machine.read(.registers, Register.claimCount)).map { row in
      [.currentBase, .currentEnd, .currentOwner, .currentMarks, .currentGuest].map { machine.read($0, row) }
    }
  }
}
