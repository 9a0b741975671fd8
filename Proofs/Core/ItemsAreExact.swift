// SPDX-License-Identifier: Apache-2.0
// What is claimed is exactly what the configuration's bytes say: no byte, port, CPU or line less and none more, and no item
// is dropped. Stated from the bytes, not from the core's code; the theorems of the readers, of each kind of item and of the
// hypervisor's own claims show it of what they return (StepFacts.swift). That each item's claim gets into the ledger is
// LedgerItems.swift's matter.
//
// The numbers are the binary format's (docs/cell-format.md), written out here once more on purpose: a wrong offset in the
// core's own table of offsets would show.

import Core
import Symbolic

/// What is stated from the bytes.
protocol StatedFromBytes {}
extension StatedFromBytes {
  /// One statement, where it applies.
  func part(
    _ name: String, where applies: SymbolicTruth = .known(true), _ truth: () -> SymbolicTruth
  ) -> StepFact.Part {
    ("exact: \(name)", applies ==> truth())
  }
}

/// One item of a configuration, the claim that the core made of it, and what the bytes say.
struct ExactItem: StatedFromBytes {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let index: W
  let layout: CellLayout<W>
  let claimant: Claimant<W>
  let claim: Claim<W>

  private func field(_ array: Elements<W>, _ offset: UInt64, _ width: UInt64, at other: W? = nil) -> W {
    machine.peek(array, other ?? index, offset, width)
  }
  private func same(_ a: SymbolicTruth, _ b: SymbolicTruth) -> SymbolicTruth { (a ==> b) .& (b ==> a) }
  /// The claim is `first` and `count` resources from it on, where there is something to claim, and empty elsewhere.
  private func isExactly(_ space: UInt64, _ first: W, _ count: W, where isThere: SymbolicTruth)
    -> SymbolicTruth
  {
    let base = W(known: space << 60) &+ first
    let isRange =
      (claim.base .== base) .& (claim.end .== (base &+ count)) .& (claim.owner .== claimant.owner)
    return SymbolicTruth.choose(isThere, isRange, claim.base .== claim.end)
  }
  /// The claim's rights, and that it is shared, where there is a claim.
  private func hasMarks(_ rights: UInt64, shared: SymbolicTruth) -> SymbolicTruth {
    (claim.base .!= claim.end)
      ==> (((claim.marks & 0xf) .== W(known: rights)) .& same(claim.marks.has(Marks.shareable), shared)
        .& same(claim.marks.has(Marks.keepsRoot), shared) .& .!claim.marks.has(Marks.loadable))
  }

