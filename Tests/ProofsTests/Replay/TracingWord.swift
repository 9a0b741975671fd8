// SPDX-License-Identifier: Apache-2.0
// A number that tells what is decided by it, and does not trap but tells that it would: for the replay.

import Core
import Simulator

/// What happened in one run on the simulator.
final class Trace: @unchecked Sendable {
  @TaskLocal static var current: Trace?
  /// What every branch was told.
  var answers: [Bool] = []
  /// Operations that UInt64 would have trapped on.
  var traps: [String] = []
  /// An operation to get wrong, to see that the replay notices.
  var fault: String?

  /// The value, or another one where the operation is to go wrong.
  static func result(_ name: String, _ value: UInt64) -> TracingWord {
    TracingWord(known: current?.fault == name ? value ^ 1 : value)
  }
  static func result(_ name: String, _ value: Bool) -> TracingTruth {
    TracingTruth(known: current?.fault == name ? !value : value)
  }
}

struct TracingTruth: Truth {
  let value: Bool
  init(known value: Bool) { self.value = value }
  static func .& (a: Self, b: Self) -> Self { Trace.result(".&", a.value && b.value) }
  static func .| (a: Self, b: Self) -> Self { Trace.result(".|", a.value || b.value) }
  static prefix func .! (a: Self) -> Self { Trace.result(".!", !a.value) }
  var isTrue: Bool {
    Trace.current?.answers.append(value)
    return value
  }
}

struct TracingWord: ConcreteWord {
  let known: UInt64
  init(known value: UInt64) { known = value }
  init(integerLiteral value: UInt64) { known = value }

  static func + (a: Self, b: Self) -> Self {
    let (sum, overflows) = a.known.addingReportingOverflow(b.known)
    if overflows { Trace.current?.traps.append("+") }
    return Trace.result("+", sum)
  }
  static func - (a: Self, b: Self) -> Self {
    if a.known < b.known { Trace.current?.traps.append("-") }
    return Trace.result("-", a.known &- b.known)
  }
  func times(_ factor: UInt64) -> Self {
    let (product, overflows) = known.multipliedReportingOverflow(by: factor)
    if overflows { Trace.current?.traps.append("times") }
    return Trace.result("times", product)
  }
  static func &+ (a: Self, b: Self) -> Self { Trace.result("&+", a.known &+ b.known) }
  static func &- (a: Self, b: Self) -> Self { Trace.result("&-", a.known &- b.known) }
  static func & (a: Self, b: Self) -> Self { Trace.result("&", a.known & b.known) }
  static func | (a: Self, b: Self) -> Self { Trace.result("|", a.known | b.known) }
  static func << (a: Self, b: Self) -> Self { Trace.result("<<", a.known << b.known) }
  static func >> (a: Self, b: Self) -> Self { Trace.result(">>", a.known >> b.known) }
  static func .== (a: Self, b: Self) -> TracingTruth { Trace.result(".==", a.known == b.known) }
  static func .< (a: Self, b: Self) -> TracingTruth { Trace.result(".<", a.known < b.known) }
  static func .<= (a: Self, b: Self) -> TracingTruth { Trace.result(".<=", a.known <= b.known) }
  static func choose(_ condition: TracingTruth, _ a: Self, _ b: Self) -> Self {
    Trace.result("choose", condition.value ? a.known : b.known)
  }
  static func == (a: Self, b: Self) -> Bool { (a .== b).isTrue }
  static func < (a: Self, b: Self) -> Bool { (a .< b).isTrue }
  static func <= (a: Self, b: Self) -> Bool { (a .<= b).isTrue }
  static func > (a: Self, b: Self) -> Bool { (b .< a).isTrue }
  static func >= (a: Self, b: Self) -> Bool { (b .<= a).isTrue }
}
