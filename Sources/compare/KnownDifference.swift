// SPDX-License-Identifier: Apache-2.0
// Where the simulator and Bochs 2.7 differ, and neither is mended. Promise: a difference excuses what Bochs does by it and nothing else (the
// simulator's answer, adjusted, must be Bochs' own); and each has a vector of its own, so that one that is no more is noticed.

import Core

struct KnownDifference: Sendable {
  /// What Bochs does another way.
  enum Adjustment: Sendable {
    /// Of what the simulator finds wrong with fields, what Bochs finds.
    case checks(@Sendable ([String], [UInt64: UInt64]) -> [String])
    /// The page tables as Bochs reads them.
    case tables(@Sendable (Vector) -> Vector)
  }
  let name: String
  /// Who is right, and why the other stays as it is.
  let reason: String
  let adjustment: Adjustment
  /// A vector that shows it.
  let vector: Vector

  private init(_ name: String, _ reason: String, _ adjustment: Adjustment, _ vector: Vector) {
    (self.name, self.reason, self.adjustment, self.vector) = (name, reason, adjustment, vector)
  }
  /// Bochs makes none of the checks with that text.
  private init(_ name: String, _ reason: String, lacks text: String, _ fields: [FieldValue]) {
    self.init(name, reason, .checks { failures, _ in failures.filter { $0 != text } }, Self.vector(fields))
  }
  private static func vector(_ fields: [FieldValue]) -> Vector {
    var vector = Vector(question: .entry)
    vector.fields = [FieldValue(.pinControls, Baseline.pin | Baseline.timerControl)] + fields
    vector.setCode(Vector.call)
    return vector
  }

  static let all: [KnownDifference] = [
    KnownDifference(
      "bit 12 of a large page's address", "reserved (29.3.3.1); Bochs drops it before it looks",
      .tables(withoutBit12),
      largePage),
    KnownDifference(
      "reserved bits of DEBUGCTL", "27.3.1.1 wants them 0; Bochs does not look",
      lacks: "27.3.1.1: debug control",
      [FieldValue(.guestDebugControl, 1 << 5)]),
    KnownDifference(
      "upper bits of RIP", "27.3.1.4 wants bits 63:48 alike in 64-bit code; Bochs looks at 32-bit code alone",
      .checks { failures, fields in
        let isIn64Bits =
          fields[VMCSField.entryControls.rawValue, default: 0] >> 9 & 1 == 1
          && fields[VMCSField.accessCS.rawValue, default: 0] >> 13 & 1 == 1
        return failures.filter { $0 != "27.3.1.4: RIP" || !isIn64Bits }
      }, vector([FieldValue(.guestRIP, 1 << 60)])),
    KnownDifference(
      "a single step that is pending", "27.3.1.5 says when BS must be 1 and when 0; Bochs does not look",
      lacks: "27.3.1.5: a single step that is pending",
      [FieldValue(.guestRFLAGS, 0x202), FieldValue(.interruptibility, 1), FieldValue(.pendingDebug, 1 << 14)]),
    KnownDifference(
      "events for a guest that halts", "27.3.1.5 has a list of those that may come; Bochs lets all come",
      lacks: "27.3.1.5: an event for a guest that halts",
      [FieldValue(.activity, 1), FieldValue(.injection, 0x8000_0306)]),
    KnownDifference(
      "events for a guest that is shut down",
      "27.3.1.5 wants an NMI or a machine check; Bochs looks at the vector alone",
      .checks { failures, fields in
        let vector = fields[VMCSField.injection.rawValue, default: 0] & 0xff
        return failures.filter {
          $0 != "27.3.1.5: an event for a guest that is shut down" || ![2, 18].contains(vector)
        }
      },
      vector([FieldValue(.activity, 2), FieldValue(.injection, 0x8000_0512), FieldValue(.injectedLength, 2)])),
    KnownDifference(
      "events of type 7",
      "27.2.1.3: a monitor trap, which the core does not inject; Bochs takes any vector, and ends when it delivers it",
      lacks: "27.2.1.3: an event of a reserved type",
      [FieldValue(.injection, 0x8000_0701), FieldValue(.interruptibility, 1 << 2)]),
    KnownDifference(
      "entry to SMM",
      "27.2.1.3 wants it to fail like any control from outside; Bochs says that the guest's state is invalid",
      .checks { failures, fields in
        if fields[VMCSField.entryControls.rawValue, default: 0] >> 10 & 3 != 1 { return failures }
        return failures.filter { $0 != "27.2.1.3: entry to SMM from outside" } + ["27.3: entry to SMM"]
      }, vector([FieldValue(.entryControls, Baseline.entry | 1 << 10)])),
    KnownDifference(
      "IA-32e mode without paging", "27.3.1.1 wants paging and PAE; Bochs looks at PAE alone",
      .checks { failures, fields in
        let isPAE = fields[VMCSField.guestCR4.rawValue, default: 0] >> 5 & 1 == 1
        return failures.filter { $0 != "27.3.1.1: IA-32e mode without paging or PAE" || !isPAE }
      }, vector([FieldValue(.guestCR0, 0x1_0031)])),
    KnownDifference(
      "privilege of CS", "27.3.1.2 compares it with SS's; Bochs with that in CS's selector",
      .checks(privilege),
      vector([FieldValue(.guestCS, 0x9)])),
    KnownDifference(
      "TSC scaling by 0", "Bochs refuses it; the core's VMCS has no multiplier, and the core does not scale",
      .checks { failures, fields in
        let hasScaling =
          fields[VMCSField.primaryControls.rawValue, default: 0] >> 31 & 1 == 1
          && fields[VMCSField.secondaryControls.rawValue, default: 0] >> 25 & 1 == 1
        return failures + (hasScaling ? ["27.2.1.1: TSC scaling by 0"] : [])
      }, vector([FieldValue(.secondaryControls, Baseline.secondary | 1 << 25)])),
  ]