  /// Region: physical start, virtual start, size, flags.
  func memory() -> [StepFact.Part] {
    let m = layout.memory
    let (physical, virtual, size, flags) = (field(m, 0, 8), field(m, 8, 8), field(m, 16, 8), field(m, 24, 8))
    let isPage = flags.has(0x20)
    let isThere = (size .!= 0) .& ((flags & 0xf) .!= 0) .& .!isPage
    let marks = claim.marks
    // The communication page: of those that there are, the one with the cell's number. Root has none.
    let pages = machine.peek(.communication, 0)
    let page = pages &+ (claimant.owner << 12)
    let isPageThere =
      .known(!claimant.isRoot) .& (size .!= 0) .& isPage .& ((flags & 0x3) .!= 0) .& (pages .!= 0)
    return [
      part("the region's bytes, no more and no less", where: .!isPage) {
        isExactly(0, physical, size, where: isThere)
      },
      part("the cell's communication page, all of it", where: isPage) {
        isExactly(0, page, 0x1000, where: isPageThere) .& (isPageThere ==> ((page & 0xfff) .== 0))
      },
      part("the communication page is read or written at most, and nobody else's", where: isPage) {
        isPageThere
          ==> ((claim.guest .== virtual) .& ((marks & 0xf) .== (flags & 0x3)) .& marks.has(Marks.mapped)
            .& .!marks.hasAny(Marks.shareable | Marks.keepsRoot | Marks.loadable | Marks.subPage))
      },
      part("the region can be mapped") {
        let limit = W(known: 1 << 52)
        return isThere
          ==> ((physical .< limit) .& (virtual .< limit) .& (size .<= (limit &- physical))
            .& (size .<= (limit &- virtual)) .& ((physical & 0xfff) .== (virtual & 0xfff))
            .& (SymbolicTruth.known(!claimant.isRoot) .| (physical .== virtual)))
      },
      part("the region's rights and marks") {
        isThere
          ==> ((claim.guest .== virtual) .& ((marks & 0xf) .== (flags & 0xf)) .& marks.has(Marks.mapped)
            .& same(marks.has(Marks.shareable), flags.has(0x80) .& .!flags.has(0x4))
            .& same(marks.has(Marks.keepsRoot), flags.has(0x80))
            .& same(marks.has(Marks.loadable), flags.has(0x40))
            .& same(marks.has(Marks.smallPages), flags.has(0x100))
            .& same(marks.has(Marks.subPage), ((virtual & 0xfff) .!= 0) .| ((size & 0xfff) .!= 0)))
      },
    ]
  }
  /// Cache share: start, size, type, padding, flags.
  func cache(_ facts: Facts<W>) -> [StepFact.Part] {
    let c = layout.caches
    let (start, size) = (field(c, 0, 4), field(c, 4, 4))
    return [
      part("the share's bits") {
        isExactly(5, start, size, where: .known(true)) .& (0 .< size) .& ((start &+ size) .<= 32)
          .& (field(c, 8, 1) .== 3) .& (index .== 0)
      },
      part("a cell's share is inside root's") {
        SymbolicTruth.known(claimant.isRoot)
          .| ((facts.cacheBase .<= start) .& ((start &+ size) .<= facts.cacheEnd))
      },
      part("the share's marks") { hasMarks(3, shared: field(c, 10, 2).has(1)) },
    ]
  }
  /// Chip: address, id, first line, four words of 32 lines each. On x86 the chip is its page, and the address is one that
  /// root lists; on ARM there is one chip.
  func pin(_ facts: Facts<W>) -> [StepFact.Part] {
    let (chip, pin) = (index >> 7, index & 127)
    let isX86 = layout.architecture .== 0
    func field(_ offset: UInt64, _ width: UInt64) -> W { self.field(layout.chips, offset, width, at: chip) }
    let words = (UInt64(0)..<4).map { number in
      part("the line's bit in word \(number)") {
        let bit = (field(16 + 4 * number, 4) >> (pin & 31)) & 1
        let page = W.choose(isX86, field(0, 8) & W(known: ~0xfff), 0)
        return ((pin >> 5) .== W(known: number))
          ==> isExactly(4, (page << 10) &+ field(12, 4) &+ pin, 1, where: bit .== 1)
      }
    }
    return words + [
      part("the chip is one of root's") {
        // Which one: the core's search says it.
        let found = machine.outcome(ofRootsChip: field(0, 8), facts) &- 1
        return (isX86 .& .known(!claimant.isRoot))
          ==> ((found .< facts.chips.count)
            .& (machine.peek(facts.chips, found, 0, 8) .== field(0, 8)))
      },
      part("a line belongs to one chip") {
        // What is claimed is an interrupt line, and chip and number can be read from it: no two have the same word.
        let page = W.choose(isX86, field(0, 8) & W(known: ~0xfff), 0)
        let isLine =
          ((claim.base >> 60) .== 4) .& (((claim.base << 4) >> 14) .== page)
          .& ((claim.base & 0x3ff) .== (field(12, 4) &+ pin))
        return (claim.base .!= claim.end) ==> isLine
      },
      part("the line's marks") { hasMarks(3, shared: .known(false)) },
    ]
  }
  /// Ports: first, number.
  func port(_ facts: Facts<W>) -> [StepFact.Part] {
    let (first, length) = (field(layout.ports, 0, 2), field(layout.ports, 2, 2))
    return [
      part("the range's ports") {
        isExactly(1, first, length, where: length .!= 0) .& ((first &+ length) .<= 0x1_0000)
      },
      part("only the console's ports are shared") {
        hasMarks(3, shared: (facts.consoleBase .<= first) .& ((first &+ length) .<= facts.consoleEnd))
      },
    ]
  }
  /// Device: type, iommu, domain, bdf, …
  func device() -> [StepFact.Part] {
    let d = layout.devices
    let type = field(d, 0, 1)
    return [
      part("the function") {
        isExactly(3, (field(d, 2, 2) << 16) &+ field(d, 4, 2), 1, where: type .!= 3) .& (0 .< type)
          .& (type .<= 3)
      },
      part("the function's marks") { hasMarks(0xb, shared: .known(false)) },
      part("the function's capabilities are there") {
        (field(d, 30, 2) &+ field(d, 32, 2)) .<= layout.capabilities.count
      },
    ]
  }
  /// Stream: id, or id and mask of 15 bits each.
  func stream(_ facts: Facts<W>) -> [StepFact.Part] {
    let word = field(layout.streams, 0, 4)
    let isMasked = facts.maskedStreams .== 1
    let mask = W.choose(isMasked, (word >> 16) & 0x7fff, 0)
    let id = W.choose(isMasked, word & 0x7fff, word)
    // Any id: that of the arbitrary resource.
    let other = machine.arbitrary(Ghost.resource) &- W(known: 6 << 60)
    return [
      part("every id that matches") {
        // `other` matches: it is the stream's id, but for bits of the mask.
        let matches = (other .<= 0xffff_ffff) .& ((other | mask) .== (id | mask))
        let x = W(known: 6 << 60) &+ other
        return matches ==> ((claim.base .<= x) .& (x .< claim.end) .& (claim.owner .== claimant.owner))
      },
      part("no more ids than there are") {
        isMasked ==> ((claim.base .!= claim.end) .& (claim.end .<= W(known: 6 << 60 | 0x8000)))
      },
      part("only that id where there is no mask") {
        (mask .== 0) ==> isExactly(6, id, 1, where: .known(true))
      },
      part("the stream's marks") { hasMarks(3, shared: .known(false)) },
    ]
  }
  /// CPUs: a bitmap, byte by byte from the lowest bit.
  func cpu(_ facts: Facts<W>) -> [StepFact.Part] {
    let bit = (field(layout.cpus, 0, 1, at: index >> 3) >> (index & 7)) & 1
    return [
      part("the CPU's bit") { isExactly(2, index, 1, where: bit .== 1) },
      part("the CPU's marks") { hasMarks(7, shared: .known(false)) },
      part("no cell gets the boot CPU") {
        (.known(!claimant.isRoot) .& (facts.architecture .== 0) .& (bit .== 1)) ==> (index .!= 0)
      },
    ]
  }
}

