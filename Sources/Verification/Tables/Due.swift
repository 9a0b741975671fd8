// SPDX-License-Identifier: Apache-2.0
// What the configurations grant at a moment. Stated from the bytes of the files and the manual of the configuration format alone: neither the
// ledger nor the code that builds tables is asked.
//
// A cell has the memory of its regions, where its file says that its addresses lie, with the region's rights; a region that is not made
// of whole pages is in no table (each access exits), and where two regions of a cell cover one address the first one counts. The
// communication region is the cell's page at the end of the hypervisor's memory. Root has its regions, each at its own address, but not: the
// hypervisor's memory; pages that nobody may reach; and what a living cell's regions name, page by page, except shared ones, and
// except the loadable ones of a cell that is loadable. (A communication page whose cell does not live, or has no communication region, is
// empty and nobody's: root reaches it where root's file names the hypervisor's memory, of which rule M2 warns. It is cleared
// before it becomes a cell's.)

import Core

/// One region that page tables say, or should.
struct Grant: Hashable, Sendable {
  /// First and last guest-physical byte.
  var first: UInt64
  var last: UInt64
  /// Host-physical minus guest-physical, modulo 2^64.
  var distance: UInt64
  /// Rights as an entry has them, and write-back memory.
  var access: UInt64
  /// Position in the file.
  var region: Int
}

/// What one member's tables must say at a moment.
struct Due: Sendable {
  /// In the file's order: the first one counts.
  var grants: [Grant] = []
  /// Host-physical ranges that root does not have, whatever its file says.
  var taken: [MemoryRange] = []
  /// Host-physical ranges that the member must not reach, and why: apart from what it is granted.
  var forbidden: [(range: MemoryRange, why: TableFault.Kind)] = []
}

/// First and last byte.
struct MemoryRange: Hashable, Sendable {
  var first: UInt64
  var last: UInt64
  /// The whole pages that it touches.
  var pages: MemoryRange { MemoryRange(first: first & ~0xfff, last: last | 0xfff) }
}

/// What the files of a set grant.
struct Duties {
  private let files: [NamedInBytes]
  private let set: MachineSet
  private let hypervisor: MemoryRange
  /// Where the communication pages begin: one for each member, at the end of the hypervisor's memory, as the image lays it out.
  let communication: UInt64
  /// Pages that nobody may reach, because the system file names them.
  private let kept: [MemoryRange]

  /// Nil where bytes cannot be read or the hypervisor has no memory.
  init?(_ set: MachineSet) {
    let files = set.members.compactMap { set.namedInBytes($0) }
    guard files.count == set.members.count, let memory = set.hypervisor else { return nil }
    (self.set, self.files) = (set, files)
    let pages = UInt64(set.members.count) << 12
    let end = (memory.last &+ 1) & ~0xfff
    guard end > memory.first, pages < end - memory.first else { return nil }
    communication = end - pages
    hypervisor = MemoryRange(first: memory.first, last: memory.last)
    kept = set.neverMap.filter { $0.member == 0 }.map { MemoryRange(first: $0.first, last: $0.last) }
  }

  /// Flags of a region: docs/cell-format.md.
  private enum Flag {
    static let rights: UInt64 = 0x7
    static let readWrite: UInt64 = 0x3
    static let communication: UInt64 = 0x20
    static let loadable: UInt64 = 0x40
    static let rootShared: UInt64 = 0x80
  }
  /// Memory type 6 (write-back) in bits 5:3.
  private static let writeBack: UInt64 = 0x30

  /// What the tables of a member must say.
  func due(_ member: Int, at moment: Moment) -> Due {
    var due = Due(grants: grants(of: member))
    if member == 0 { due.taken = taken(at: moment) }
    due.forbidden = hypervisorMemory(keptFrom: member, at: moment).map { ($0, .reachesHypervisor) }
    due.forbidden += kept.map { ($0, .reachesKept) }
    for other in moment.living.sorted() where other != member {
      due.forbidden += exclusive(other, from: member, at: moment).map { ($0, .reachesOther(other)) }
    }
    return due
  }

