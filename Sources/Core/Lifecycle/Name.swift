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
    let copy = layout.copy
    let bytes = elements(
      copy.holder, size: copy.size, start: layout.descriptor + W(known: CellOffset.name), count: 32, stride: 1
    )
    var isOver = W.Condition(known: false)
    func word(_ number: UInt64) -> W {
      var word = W(known: 0)
      for byte in UInt64(0)..<8 {
        let value = element(bytes, W(known: number * 8 + byte), 0, 1)
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

  /// Refuses a name that a living cell has (rule F3). Behind it, an arbitrary living cell has another name.
  func refuseKnown(_ name: Name<W>) throws(Refusal<W>) {
    var none = NoState<W>()
    try loop(.nameCheck, capacity(.phase), &none, frame: .none) { i, _ in
      let cell = self.arbitrary(Ghost.oldRow)
      return (cell .< i) ==> .!self.isNamed(cell, name)
    } body: { (i, _) throws(Refusal<W>) in
      guard (.!self.isNamed(i, name)).isTrue else { throw Refusal(.nameExists, i) }
    }
  }

  /// Cell `cell` lives and has the name.
  private func isNamed(_ cell: W, _ name: Name<W>) -> W.Condition {
    (read(.phase, cell) .!= W(known: Phase.absent))
      .& (read(.name0, cell) .== name.w0) .& (read(.name1, cell) .== name.w1)
      .& (read(.name2, cell) .== name.w2) .& (read(.name3, cell) .== name.w3)
  }

  /// Records a cell's name.
  func keep(_ name: Name<W>, of cell: W) {
    write(.name0, cell, name.w0)
    write(.name1, cell, name.w1)
    write(.name2, cell, name.w2)
    write(.name3, cell, name.w3)
  }
}