/// What the hypervisor protects, from the system configuration.
struct ExactProtection: StatedFromBytes {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let item: W
  let system: SystemLayout<W>
  let range: Claim<W>

  private func part(_ name: String, at number: UInt64, _ truth: () -> SymbolicTruth) -> StepFact.Part {
    part(name, where: item .== W(known: number), truth)
  }
  /// Exactly these; where they are none, an empty range anywhere.
  private func isRange(_ base: W, _ end: W) -> SymbolicTruth {
    ((range.base .== base) .& (range.end .== end)) .| ((base .== end) .& isEmpty)
  }
  private var isEmpty: SymbolicTruth { range.base .== range.end }
  /// The pages that the bytes lie in, one at least.
  private func arePages(of base: W, _ bytes: W) -> SymbolicTruth {
    let end = base &+ W.choose(bytes .== 0, 1, bytes)
    return ((range.base & 0xfff) .== 0) .& ((range.end & 0xfff) .== 0) .& (range.base .<= base)
      .& ((base &- range.base) .< 0x1000) .& (end .<= range.end) .& ((range.end &- end) .< 0x1000)
  }
  private func ports(_ name: String, at number: UInt64, _ first: UInt64, _ end: UInt64) -> StepFact.Part {
    part(name, at: number) {
      let origin: UInt64 = 1 << 60
      let isX86 = system.root.architecture .== 0
      return .choose(isX86, isRange(W(known: origin + first), W(known: origin + end)), isEmpty)
    }
  }

