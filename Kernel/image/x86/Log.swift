// SPDX-License-Identifier: Apache-2.0
// What the hypervisor has said, and which CPUs it has stopped: in a page of its memory that outlives it, and a warm reboot (Jailhouse's
// virtual console, jailhouse-interfaces, section c, and records of ours behind it). docs/log.md has the format.

import CVMX
import Core

/// The page: where things lie, bytes from its start.
enum Log {
  /// 1 while something is being added; how many bytes were ever added.
  private static var busy: UInt64 { 0 }
  private static var tail: UInt64 { 4 }
  /// The last `ring` bytes.
  private static var content: UInt64 { 8 }
  private static var ring: UInt64 { 2048 }
  /// Which image it was: the first 8 bytes of its build id.
  private static var build: UInt64 { 2056 }
  /// Records of stopped CPUs, 64 bytes each; the next one is written over the oldest.
  private static var records: UInt64 { 2112 }

  /// Its virtual address; 0 before there is one.
  nonisolated(unsafe) private static var page: UInt64 = 0

  /// Begins it.
  static func begin(at address: UInt64) {
    page = address
    word(address &+ build).pointee = UInt64(x86_build())
  }

  private static func at(_ offset: UInt64) -> UnsafeMutablePointer<UInt32> {
    x86_at(UInt(page &+ offset)).assumingMemoryBound(to: UInt32.self)
  }

  /// Adds a byte. (One CPU at a time: `speaking`.)
  static func add(_ byte: UInt8) {
    guard page != 0 else { return }
    let (busy, tail) = (at(busy), at(tail))
    x86_store(busy, 1)
    let place = page &+ content &+ UInt64(tail.pointee) % ring
    x86_store8(UInt(place), byte)
    x86_store(tail, tail.pointee &+ 1)
    x86_store(busy, 0)
  }

  /// Up to 7 bytes from position `position` on (bits 55:0) and how many they are (bits 58:56); -ERANGE where they are gone, or not there yet.
  /// Where they end is said of position 2^64 - 1.
  static func bytes(from position: UInt64) -> UInt64 {
    guard page != 0 else { return 0 }
    let end = UInt64(x86_load(at(tail)))
    if position == .max { return end }
    guard position <= end, end &- position <= ring else { return 0 &- 34 }
    let count = min(end &- position, 7)
    var (result, i) = (count << 56, UInt64(0))
    while i < count {
      let place = page &+ content &+ (position &+ i) % ring
      result |= UInt64(x86_load8(UInt(place))) << (8 &* i)
      i &+= 1
    }
    return result
  }

  /// A half of a word of the records.
  static func half(_ number: UInt64) -> UInt64 {
    precondition(number < LogLimit.halves, "no such record")
    guard page != 0 else { return 0 }
    return UInt64(x86_load(at(records &+ 4 &* number)))
  }

  /// Notes why this CPU was stopped. (Whoever does has the management lock.)
  static func record(_ machine: Silicon, _ cell: UInt64, _ cpu: UInt64) {
    guard page != 0 else { return }
    var (last, place, i) = (UInt64(0), UInt64(0), UInt64(0))
    while i < LogLimit.records {
      let number = word(page &+ records &+ i &* 64).pointee
      if number > last { (last, place) = (number, (i &+ 1) % LogLimit.records) }
      i &+= 1
    }
    let start = page &+ records &+ place &* 64
    func put(_ number: UInt64, _ value: UInt64) { word(start &+ 8 &* number).pointee = value }
    put(1, cell << 32 | cpu)
    put(2, machine.own(.stop))
    put(3, machine.own(.stopReason))
    put(4, machine.own(.stopQualification))
    put(5, machine.own(.stopAddress))
    put(6, machine.own(.stopRIP))
    put(7, UInt64(x86_ticks()))
    // The number last: a record that has one is whole.
    put(0, last &+ 1)
  }
}
