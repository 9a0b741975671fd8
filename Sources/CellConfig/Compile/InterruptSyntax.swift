// SPDX-License-Identifier: Apache-2.0
// `{at: 0xfec00000, id: 0x10f0, pins: [3, 16-23]}`: interrupt lines of one controller.

/// Reads interrupt chips.
enum InterruptSyntax {
  static let example = "{at: 0xfec00000, id: 0x1f0ff, pins: [3, 16-23]}"

  /// A chip as it stands. Pins are numbered as on the chip; `base` is the number of the bitmap's first pin.
  static func chip(_ node: TextNode, _ problems: Problems) -> InterruptChip? {
    guard
      let fields = Fields(
        node, "this interrupt chip", keys: ["at", "id", "base", "pins"], problems, example: example)
    else { return nil }
    var chip = InterruptChip(address: 0)
    if let at = fields.required("at", example: "0xfec00000") { chip.address = problems.size(at, "at") ?? 0 }
    chip.id = fields.number("id") ?? 0
    chip.pinBase = fields.number("base") ?? 0
    guard let pins = fields["pins"] else { return chip }
    let base = UInt64(chip.pinBase)
    for range in problems.ranges(pins, "pins", maximum: base + 127) {
      if range.lowerBound < base {
        problems.error(
          .outOfRange, "pin \(range.lowerBound) lies below `base`, which is \(base)",
          remedy: "lower `base`, or use a second entry of the same chip", at: pins.position)
        continue
      }
      for pin in range { set(Int(pin - base), in: &chip) }
    }
    return chip
  }

  /// Sets bit `bit` (0 to 127) of the bitmap.
  static func set(_ bit: Int, in chip: inout InterruptChip) { chip.pins[bit / 32] |= 1 << UInt32(bit % 32) }

  /// The pins of a chip, ascending, numbered as on the chip.
  static func pins(of chip: InterruptChip) -> [UInt64] {
    (0..<min(128, chip.pins.count * 32)).filter { chip.pins[$0 / 32] & (1 << UInt32($0 % 32)) != 0 }
      .map { UInt64(chip.pinBase) + UInt64($0) }
  }
}
