// SPDX-License-Identifier: Apache-2.0
// What a processor does with extended page tables. Written from the manual (SDM vol. 3C, 29.3.2 and 29.3.3), and sharing nothing with the code
// that builds the tables: no type, no constant.

/// A processor's walk through extended page tables of four levels.
public struct EPTWalker {
  /// What an access comes to.
  public enum Outcome: Equatable, Sendable {
    /// It reaches this host-physical byte. Rights: bit 0 read, 1 write, 2 execute, of all levels together. The page's size in bytes, its
    /// memory type, and whether the guest's PAT is ignored.
    case mapped(host: UInt64, rights: UInt64, size: UInt64, memoryType: UInt64, ignoresPAT: Bool)
    /// EPT violation: some level grants nothing.
    case violation
    /// EPT misconfiguration, and what is wrong.
    case misconfiguration(String)
  }

  /// The 8 bytes at a host-physical address, little-endian; nil where there is no memory.
  public let read: (UInt64) -> UInt64?
  /// IA32_VMX_EPT_VPID_CAP: pages of 1 GiB (bit 17), of execute-only (bit 0).
  public var hasHugePages = true
  public var hasExecuteOnly = false
  /// MAXPHYADDR, bits.
  public var physicalBits: UInt64 = 52

  /// A processor that reads memory so.
  public init(read: @escaping (UInt64) -> UInt64?) { self.read = read }

  /// Walks from the PML4 table at host-physical `root` (bits 51:12 of the EPT pointer) to a guest-physical address.
  public func walk(root: UInt64, to address: UInt64) -> Outcome { stretch(root: root, from: address).outcome }

  /// The same, and for how many bytes (a power of 2; the address lies in such a block, aligned) the entry speaks that decided it.
  public func stretch(root: UInt64, from address: UInt64) -> (outcome: Outcome, size: UInt64) {
    if address >> 48 != 0 { return (.violation, 1 << 48) }
    return stretch(from: root, shift: 39, rights: 7, to: address)
  }

  /// Walks on from the table at `start`, each entry of which maps `1 << shift` bytes, with the rights of the levels above.
  public func walk(from start: UInt64, shift: UInt64, rights: UInt64, to address: UInt64) -> Outcome {
    stretch(from: start, shift: shift, rights: rights, to: address).outcome
  }

  private func stretch(from start: UInt64, shift first: UInt64, rights above: UInt64, to address: UInt64)
    -> (outcome: Outcome, size: UInt64)
  {
    var table = start
    var rights = above
    for shift in stride(from: first, through: 12, by: -9) {
      let index = (address >> shift) & 511
      let size = UInt64(1) << shift
      guard let entry = read(table + index * 8) else {
        return (.misconfiguration("no memory at \(table)"), size)
      }
      if entry & 7 == 0 { return (.violation, size) }
      if let wrong = wrong(entry, shift) { return (.misconfiguration(wrong), size) }
      rights &= entry & 7
      let frame = entry & 0x000f_ffff_ffff_f000
      if shift == 12 || entry & 0x80 != 0 {
        let page = Outcome.mapped(
          host: (frame & ~(size - 1)) | (address & (size - 1)), rights: rights, size: size,
          memoryType: (entry >> 3) & 7, ignoresPAT: entry & 0x40 != 0)
        return (page, size)
      }
      table = frame
    }
    return (.violation, 1 << 48)
  }

  /// The tables below the first that a walk goes through: each with the size, as a shift, of what its entries map, and the rights above it.
  public func path(root: UInt64, to address: UInt64) -> [(table: UInt64, shift: UInt64, rights: UInt64)] {
    var steps: [(table: UInt64, shift: UInt64, rights: UInt64)] = []
    if address >> 48 != 0 { return steps }
    var table = root
    var rights: UInt64 = 7
    for shift in stride(from: UInt64(39), through: 21, by: -9) {
      guard let entry = read(table + ((address >> shift) & 511) * 8), entry & 7 != 0, entry & 0x80 == 0,
        wrong(entry, shift) == nil
      else { return steps }
      rights &= entry & 7
      table = entry & 0x000f_ffff_ffff_f000
      steps.append((table, shift - 9, rights))
    }
    return steps
  }

  /// What the manual calls a misconfiguration (29.3.3.1), of a present entry.
  private func wrong(_ entry: UInt64, _ shift: UInt64) -> String? {
    if entry & 3 == 2 { return "writable and not readable" }
    if entry & 7 == 4 && !hasExecuteOnly { return "executable only" }
    if (entry & 0x000f_ffff_ffff_ffff) >> physicalBits != 0 { return "an address beyond the physical ones" }
    let isLarge = entry & 0x80 != 0
    let isPage = shift == 12 || isLarge
    if shift == 39 && isLarge { return "a page of 512 GiB" }
    if shift == 30 && isLarge && !hasHugePages { return "a page of 1 GiB" }
    if !isPage { return entry & 0xf8 == 0 ? nil : "reserved bits of an entry for a table" }
    let type = (entry >> 3) & 7
    if type == 2 || type == 3 || type == 7 { return "memory type \(type)" }
    let frame = entry & 0x000f_ffff_ffff_f000
    return frame & ((1 << shift) - 1) == 0 ? nil : "reserved bits below the frame"
  }
}
