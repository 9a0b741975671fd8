// SPDX-License-Identifier: Apache-2.0
// Where a linear address of the guest's lies, guest-physical, by the guest's own tables: without paging, 32-bit paging, PAE, four and five
// levels. SDM vol. 3A, 4.3 to 4.5. Rights are not looked at: the guest executes there. What is reserved or not present
// leads nowhere. Promise: at most five entries are read, each by `guestWord`.
//
// PAE's first table is read from memory, and not from the processor's registers, which hold what was there when CR3 was loaded.

/// A walk through the guest's tables.
struct GuestWalk<W: Word>: LoopState {
  /// The table of this level, guest-physical; once the walk has ended, the address.
  var address: W
  /// A slot maps 2^shift bytes.
  var shift: W
  /// How it goes: `GuestWalkState`.
  var state: W
  func map(_ transform: (W) -> W) -> GuestWalk<W> {
    GuestWalk(address: transform(address), shift: transform(shift), state: transform(state))
  }
}

/// How a walk goes.
private enum GuestWalkState {
  static var goesOn: UInt64 { 0 }
  static var found: UInt64 { 1 }
  static var nowhere: UInt64 { 2 }
}

/// Bits of an entry of the guest's tables.
private enum GuestEntry {
  static var present: UInt64 { 1 << 0 }
  static var large: UInt64 { 1 << 7 }
  /// The address: of entries of 8 bytes, of 4 bytes.
  static var address: UInt64 { 0x000f_ffff_ffff_f000 }
  static var address32: UInt64 { 0xffff_f000 }
}

extension CR4 {
  /// Pages of 4 MiB in 32-bit paging; entries of 8 bytes; five levels.
  static var pageSize: UInt64 { 1 << 4 }
  static var pae: UInt64 { 1 << 5 }
  static var fiveLevels: UInt64 { 1 << 12 }
}

extension Processor {
  /// The guest-physical address of a linear one, by the tree that begins at page `root`; nil where the guest's tables lead nowhere.
  @_optimize(speed) @inline(never) func guestPhysical(_ linear: W, _ root: W) -> W? {
    if (.!vmcs(.guestCR0).has(CR0.paging)).isTrue { return linear & 0xffff_ffff }
    let cr4 = vmcs(.guestCR4)
    let isLong = vmcs(.guestEFER).has(EFER.active)
    let isWide = isLong .| cr4.has(CR4.pae)
    let top = W.choose(isLong, W.choose(cr4.has(CR4.fiveLevels), 48, 39), W.choose(isWide, 30, 22))
    let aligned = W.choose(
      isLong, W(known: GuestEntry.address), W.choose(isWide, 0xffff_ffe0, W(known: GuestEntry.address32)))
    var walk = GuestWalk<W>(
      address: vmcs(.guestCR3) & aligned, shift: top, state: W(known: GuestWalkState.goesOn))
    loop(.guestTables, 5, &walk, frame: .none) { _, _ in
      W.Condition(known: true)
    } body: { _, walk in
      if walk.state != W(known: GuestWalkState.goesOn) { return }
      let index = (linear >> walk.shift) & W.choose(isWide, 0x1ff, 0x3ff)
      let at = walk.address &+ (index << W.choose(isWide, 3, 2))
      guard let word = self.guestWord(at, root) else {
        walk.state = W(known: GuestWalkState.nowhere)
        return
      }
      let entry = W.choose(isWide, word, (word >> ((at & 4) << 3)) & 0xffff_ffff)
      walk = self.next(walk, entry, linear, isLong: isLong, isWide: isWide, hasLarge: cr4.has(CR4.pageSize))
    }
    return walk.state == W(known: GuestWalkState.found) ? walk.address : nil
  }

  /// Where the walk goes by an entry.
  private func next(
    _ walk: GuestWalk<W>, _ entry: W, _ linear: W, isLong: W.Condition, isWide: W.Condition,
    hasLarge: W.Condition
  ) -> GuestWalk<W> {
    let inside = (W(known: 1) << walk.shift) &- 1
    let isLast = walk.shift .== 12
    let saysLarge = entry.has(GuestEntry.large) .& .!isLast
    let mayBeLarge = W.Condition.choose(
      isWide, (walk.shift .== 21) .| ((walk.shift .== 30) .& isLong), hasLarge)
    let isPage = isLast .| (saysLarge .& mayBeLarge)
    // Of a large page, the bits below its address, but for bit 12. In pages of 4 MiB bits 20:13 are the address's bits 39:32.
    let low = entry & inside & W(known: GuestEntry.address & ~0x1000)
    let isReserved =
      W.Condition.choose(
        isWide, saysLarge .& (.!mayBeLarge .| (low .!= 0)), saysLarge .& hasLarge .& entry.has(1 << 21))
    let page = W.choose(
      isWide .| isLast, entry & W(known: GuestEntry.address) & (W(known: .max) &- inside),
      (entry & 0xffc0_0000) | (((entry >> 13) & 0xff) << 32))
    let isThere = entry.has(GuestEntry.present) .& .!isReserved
    let bits = W.choose(isWide, 9, 10)
    let state = W.choose(
      isThere, W.choose(isPage, W(known: GuestWalkState.found), W(known: GuestWalkState.goesOn)),
      W(known: GuestWalkState.nowhere))
    return GuestWalk(
      address: W.choose(isPage, page | (linear & inside), entry & W(known: GuestEntry.address)),
      shift: walk.shift &- bits, state: state)
  }
}