  /// CS by Bochs: code that is not conforming has its selector's privilege; conforming code, at most that.
  @Sendable private static func privilege(_ failures: [String], _ fields: [UInt64: UInt64]) -> [String] {
    func field(_ field: VMCSField) -> UInt64 { fields[field.rawValue, default: 0] }
    let others = failures.filter { $0 != "27.3.1.2: privilege of CS" }
    if field(.guestRFLAGS) >> 17 & 1 == 1 { return others }
    let (level, selected) = (field(.accessCS) >> 5 & 3, field(.guestCS) & 3)
    let isRight: Bool =
      switch field(.accessCS) & 0xf {
      case 9, 11: level == selected
      case 13, 15: level <= selected
      default: !failures.contains("27.3.1.2: privilege of CS")
      }
    return isRight ? others : others + ["27.3.1.2: privilege of CS"]
  }

  /// Pages of 1 GiB and 2 MiB on the way, each without bit 12 of its address.
  @Sendable private static func withoutBit12(_ vector: Vector) -> Vector {
    guard case .access(let address, _) = vector.question else { return vector }
    var changed = vector
    for step in vector.steps(to: address) where step.shift > 12 && step.entry >> 7 & 1 == 1 {
      changed.memory.append((step.place, step.entry & ~(1 << 12)))
    }
    return changed
  }
  /// A page of 2 MiB with that bit.
  private static var largePage: Vector {
    let address = Place.firstMarked << 12 | 257 << 21 | Place.guestPages << 12 | Place.mark
    var vector = Vector(question: .access(address, .read))
    vector.memory = DrawnTables.fixed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    vector.memory.append(
      (Place.table(2) + 257 * 8, Place.firstMarked << 12 | 1 << 21 | 1 << 12 | 6 << 3 | 0x87))
    vector.setCode(Vector.loadMark + Vector.call)
    vector.registers[4] = address
    return vector
  }
}
