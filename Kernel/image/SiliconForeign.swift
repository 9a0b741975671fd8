// SPDX-License-Identifier: Apache-2.0
// Memory that others write, and memory that changes hands. Promise: foreign bytes are read once each, through volatile
// loads, and only from write-back memory that the image was told of: a device register is never touched.

import CSilicon
import Core

extension Silicon {
  /// Tells of `first ..< end`, host-physical bytes of write-back memory, mapped at `virtual`. False where there is no room, or
  /// where the range is empty, wraps or cannot be addressed.
  func addMemory(_ first: UInt64, _ end: UInt64, virtual: UInt64) -> Bool {
    let count = words[Header.ranges]
    guard count < Area.mostRanges, first < end, end <= Limit.physical else { return false }
    let (last, wraps) = virtual.addingReportingOverflow(end &- first &- 1)
    guard !wraps, virtual != 0, last <= UInt64(UInt.max) else { return false }
    let at = range(count)
    words[at] = first
    words[at &+ 1] = end
    words[at &+ 2] = virtual
    words[Header.ranges] = count &+ 1
    return true
  }

  /// Forgets the range that was told of last.
  func dropLastMemory() { if words[Header.ranges] > 0 { words[Header.ranges] &-= 1 } }

  private func range(_ number: UInt64) -> Int { Header.range &+ 3 &* Int(truncatingIfNeeded: number) }

  /// The virtual address of `size` bytes at host-physical `address`; nil unless all lie in one write-back range.
  private func reach(_ address: UInt64, _ size: UInt64) -> UnsafeRawPointer? {
    var number: UInt64 = 0
    while number < words[Header.ranges] {
      let at = range(number)
      let (first, end, virtual) = (words[at], words[at &+ 1], words[at &+ 2])
      if first <= address && address < end && size <= end &- address {
        return UnsafeRawPointer(bitPattern: UInt(truncatingIfNeeded: virtual &+ (address &- first)))
      }
      number &+= 1
    }
    return nil
  }

  public func copyForeign(_ address: UInt64, size: UInt64, into holder: Holder) -> Bool {
    guard size <= room(holder), let source = reach(address, size) else { return false }
    let target = bytes(holder)
    // What the holder held is gone from here on, whatever happens.
    var i = 0
    while UInt64(i) < size {
      target.storeBytes(of: silicon_load8(source + i), toByteOffset: i, as: UInt8.self)
      i &+= 1
    }
    words[Header.held &+ Int(holder.rawValue)] = size
    return true
  }

  public func foreignWord(_ address: UInt64) -> UInt64? {
    precondition(address & 7 == 0, "a word that is not aligned")
    guard let source = reach(address, 8) else { return nil }
    return silicon_load64(source)
  }

  public func foreignCellState(_ cell: UInt64) -> UInt64 {
    let state = communicationWord(cell, offset: 8)
    #if ORACLE
      Oracle.hears("state", cell, state)
    #endif
    return state
  }
  /// The reply that stands in the cell's communication page.
  public func foreignReply(_ cell: UInt64) -> UInt64 {
    let reply = communicationWord(cell, offset: 16)
    #if ORACLE
      Oracle.hears("reply", cell, reply)
    #endif
    return reply
  }

  /// A 32-bit word of a cell's communication page, `offset` in bytes (docs of the interface: communication region).
  private func communicationWord(_ cell: UInt64, offset: Int) -> UInt64 {
    UInt64(silicon_load32(UnsafeRawPointer(communicationPage(cell)) + offset))
  }

  /// A cell's communication page. Traps where there is no such cell.
  func communicationPage(_ cell: UInt64) -> UnsafeMutableRawPointer {
    precondition(cell < words[Header.cells], "no such cell")
    let offset = Int(truncatingIfNeeded: cell &* Limit.page)
    if let pages = UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: words[Header.communication]))
    {
      return pages + offset
    }
    return UnsafeMutableRawPointer(words) + Int(truncatingIfNeeded: Area.communication) + offset
  }

  /// The cell may write there at the same time.
  public func tell(_ cell: UInt64, _ word: UInt64, _ value: UInt64) {
    precondition(word < 1024, "a word outside the communication page")
    silicon_store32(
      communicationPage(cell) + Int(truncatingIfNeeded: word &* 4), UInt32(truncatingIfNeeded: value))
  }

  /// Clears the write-back memory of a host-physical range. Memory that is not write-back (devices) holds no data of a
  /// cell. Not yet here: the registers of a CPU, which the image clears once it runs CPUs.
  public func scrub(_ base: UInt64, _ end: UInt64) {
    guard base >> 60 == Space.memory.rawValue else { return }
    var number: UInt64 = 0
    while number < words[Header.ranges] {
      let at = range(number)
      let first = max(base, words[at])
      let last = min(end, words[at &+ 1])
      if first < last,
        let target = UnsafeMutableRawPointer(
          bitPattern: UInt(truncatingIfNeeded: words[at &+ 2] &+ (first &- words[at])))
      {
        clear(target, last &- first)
      }
      number &+= 1
    }
  }

  /// Clears bytes of virtual memory.
  func clear(_ target: UnsafeMutableRawPointer, _ bytes: UInt64) {
    silicon_clear(target, UInt(truncatingIfNeeded: bytes))
  }
}
