// SPDX-License-Identifier: Apache-2.0
// What root says to a cell through its communication page (jailhouse-interfaces, section c): that it is to be stopped, which a cell that is not passive
// must approve, and that the set of cells has changed. Promise (theorem "nobody-runs-meanwhile"): nobody stands still while a cell is asked: the guest
// that manages executes its hypercall again and again; its answer is looked for a number of times that was fixed before; a
// cell that has not answered by then has failed.

/// A message to a cell.
enum Message {
  /// It is to shut down.
  static var shutDown: UInt64 { 1 }
  /// A cell has come or gone.
  static var reconfigured: UInt64 { 2 }
}

/// A word of `Table.talk`: 0: the cell owes no answer. Else which message it has not answered, and how often that was looked for.
public enum Talk {
  /// It has been informed; it has been asked.
  public static var informed: UInt64 { 1 << 32 }
  public static var asked: UInt64 { 1 << 33 }
  /// How often.
  public static var looks: UInt64 { 0xffff_ffff }
  /// How often at most, whatever the configuration says: no cell can hold up management for ever.
  public static var most: UInt64 { 1 << 20 }
}

/// What a cell says to being stopped.
enum Hearing: Sendable {
  /// It agrees, or need not be asked.
  case agrees
  /// It has not answered yet.
  case waits
  /// It refuses.
  case refuses
  /// It has not answered for too long.
  case expires
}

extension Processor {
  /// Asks a cell whether it may be stopped, or looks for its answer. (Merged: what comes of it is one of few ways on.)
  @inline(never) func hear(_ cell: W) -> Hearing {
    // Whether there is such a cell is for the transition to find out.
    if cell >= capacity(.phase) { return .agrees }
    // Foreign, each read once.
    let (state, reply, talk) = (foreignCellState(cell), foreignReply(cell), read(.talk, cell))
    let isAsked = talk.has(Talk.asked)
    let isOverdue = isOverdue(cell, talk)
    // It has shut itself down or failed, or does not know this form of the page; or approves.
    let isOver = W(known: CellState.shutDown) .<= state
    let approves = isAsked .& (reply .== W(known: CellState.approved))
    if (.!listens(cell) .| isOver .| approves).isTrue { return close(cell, .agrees) }
    // A message that it has not taken is not written over, for as long as an answer is worth waiting for.
    if (.!isAsked .& ((talk .== 0) .| (reply .!= 0) .| isOverdue)).isTrue { return ask(cell) }
    // "Received" answers what it was told before.
    let isAnswer = (reply .!= 0) .& (reply .!= W(known: CellState.received))
    if (isAsked .& isAnswer).isTrue { return close(cell, .refuses) }
    if isOverdue.isTrue { return close(cell, .expires) }
    write(.talk, cell, talk &+ 1)
    return .waits
  }

  private func close(_ cell: W, _ hearing: Hearing) -> Hearing {
    write(.talk, cell, 0)
    return hearing
  }
  private func ask(_ cell: W) -> Hearing {
    tell(cell, CommunicationWord.reply, 0)
    tell(cell, CommunicationWord.message, W(known: Message.shutDown))
    write(.talk, cell, W(known: Talk.asked))
    return .waits
  }

  /// The answer was looked for as often as it is to be.
  private func isOverdue(_ cell: W, _ talk: W) -> W.Condition {
    let (wish, most) = (read(.replyTimeout, cell), W(known: Talk.most))
    let limit = W.choose((wish .== 0) .| (most .< wish), most, wish)
    return limit .<= (talk & W(known: Talk.looks))
  }

  /// Tells every cell that listens, but `cell`, that one has come or gone. Nobody waits for what they say to it.
  func inform(except cell: W) {
    var none = NoState<W>()
    loop(.inform, capacity(.phase), &none, frame: TableSet(.talk)) { _, _ in
      W.Condition(known: true)
    } body: { i, _ in
      let isMeant = self.listens(i) .& (i .!= cell) .& (self.read(.talk, i) .== 0)
      if (.!isMeant).isTrue { return }
      self.tell(i, CommunicationWord.reply, 0)
      self.tell(i, CommunicationWord.message, W(known: Message.reconfigured))
      self.write(.talk, i, W(known: Talk.informed))
    }
  }

  /// Whether a running cell, other than `cell`, has locked the configuration, as far as can be seen now. (The transition looks again.)
  func isLockedNow(except cell: W) -> W.Condition {
    var locks = OneWord<W>(0)
    loop(.lockSearch, capacity(.phase), &locks, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { i, locks in
      locks.value = W.choose(self.isLocked(by: i, except: cell), 1, locks.value)
    }
    return locks.value .!= 0
  }
}