  /// What a cell has of memory that `member` must not reach: not what it shares, and, where that is root, not what it lends for loading.
  private func exclusive(_ cell: Int, from member: Int, at moment: Moment) -> [MemoryRange] {
    let lends = member == 0 && moment.loadable.contains(cell)
    return files[cell].mapped.filter {
      $0.flags & Flag.rootShared == 0 && !(lends && $0.flags & Flag.loadable != 0)
    }.map { MemoryRange(first: $0.start, last: $0.start + $0.size - 1) }
  }

  /// The cell's own communication page, which lies in the hypervisor's memory.
  func communicationPage(of member: Int) -> MemoryRange {
    let first = communication + UInt64(member) * 0x1000
    return MemoryRange(first: first, last: first + 0xfff)
  }

  /// What of the hypervisor's memory a member must not reach: for a cell all but its own communication page; for root all but
  /// those communication pages that are nobody's.
  private func hypervisorMemory(keptFrom member: Int, at moment: Moment) -> [MemoryRange] {
    // The first of these pages, which would be root's, is the log's (docs/log.md).
    let own = MemoryRange(first: hypervisor.first, last: communication + 0xfff)
    if member == 0 { return [own] + moment.living.sorted().filter(communicates).map(communicationPage) }
    if !communicates(member) { return [hypervisor] }
    let page = communicationPage(of: member)
    let parts = [
      MemoryRange(first: hypervisor.first, last: page.first - 1),
      MemoryRange(first: page.last &+ 1, last: hypervisor.last),
    ]
    return parts.filter { $0.first <= $0.last }
  }

  /// The file asks for a communication page.
  private func communicates(_ member: Int) -> Bool {
    files[member].memory.contains {
      $0.size > 0 && $0.flags & Flag.communication != 0 && $0.flags & Flag.readWrite != 0
    }
  }

  private func grants(of member: Int) -> [Grant] {
    files[member].memory.enumerated().compactMap { index, region in
      if region.size == 0 { return nil }
      let isCommunication = region.flags & Flag.communication != 0
      let rights = region.flags & (isCommunication ? Flag.readWrite : Flag.rights)
      let isPages = (region.guest | region.size) & 0xfff == 0
      guard rights != 0, isPages, !(isCommunication && member == 0) else { return nil }
      let host = isCommunication ? communicationPage(of: member).first : region.start
      return Grant(
        first: region.guest, last: region.guest &+ region.size &- 1, distance: host &- region.guest,
        access: rights | Self.writeBack, region: index)
    }
  }

  private func taken(at moment: Moment) -> [MemoryRange] {
    let cells = moment.living.sorted().flatMap { exclusive($0, from: 0, at: moment) }
    return (hypervisorMemory(keptFrom: 0, at: moment) + kept + cells).map(\.pages)
  }

  /// The I/O ports that a member reaches without an exit: those that its file names, but for the keyboard controller's command; of root's not those that could stop the machine,
  /// and not those that a living cell's file names, but the hypervisor's console, which is shared with whoever names a part of it.
  func ports(_ member: Int, at moment: Moment) -> (named: [MemoryRange], taken: [MemoryRange]) {
    func named(_ member: Int) -> [MemoryRange] {
      files[member].others.filter { $0.space == .port }.map { MemoryRange(first: $0.base, last: $0.end - 1) }
    }
    if member != 0 { return (named(member), [Self.keyboard]) }
    var taken = protectedPorts
    for cell in moment.living.sorted() {
      taken += set.portFacts.filter { fact in
        let isConsole = set.consolePorts.map { $0.first <= fact.first && fact.last <= $0.last } ?? false
        return fact.member == cell && !isConsole
      }.map { MemoryRange(first: $0.first, last: $0.last) }
    }
    return (named(0), taken)
  }

  /// The keyboard controller's command port can reset the machine: whoever has it, the hypervisor looks at what is written.
  private static let keyboard = MemoryRange(first: 0x64, last: 0x64)

  /// PCI configuration with the reset register, fast reset, SMI command, and the power management control block, four bytes before the timer.
  private var protectedPorts: [MemoryRange] {
    var ports = [
      MemoryRange(first: 0xcf8, last: 0xcff), MemoryRange(first: 0x92, last: 0x92),
      MemoryRange(first: 0xb2, last: 0xb3), Self.keyboard,
    ]
    if case .x86(let timer, _, _, _, _) = set.system.platform, timer >= 4 {
      ports.append(MemoryRange(first: UInt64(timer) - 4, last: UInt64(timer) - 1))
    }
    return ports
  }
}