  /// All that is protected, in the order of the items' numbers.
  var parts: [StepFact.Part] {
    var parts: [StepFact.Part] = []
    func add(_ part: StepFact.Part) { parts.append(part) }
    add(
      part("the hypervisor's memory", at: 0) {
        // But for the communication pages at its end, where there are some (on a page boundary), behind the log's page.
        let (start, end) = (system.hypervisorStart, system.hypervisorStart &+ system.hypervisorSize)
        let pages = machine.peek(.communication, 0)
        let log = pages &+ 0x1000
        let hasPages = (start .< pages) .& (pages .< log) .& (log .<= end) .& ((pages & 0xfff) .== 0)
        return isRange(start, W.choose(hasPages, log, end))
      })
    add(part("MMCONFIG", at: 1) { isRange(system.mmconfigBase, system.mmconfigBase &+ system.mmconfigSize) })
    let isX86 = system.root.architecture .== 0
    add(part("the local APIC", at: 2) { .choose(isX86, isRange(0xfee0_0000, 0xfee0_1000), isEmpty) })
    add(ports("PCI configuration and reset", at: 3, 0xcf8, 0xd00))
    add(ports("fast reset", at: 4, 0x92, 0x93))
    add(ports("SMI", at: 5, 0xb2, 0xb4))
    add(
      part("power control", at: 6) {
        let timer = machine.bytes(.system, offset: system.platform, width: 2)
        let end = W(known: 1 << 60) &+ timer
        return .choose(isX86 .& (4 .<= timer), isRange(end &- 4, end), isEmpty)
      })
    for (number, size) in [0x1_0000, 0x2000, 0x2000, 0x2000].enumerated() as EnumeratedSequence<[UInt64]> {
      add(
        part("GIC \(number)", at: 7 + UInt64(number)) {
          let base = gic(W(known: UInt64(number)))
          return .choose(isX86 .| (base .== 0), isEmpty, arePages(of: base, W(known: size)))
        })
    }
    parts += redistributors(where: isX86)
    add(
      part("IOMMU registers", where: (12 .<= item) .& (item .< 20)) {
        let base = machine.peek(system.iommu, item &- 12, 4, 8)
        return .choose(
          base .== 0, isEmpty, arePages(of: base, machine.peek(system.iommu, item &- 12, 12, 4)))
      })
    let devices = system.root.chips.count &+ 20
    add(
      part("interrupt chips", where: (20 .<= item) .& (item .< devices)) {
        arePages(of: machine.peek(system.root.chips, item &- 20, 0, 8), 1)
      })
    add(
      part("MSI-X tables", where: devices .<= item) {
        let number = item &- devices
        let table = machine.peek(system.root.devices, number, 40, 8)
        return .choose(
          table .== 0, isEmpty, arePages(of: table, machine.peek(system.root.devices, number, 38, 2)))
      })
    return parts
  }

  /// GIC 4: 128 KiB for each CPU number up to the highest of root's set, no more and no less.
  private func redistributors(where isX86: SymbolicTruth) -> [StepFact.Part] {
    let base = gic(4)
    let cpu = machine.arbitrary(Ghost.cpu)
    return [
      part("no redistributors", at: 11) { (isX86 .| (base .== 0)) ==> isEmpty },
      part("each CPU's redistributor", at: 11) {
        let first = base &+ (cpu << 17)
        return (.!isX86 .& (base .!= 0) .& isCPU(cpu))
          ==> ((range.base .<= base) .& ((first &+ 0x2_0000) .<= range.end))
      },
      part("no redistributor behind the highest CPU's", at: 11) {
        // Which one is the highest: the core's count says it.
        let numbers = machine.outcome(ofCPUNumbers: system)
        return (.!isX86 .& (base .!= 0))
          ==> (arePages(of: base, W.choose(numbers .== 0, 1, numbers) << 17)
            .& ((numbers .!= 0) ==> isCPU(numbers &- 1)))
      },
    ]
  }

  /// CPU `number`'s bit is set in root's bitmap.
  private func isCPU(_ number: W) -> SymbolicTruth {
    let cpus = system.root.cpus
    let byte = machine.peek(cpus, number >> 3, 0, 1)
    return (number .< cpus.count.times(8)) .& (((byte >> (number & 7)) & 1) .== 1)
  }

