// SPDX-License-Identifier: Apache-2.0
// I/O bitmaps, compiled from the ledger in force. Promise (theorem "ports-are-the-ledger"): a port of a cell does not exit exactly where a
// claim of the cell names it; a port of root's exactly where root's configuration names it and nobody's claim takes it. The keyboard controller's
// command (0x64) exits whoever has it. There is no port past 0xffff. SDM vol. 3C, 25.6.4.

/// The two I/O bitmaps of a cell: a bit for each port, in order.
public enum PortBitmap {
  /// Words of both.
  public static var words: UInt64 { 1024 }
  /// Words of the first, which is a page.
  public static var half: UInt64 { 512 }
}

extension Machine {
  /// The first word of a cell's bitmaps in `Table.ports`.
  func bitmaps(of cell: W) -> W { cell << 10 }

  /// The bits of word `word` of a bitmap whose numbers are in `first ..< end`.
  func bits(_ first: W, _ end: W, of word: W) -> W {
    let start = word << 6
    let all = W(known: .max)
    let from = all << W.choose(first .< start, 0, first &- start)
    let behind = all << W.choose(end .< start, 0, end &- start)
    return from & (all &- behind)
  }

  /// The bit with that number is 0: no exit.
  public func isOpen(_ table: Table, _ first: W, _ bit: W) -> W.Condition {
    ((read(table, first &+ (bit >> 6)) >> (bit & 63)) & 1) .== 0
  }

  /// The claim is about ports.
  func isPorts(_ claim: Claim<W>) -> W.Condition {
    ((claim.base >> 60) .== W(known: Space.port.rawValue)) .& (claim.base .< claim.end)
      .& (claim.base .< W(known: Space.port.origin | Limit.ports))
  }

  /// For specifications: words of other cells' bitmaps are as they were.
  private func keepsOthers(_ bitmaps: W, _ before: Specified<OneWord<W>>) -> W.Condition {
    let word = arbitrary(Ghost.resource)
    return isOwn(word, bitmaps) .| (read(.ports, word) .== before.known(to: self).value)
  }
  /// The word is one of the bitmaps that begin at word `bitmaps`.
  private func isOwn(_ word: W, _ bitmaps: W) -> W.Condition {
    (bitmaps .<= word) .& (word .< (bitmaps &+ W(known: PortBitmap.words)))
  }

  /// Writes the bitmaps of `cell` by the ledger in force. No CPU that runs the cell may run meanwhile.
  public func buildPorts(_ cell: W) {
    if cell >= capacity(.phase) { return }
    let first = bitmaps(of: cell)
    let rows = register(Register.claimCount)
    let port = arbitrary(Ghost.bit)
    let others = specified(OneWord<W>(0)) { OneWord(self.read(.ports, self.arbitrary(Ghost.resource))) }
    var none = NoState<W>()
    loop(.closePorts, W(known: PortBitmap.words), &none, frame: TableSet(.ports)) { i, _ in
      self.keepsOthers(first, others)
        .& (((port >> 6) .< i) ==> (self.read(.ports, first &+ (port >> 6)) .== W(known: .max)))
    } body: { i, _ in
      self.write(.ports, first &+ i, W(known: .max))
    }
    loop(.openPorts, rows, &none, frame: TableSet(.ports)) { i, _ in
      let row = self.arbitrary(Ghost.oldRow)
      let claim = self.claim(.current, row)
      let isNamed =
        (row .< i) .& (claim.owner .== cell) .& self.isPorts(claim) .& self.names(claim, port)
      return self.keepsOthers(first, others) .& (isNamed ==> self.isOpen(.ports, first, port))
    } body: { i, _ in
      let claim = self.claim(.current, i)
      if ((claim.owner .!= cell) .| .!self.isPorts(claim)).isTrue { return }
      self.setRange(claim, first, opens: true)
    }
    if cell == W(known: Owner.root) { takePorts(first, rows, others) }
    // It can reset the machine: see PortAccess.swift.
    let moderated = first &+ W(known: ModeratedPort.keyboard >> 6)
    write(.ports, moderated, read(.ports, moderated) | W(known: 1 << (ModeratedPort.keyboard & 63)))
  }

