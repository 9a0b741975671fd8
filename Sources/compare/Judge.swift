// SPDX-License-Identifier: Apache-2.0
// Compares what came of each vector on both machines. Promise: a vector that was not told of is a difference, and so is a known difference that
// does not show any more.

import Core
import Simulator

struct Judgement {
  /// Differences, in words; how many vectors agree, by kind and what came of them.
  private(set) var differences: [String] = []
  private(set) var counts: [String: Int] = [:]
  private(set) var agreed = 0
  /// How many differ as is known.
  private(set) var excused = 0
  /// Known differences: how many vectors show them.
  private(set) var known: [String: Int] = [:]

  init(_ told: Told, _ vectors: [Vector]) {
    let simulated = Simulated(told.kind)
    for (number, vector) in vectors.enumerated() {
      if !vector.runs {
        simulated.keep(vector.memory)
        continue
      }
      guard let outcome = told.outcomes[number] else {
        differences.append("vector \(number) was not told of: \(vector.text)")
        continue
      }
      if outcome.lacking != 0 {
        differences.append("vector \(number): \(outcome.lacking) fields are not there")
      }
      switch vector.question {
      case .entry: entry(number, vector, outcome, told.kind)
      default: executed(number, vector, outcome, simulated)
      }
    }
    for difference in KnownDifference.all where known[difference.name] == nil {
      differences.append("the known difference \"\(difference.name)\" does not show any more")
    }
    if !told.isWhole { differences.append("the program has not come to its end") }
    if told.kind.physicalBits != Place.guestBits {
      differences.append(
        "the processor has \(told.kind.physicalBits) bits of physical address, not \(Place.guestBits)")
    }
  }

  /// A vector that shows known differences.
  private mutating func note(_ names: [String]) {
    for name in names { known[name, default: 0] += 1 }
    excused += 1
  }
  private mutating func agree(_ what: String) {
    counts[what, default: 0] += 1
    agreed += 1
  }

  private mutating func executed(
    _ number: Int, _ vector: Vector, _ outcome: ToldOutcome, _ simulated: Simulated
  ) {
    let there = outcome.came(of: vector)
    let came = simulated.answer(vector)
    if there == came { return agree(vector.kindName + ": " + came.kindName) }
    for difference in KnownDifference.all {
      guard case .tables(let adjust) = difference.adjustment else { continue }
      if simulated.answer(adjust(vector)) == there { return note([difference.name]) }
    }
    differences.append("vector \(number): \(vector.text): Bochs: \(there.text); the simulator: \(came.text)")
  }

  private mutating func entry(_ number: Int, _ vector: Vector, _ outcome: ToldOutcome, _ kind: ProcessorKind)
  {
    let there = outcome.entered
    let values = vector.values
    let check = VMEntry(on: kind) { values[$0.rawValue] ?? 0 }
    let failures = check.failures()
    let allowed = Entered.allowed(by: failures)
    if allowed.contains(there) { return agree("fields: " + there.text) }
    var adjusted = failures
    var names: [String] = []
    for difference in KnownDifference.all {
      guard case .checks(let adjust) = difference.adjustment else { continue }
      let now = adjust(adjusted, values)
      if now != adjusted { names.append(difference.name) }
      adjusted = now
    }
    if Entered.allowed(by: adjusted).contains(there) { return note(names) }
    let here = failures.isEmpty ? "is entered" : failures.joined(separator: "; ")
    differences.append(
      "vector \(number): \(vector.text): Bochs: \(there.text) (\(outcome.text)); the simulator: \(here)")
  }
}

/// What comes of an entry.
enum Entered: Hashable {
  case entered
  /// VMfailValid, and its number: 7 for controls, 8 for the host's state.
  case fails(UInt64)
  /// The guest's state is invalid.
  case isInvalid
  case other(String)

  var text: String {
    switch self {
    case .entered: "is entered"
    case .fails(let number): "VMfailValid \(number)"
    case .isInvalid: "invalid guest state"
    case .other(let text): text
    }
  }
  /// SDM vol. 3C, 27.2: checks of controls and of the host's state come in any order; then those of the guest's.
  static func allowed(by failures: [String]) -> Set<Entered> {
    var allowed: Set<Entered> = []
    if failures.contains(where: { $0.hasPrefix("27.2.1") }) { allowed.insert(.fails(7)) }
    if failures.contains(where: { $0.hasPrefix("27.2.2") || $0.hasPrefix("27.2.3") || $0.hasPrefix("27.2.4") }
    ) {
      allowed.insert(.fails(8))
    }
    if !allowed.isEmpty { return allowed }
    return failures.isEmpty ? [.entered] : [.isInvalid]
  }
}

extension ToldOutcome {
  var entered: Entered {
    if status == 2 { return .fails(reason) }
    if status != 0 { return .other(text) }
    if reason >> 31 & 1 == 0 { return .entered }
    return reason & 0xffff == 33 ? .isInvalid : .other(text)
  }
  /// What came of an access or an instruction.
  func came(of vector: Vector) -> Came {
    if status != 0 || reason >> 31 & 1 == 1 { return .other(text) }
    switch (reason, vector.question) {
    case (18, .access(let address, let access)):
      let page = access == .execute ? rbx : rbx >> 8 & 0xffff_ffff
      let isMark = access == .execute || rbx == Place.mark(of: page)
      let isWritten = written == (access == .write ? vector.registers[0] : 0)
      return isMark && isWritten ? .reached(page << 12 | address & 0xfff) : .other(text)
    case (48, .access): return .violation(qualification & 0x1bf, at: physical)
    case (49, .access): return .misconfiguration(at: physical)
    case (30, .instruction), (31, .instruction), (32, .instruction): return .exit(reason, qualification)
    case (18, .instruction): return .passed
    // #GP is the guest's own.
    case (0, .instruction) where information & 0x8000_07ff == 0x8000_030d: return .passed
    default: return .other(text)
    }
  }
}

extension Came {
  /// For counts.
  var kindName: String {
    switch self {
    case .reached: "reached"
    case .violation: "violation"
    case .misconfiguration: "misconfiguration"
    case .passed: "passes"
    case .exit(let reason, _): "exit \(reason)"
    case .other: "other"
    }
  }
}
