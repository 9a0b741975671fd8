// SPDX-License-Identifier: Apache-2.0
// Cell names, as four words of eight bytes each. Bytes behind the terminator do not count, so they are cleared.

/// A name of at most 31 bytes.
struct Name<W: Word>: Sendable {
  let w0: W
  let w1: W
  let w2: W
  let w3: W
}

extension Machine {
  /// The name in a cell descriptor.
  func name(_ layout: CellLayout<W>) -> Name<W> {
    var isOver = W.Condition(known: false)
    func word(_ number: UInt64) -> W {
      var word = W(known: 0)
      for byte in UInt64(0)..<8 {
        let value = descriptorField(layout, CellOffset.name + number * 8 + byte, 1)
        isOver = isOver .| (value .== 0)
        word = word | W.choose(isOver, 0, value << W(known: byte * 8))
      }
      return word
    }
    let w0 = word(0)
    let w1 = word(1)
    let w2 = word(2)
    let w3 = word(3)
    return Name(w0: w0, w1: w1, w2: w2, w3: w3)
  }

  /// Refuses a name that a living cell has (rule F3).
  func refuseKnown(_ name: Name<W>) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.nameCheck, capacity(.phase), &none, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { (i, _) throws(Refusal<W>) in
      let isSame =
        (self.read(.name0, i) .== name.w0) .& (self.read(.name1, i) .== name.w1)
        .& (self.read(.name2, i) .== name.w2) .& (self.read(.name3, i) .== name.w3)
      let lives = self.read(.phase, i) .!= W(known: Phase.absent)
      guard (.!(lives .& isSame)).isTrue else { throw Refusal(.nameExists, i) }
    }
  }

  /// Records a cell's name.
  func keep(_ name: Name<W>, of cell: W) {
    write(.name0, cell, name.w0)
    write(.name1, cell, name.w1)
    write(.name2, cell, name.w2)
    write(.name3, cell, name.w3)
  }
}
