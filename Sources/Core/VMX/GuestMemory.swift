// SPDX-License-Identifier: Apache-2.0
// Memory that is read for a guest. Promise (theorem "exits-stay-inside"): whatever the guest's own tables hold, what is read is memory that
// the cell's tree in force lets the cell read; every look at it is a new one. What the tree lets the cell do, `granted` says
// (theorem "granted-is-the-tree").

/// What a tree says of a page.
public struct Grant<W: Word>: LoopState {
  /// The guest-physical address that was asked for.
  public var guest: W
  /// The entry that maps its page of 4 KiB; 0 where the cell may not read it.
  public var entry: W
  public func map(_ transform: (W) -> W) -> Grant<W> {
    Grant(guest: transform(guest), entry: transform(entry))
  }
}

extension Machine {
  /// What the tree that begins at page `root` of the pool lets its cell read at guest-physical `address`.
  public func granted(_ root: W, _ address: W) -> Grant<W> {
    step(.granted, given: (root, address), Grant<W>(guest: 0, entry: 0), frame: .none) {
      W.Condition(known: true)
    } ensures: { grant in
      let isGranted =
        (address .< W(known: TableLimit.guest)) .& (grant.entry .== self.walk(root, address).meaning)
        .& grant.entry.has(TableEntry.read)
      return (grant.guest .== address) .& ((grant.entry .== 0) .| isGranted)
    } body: {
      Grant(guest: address, entry: self.entry(root, for: address))
    }
  }

  private func entry(_ root: W, for address: W) -> W {
    if ((W(known: TableLimit.guest) .<= address) .| (capacity(.pageTree) .<= root)).isTrue { return 0 }
    let entry4 = slot(root, address.slotNumber(.four))
    let page3 = table(in: entry4)
    if (.!entry4.isTable(.four) .| (capacity(.pageTree) .<= page3)).isTrue { return 0 }
    let entry3 = slot(page3, address.slotNumber(.three))
    if (.!entry3.isTable(.three)).isTrue { return readable(entry3.meaning(of: address, .three)) }
    let page2 = table(in: entry3)
    if page2 >= capacity(.pageTree) { return 0 }
    let entry2 = slot(page2, address.slotNumber(.two))
    if (.!entry2.isTable(.two)).isTrue { return readable(entry2.meaning(of: address, .two)) }
    let page1 = table(in: entry2)
    if page1 >= capacity(.pageTree) { return 0 }
    return readable(slot(page1, address.slotNumber(.one)).meaning(of: address, .one))
  }
  private func readable(_ entry: W) -> W { W.choose(entry.has(TableEntry.read), entry, 0) }
}

extension Processor {
  /// The aligned word that holds guest-physical `address`, by the tree that begins at page `root`; nil where there is none for this cell.
  func guestWord(_ address: W, _ root: W) -> W? {
    let grant = granted(root, address)
    if grant.entry == 0 { return nil }
    return foreignWord((grant.entry & W(known: TableEntry.address)) | (address & 0xff8))
  }

  /// Page of the pool where the tree in force of this CPU's cell begins; nil where there is none.
  @inline(never) func rootPage(_ cpu: W) -> W? {
    if cpu >= capacity(.occupant) { return nil }
    let cell = read(.occupant, cpu)
    if cell >= capacity(.phase) { return nil }
    let root = read(.treeRoot, tree(of: cell))
    return root == 0 ? nil : root &- 1
  }
}