  /// Base `index` of the GIC's five: eight bytes each, behind two bytes (revision 12) or four.
  private func gic(_ index: W) -> W {
    let first = system.platform &+ W.choose(system.revision .== 12, 2, 4)
    // Only the start matters, and that the elements are of eight bytes, as the capabilities are.
    let bases = CellLayout(shapeOf: system.root.copy).map { _ in first }.capabilities
    return machine.peek(bases, index, 0, 8)
  }
}

/// What the readers lay out, from the header.
enum ExactLayout {
  typealias W = SymbolicWord

  /// The arrays follow each other, each as long as the header says.
  static func parts(_ m: SymbolicMachine, _ layout: CellLayout<W>, at descriptor: W) -> [StepFact.Part] {
    var parts: [StepFact.Part] = [("exact: the descriptor", layout.descriptor .== descriptor)]
    let first = descriptor &+ 132
    let arrays: [(String, Elements<W>, UInt64, UInt64)] = [
      ("CPUs", layout.cpus, 48, 1), ("memory", layout.memory, 52, 32), ("caches", layout.caches, 56, 12),
      ("chips", layout.chips, 60, 32), ("ports", layout.ports, 64, 4), ("devices", layout.devices, 68, 56),
      ("capabilities", layout.capabilities, 72, 8), ("streams", layout.streams, 76, 4),
    ]
    var start = first
    for (name, array, offset, stride) in arrays {
      let begin = start
      let isThere =
        (array.start .== begin) .& .known(array.stride == stride)
        .& (array.count .== m.bytes(layout.copy.holder, offset: descriptor &+ W(known: offset), width: 4))
      parts.append(("exact: \(name)", isThere))
      start = array.start &+ array.count.times(array.stride)
    }
    return parts
  }
  /// No guest-physical address has two meanings: two regions that share one are mapped to the same place, so far apart.
  static func guestMap(_ m: SymbolicMachine, _ layout: CellLayout<W>, _ first: W, _ second: W)
    -> StepFact.Part
  {
    func field(_ index: W, _ offset: UInt64) -> W { m.peek(layout.memory, index, offset, 8) }
    func isCommunication(_ index: W) -> SymbolicTruth { field(index, 24).has(0x20) }
    func end(_ index: W) -> W { field(index, 8) &+ field(index, 16) }
    let areThere =
      (first .< layout.memory.count) .& (second .< layout.memory.count) .& (first .!= second)
      .& (field(first, 16) .!= 0) .& (field(second, 16) .!= 0)
    let overlap = (field(first, 8) .< end(second)) .& (field(second, 8) .< end(first))
    let isSame =
      (field(first, 0) &- field(first, 8)) .== (field(second, 0) &- field(second, 8))
    let areBoth = isCommunication(first) .& isCommunication(second)
    let areMemory = .!isCommunication(first) .& .!isCommunication(second)
    return (
      "exact: no guest-physical address has two meanings",
      (areThere .& overlap) ==> (areBoth .| (areMemory .& isSame))
    )
  }
  /// The header's facts, and the root cell's arrays.
  static func parts(_ m: SymbolicMachine, _ s: SystemLayout<W>) -> [StepFact.Part] {
    var parts = parts(m, s.root, at: W.choose(s.revision .== 12, 354, 356))
    func field(_ offset: UInt64, _ width: UInt64) -> W {
      m.bytes(.system, offset: W(known: offset), width: width)
    }
    func show(_ name: String, _ truth: () -> SymbolicTruth) { parts.append(("exact: \(name)", truth())) }
    show("the hypervisor's memory") {
      (s.hypervisorStart .== field(12, 8)) .& (s.hypervisorSize .== field(28, 8))
    }
    show("MMCONFIG") {
      let base = field(76, 8)
      let size = (field(84, 1) &+ 1) << 20
      return (s.mmconfigBase .== base) .& (s.mmconfigSize .== W.choose(base .== 0, 0, size))
    }
    show("the IOMMU units' place") {
      let of12 = W.choose(s.root.architecture .== 0, 106, 130)
      return s.iommu.start .== W.choose(s.revision .== 12, of12, 88)
    }
    show("the architecture's part") { s.platform .== W.choose(s.revision .== 12, 88, 312) }
    return parts
  }
}
