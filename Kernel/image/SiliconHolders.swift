// SPDX-License-Identifier: Apache-2.0
// Private copies of configurations. Promise: a load outside what was copied traps.

import Core

extension Silicon {
  /// Where a holder's bytes are.
  @inline(__always) func bytes(_ holder: Holder) -> UnsafeMutableRawPointer {
    let cells = words[Header.cells]
    let offset = holder == .cell ? Area.cellCopy(cells: cells) : Area.systemCopy(cells: cells)
    return UnsafeMutableRawPointer(words) + Int(truncatingIfNeeded: offset)
  }

  /// How many bytes a holder has room for.
  @inline(__always) func room(_ holder: Holder) -> UInt64 {
    holder == .cell
      ? Limit.cellConfig : words[Header.tables] &- Area.systemCopy(cells: words[Header.cells])
  }

  @inline(__always) public func load(_ holder: Holder, size: UInt64, offset: UInt64, width: UInt64) -> UInt64
  {
    precondition(
      offset <= size && size &- offset >= width && size <= words[Header.held &+ Int(holder.rawValue)],
      "a load outside a private copy")
    let at = UnsafeRawPointer(bytes(holder)) + Int(truncatingIfNeeded: offset)
    return switch width {
    case 1: UInt64(at.load(as: UInt8.self))
    case 2: UInt64(UInt16(littleEndian: at.loadUnaligned(as: UInt16.self)))
    case 4: UInt64(UInt32(littleEndian: at.loadUnaligned(as: UInt32.self)))
    case 8: UInt64(littleEndian: at.loadUnaligned(as: UInt64.self))
    default: preconditionFailure("a load of a width that does not exist")
    }
  }

  @inline(__always) public func element(
    _ elements: Elements<UInt64>, _ index: UInt64, _ offset: UInt64, _ width: UInt64
  ) -> UInt64 {
    precondition(
      index < elements.count && offset &+ width <= elements.stride, "an element outside its array")
    // `elements` lies inside its copy, so neither product nor sum can wrap; `load` checks once more.
    let start = elements.start &+ index &* elements.stride &+ offset
    return load(elements.holder, size: elements.size, offset: start, width: width)
  }

  @inline(__always) public func mustLieInside(_ holder: Holder, size: UInt64, start: UInt64, bytes: UInt64) {
    precondition(start <= size && bytes <= size &- start, "an array outside a private copy")
  }
}