  /// Closes those of root's ports that others' rows take.
  private func takePorts(_ first: W, _ rows: W, _ others: Specified<OneWord<W>>) {
    let port = arbitrary(Ghost.bit)
    var none = NoState<W>()
    loop(.takePorts, rows, &none, frame: TableSet(.ports)) { i, _ in
      let row = self.arbitrary(Ghost.oldRow)
      let claim = self.claim(.current, row)
      let isTaken = (row .< i) .& self.takesPorts(claim) .& self.names(claim, port)
      return self.keepsOthers(first, others) .& (isTaken ==> .!self.isOpen(.ports, first, port))
    } body: { i, _ in
      let claim = self.claim(.current, i)
      if (.!self.takesPorts(claim)).isTrue { return }
      self.setRange(claim, first, opens: false)
    }
  }

  /// The claim names the port.
  func names(_ claim: Claim<W>, _ port: W) -> W.Condition {
    let resource = port | W(known: Space.port.origin)
    return (port .< W(known: Limit.ports)) .& (claim.base .<= resource) .& (resource .< claim.end)
  }
  /// The claim takes ports from root.
  func takesPorts(_ claim: Claim<W>) -> W.Condition {
    isPorts(claim) .& (claim.owner .!= W(known: Owner.root)) .& .!claim.marks.has(Marks.keepsRoot)
  }

  /// Opens or closes the ports of a claim in the bitmaps that begin at word `bitmaps`.
  public func setRange(_ claim: Claim<W>, _ bitmaps: W, opens: Bool) {
    let origin = W(known: Space.port.origin)
    // There is no port past 0xffff.
    let (first, end) = (claim.base &- origin, W.lesser(claim.end &- origin, W(known: Limit.ports)))
    let word = first >> 6
    let count = (((end &- 1) >> 6) &- word) &+ 1
    let port = arbitrary(Ghost.bit)
    let other = arbitrary(Ghost.resource)
    let before = specified(Bitmaps<W>(asked: 0, other: 0)) {
      Bitmaps(asked: self.read(.ports, bitmaps &+ (port >> 6)), other: self.read(.ports, other))
    }
    @Sendable func isAsBefore(_ done: W, _ before: Bitmaps<W>) -> W.Condition {
      let changed = bits(first, end, of: port >> 6)
      let new = opens ? before.asked & (W(known: .max) &- changed) : before.asked | changed
      let isDone = (word .<= (port >> 6)) .& ((port >> 6) .< (word &+ done))
      return (isOwn(other, bitmaps) .| (read(.ports, other) .== before.other))
        .& ((port .< W(known: Limit.ports))
          ==> (read(.ports, bitmaps &+ (port >> 6)) .== W.choose(isDone, new, before.asked)))
    }
    _ = step(.portRange, given: (claim, bitmaps, opens), NoState<W>(), frame: TableSet(.ports)) {
      self.isPorts(claim) .& (bitmaps .< self.capacity(.ports))
        .& (W(known: PortBitmap.words) .<= (self.capacity(.ports) &- bitmaps))
    } ensures: { _ in
      isAsBefore(count, before.known(to: self))
    } body: {
      let before = self.specified(Bitmaps<W>(asked: 0, other: 0)) {
        Bitmaps(asked: self.read(.ports, bitmaps &+ (port >> 6)), other: self.read(.ports, other))
      }
      var none = NoState<W>()
      self.loop(.portRange, count, &none, frame: TableSet(.ports)) { i, _ in
        isAsBefore(i, before.known(to: self))
      } body: { i, _ in
        let at = bitmaps &+ word &+ i
        let changed = self.bits(first, end, of: word &+ i)
        let old = self.read(.ports, at)
        self.write(.ports, at, opens ? old & (W(known: .max) &- changed) : old | changed)
      }
      return NoState<W>()
    }
  }
}

/// For specifications: the word of a cell's bitmaps that has the arbitrary bit, and any other word.
struct Bitmaps<W: Word>: LoopState {
  let asked: W
  let other: W
  func map(_ transform: (W) -> W) -> Bitmaps<W> {
    Bitmaps(asked: transform(asked), other: transform(other))
  }
}
