// SPDX-License-Identifier: Apache-2.0
// The pages of the pool in the simulated machine. With checks on, every slot that is set must be typed.

import Core

extension Simulator {
  private func place(_ page: W, _ index: W) -> Int? {
    guard page.known < UInt64(options.pages), index.known < TableEntry.slots else { return nil }
    return Int(page.known * TableEntry.slots + index.known)
  }

  public func slot(_ page: W, _ index: W) -> W {
    guard let place = place(page, index) else {
      // A specification may speak of what is not there; code may not.
      if inSpecification { return W(known: 0) }
      preconditionFailure("the core read slot \(index.known) of page \(page.known), which does not exist")
    }
    return slots[place]
  }

  public func setSlot(_ page: W, _ index: W, _ value: W) {
    guard let place = place(page, index) else {
      preconditionFailure("the core set slot \(index.known) of page \(page.known), which does not exist")
    }
    if options.checks {
      mayChangeSlots(page)
      expect("slot \(index.known) of page \(page.known) is set to what may not stand there") {
        isTyped(page, index, value)
      }
    }
    slots[place] = value
  }

  public func clearPage(_ page: W) {
    guard let place = place(page, W(known: 0)) else {
      preconditionFailure("the core cleared page \(page.known), which does not exist")
    }
    if options.checks { mayChangeSlots(page) }
    for slot in place..<(place + Int(TableEntry.slots)) { slots[slot] = W(known: 0) }
  }

  private func mayChangeSlots(_ page: W) {
    expect("a slot of page \(page.known) changes, which is of another tree than the one that is built") {
      let (tree, built) = (read(.pageTree, page), read(.builtTree, W(known: 0)))
      return (built .== W(known: 0)) .| (tree .== W(known: 0)) .| (tree .== built)
    }
    if inSpecification { violations.append("a specification changed a slot") }
    for frame in frames where frame.rawValue & TableSet.slots.rawValue == 0 {
      violations.append("a loop changed slots, which are outside its frame")
    }
  }

  public func specified<S: LoopState>(_ shape: S, _ body: @Sendable () -> S) -> Specified<S>
  where S.W == W {
    guard options.checks else { return Specified(shape) }
    let wasInSpecification = inSpecification
    inSpecification = true
    defer { inSpecification = wasInSpecification }
    return Specified(body())
  }
  public func mustSpecify() {
    if options.checks && !inSpecification {
      violations.append("code looked at what only specifications know")
    }
  }
  public func witness(_ table: Table, _ index: W, _ value: Specified<OneWord<W>>) {
    guard options.checks else { return }
    let wasInSpecification = inSpecification
    inSpecification = true
    let word = value.known(to: self).value
    inSpecification = wasInSpecification
    witness(table, index, word)
  }
}

extension Simulator {
  /// The 8 bytes at a host-physical address inside the pool, as a processor reads them; nil elsewhere.
  public func poolWord(_ address: UInt64) -> UInt64? {
    let page = address >> 12
    guard page >= options.firstPage, address & 7 == 0 else { return nil }
    return place(W(known: page - options.firstPage), W(known: (address >> 3) & 511)).map { slots[$0].known }
  }

  /// The host-physical address of the root of the tables in force of a cell; nil where it has none.
  public func tableRoot(of cell: UInt64) -> UInt64? {
    let root = read(.treeRoot, tree(of: W(known: cell))).known
    return root == 0 ? nil : (root - 1 + options.firstPage) << 12
  }
}
