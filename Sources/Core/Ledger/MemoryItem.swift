// SPDX-License-Identifier: Apache-2.0
// A memory region as a claim. Promise: what is claimed is exactly `physical start ..< physical start + size`, and the
// region is mappable: no wrap, below 2^52, same page offset on both sides (rules F4, M4, M9).

/// Flags of a memory region that the core acts on.
public enum RegionFlag {
  public static var read: UInt64 { 0x1 }
  public static var write: UInt64 { 0x2 }
  public static var execute: UInt64 { 0x4 }
  public static var dma: UInt64 { 0x8 }
  public static var communication: UInt64 { 0x20 }
  public static var loadable: UInt64 { 0x40 }
  public static var rootShared: UInt64 { 0x80 }
  public static var noHugePages: UInt64 { 0x100 }
  /// Every bit that has a meaning.
  public static var known: UInt64 { 0xf81ff }
}

/// A memory region, read.
struct Region<W: Word>: Sendable {
  let physical: W
  let virtual: W
  let size: W
  let flags: W
}

extension Machine {
  /// Reads region `index`.
  func region(_ index: W, _ layout: CellLayout<W>) -> Region<W> {
    Region(
      physical: element(layout.memory, index, 0, 8),
      virtual: element(layout.memory, index, 8, 8),
      size: element(layout.memory, index, 16, 8),
      flags: element(layout.memory, index, 24, 8))
  }

  /// The claim of region `index`: nothing where it is empty or without rights. The communication region claims the cell's page of those that the
  /// hypervisor has for that, which is nobody's otherwise.
  public func memoryItem(
    _ index: W, _ layout: CellLayout<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.memoryItem, index, ItemSource(layout, nil, claimant)) {
      (index .< layout.memory.count) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.memoryClaim(index, layout, claimant)
    }
  }

  private func memoryClaim(
    _ index: W, _ layout: CellLayout<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let region = region(index, layout)
    try check(region, index)
    let hasRights = region.flags.hasAny(Marks.rights)
    if ((region.size .== 0) .| .!hasRights).isTrue { return .nothing }
    if region.flags.has(RegionFlag.communication).isTrue {
      return try communicationClaim(region, index, claimant)
    }
    if claimant.isRoot {
      guard region.physical == region.virtual else { throw Refusal(.rootNotIdentity, index) }
    }
    return Claim(
      base: region.physical, end: region.physical + region.size, owner: claimant.owner,
      marks: marks(of: region) | W(known: claimant.layer), guest: region.virtual)
  }

  private func communicationClaim(
    _ region: Region<W>, _ index: W, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    if claimant.isRoot { return .nothing }
    let rights = region.flags & W(known: Marks.read | Marks.write)
    let first = read(.communication, 0)
    if ((first .== 0) .| (rights .== 0)).isTrue { return .nothing }
    let page = first &+ (claimant.owner << 12)
    let isPossible =
      ((page & 0xfff) .== 0) .& (first .<= page) .& (page .< W(known: Limit.physical &- Limit.page))
    guard isPossible.isTrue else { throw Refusal(.regionBeyondPhysical, index, page) }
    return Claim(
      base: page, end: page &+ W(known: Limit.page), owner: claimant.owner,
      marks: rights | W(known: Marks.mapped), guest: region.virtual)
  }

  /// The rules that every region keeps.
  func check(_ region: Region<W>, _ index: W) throws(Refusal<W>) {
    guard (region.flags & W(known: ~RegionFlag.known)) == 0 else {
      throw Refusal(.regionUnknownFlags, index, region.flags)
    }
    let limit = W(known: Limit.physical)
    let startsInside = (region.virtual .< limit) .& (region.size .<= limit)
    guard startsInside.isTrue else { throw Refusal(.regionWraps, index) }
    guard (region.virtual + region.size) <= limit else { throw Refusal(.regionBeyondPhysical, index) }
    if region.flags.has(RegionFlag.communication).isTrue {
      guard ((region.size .== W(known: Limit.page)) .& ((region.virtual & 0xfff) .== 0)).isTrue else {
        throw Refusal(.communicationSize, index)
      }
      guard region.flags.hasAny(RegionFlag.dma).isTrue == false else {
        throw Refusal(.communicationDMA, index)
      }
      return
    }
    guard region.physical < limit else { throw Refusal(.regionWraps, index) }
    guard (region.physical + region.size) <= limit else { throw Refusal(.regionBeyondPhysical, index) }
    guard (region.physical & 0xfff) == (region.virtual & 0xfff) else {
      throw Refusal(.regionMisaligned, index)
    }
  }

  /// Rights and marks, merged: a region's flags decide, and no path of the core depends on them.
  func marks(of region: Region<W>) -> W {
    let rights = region.flags & W(known: Marks.rights)
    let isChannel =
      region.flags.has(RegionFlag.rootShared) .& .!region.flags.has(RegionFlag.execute)
    let isSubPage = ((region.virtual | region.size) & 0xfff) .!= 0
    return rights | W(known: Marks.mapped)
      | W.choose(isChannel, W(known: Marks.shareable), 0)
      | W.choose(region.flags.has(RegionFlag.rootShared), W(known: Marks.keepsRoot), 0)
      | W.choose(region.flags.has(RegionFlag.loadable), W(known: Marks.loadable), 0)
      | W.choose(region.flags.has(RegionFlag.noHugePages), W(known: Marks.smallPages), 0)
      | W.choose(isSubPage, W(known: Marks.subPage), 0)
  }
}
