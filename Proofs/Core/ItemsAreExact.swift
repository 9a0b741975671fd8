// SPDX-License-Identifier: Apache-2.0
// What is claimed is exactly what the configuration's bytes say: no byte, port, CPU or line less and none more, and no item
// is dropped. Stated from the bytes, not from the core's code; the theorems of the readers, of each kind of item and of the
// hypervisor's own claims show it of what they return.
//
// The numbers are the binary format's (docs/cell-format.md), written out here once more on purpose: a wrong offset in the
// core's own table of offsets would show.

import Core
import Symbolic

/// One item of a configuration, the claim that the core made of it, and what the bytes say.
struct ExactItem {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let index: W
  let layout: CellLayout<W>
  let claimant: Claimant<W>
  let claim: Claim<W>

  private func show(_ name: String, _ truth: () -> SymbolicTruth) {
    machine.explorer.prove("exact: \(name)", machine.explorer.specifying(truth))
  }
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
  func memory() {
    let m = layout.memory
    let (physical, virtual, size, flags) = (field(m, 0, 8), field(m, 8, 8), field(m, 16, 8), field(m, 24, 8))
    let isThere = (size .!= 0) .& ((flags & 0xf) .!= 0) .& .!flags.has(0x20)
    let marks = claim.marks
    show("the region's bytes, no more and no less") { isExactly(0, physical, size, where: isThere) }
    show("the region can be mapped") {
      let limit = W(known: 1 << 52)
      return isThere
        ==> ((physical .< limit) .& (virtual .< limit) .& (size .<= (limit &- physical))
          .& (size .<= (limit &- virtual)) .& ((physical & 0xfff) .== (virtual & 0xfff))
          .& (SymbolicTruth.known(!claimant.isRoot) .| (physical .== virtual)))
    }
    show("the region's rights and marks") {
      isThere
        ==> ((claim.guest .== virtual) .& ((marks & 0xf) .== (flags & 0xf)) .& marks.has(Marks.mapped)
          .& same(marks.has(Marks.shareable), flags.has(0x80) .& .!flags.has(0x4))
          .& same(marks.has(Marks.keepsRoot), flags.has(0x80))
          .& same(marks.has(Marks.loadable), flags.has(0x40))
          .& same(marks.has(Marks.smallPages), flags.has(0x100))
          .& same(marks.has(Marks.subPage), ((virtual & 0xfff) .!= 0) .| ((size & 0xfff) .!= 0)))
    }
  }
  /// Cache share: start, size, type, padding, flags.
  func cache(_ facts: Facts<W>) {
    let c = layout.caches
    let (start, size) = (field(c, 0, 4), field(c, 4, 4))
    show("the share's bits") {
      isExactly(5, start, size, where: .known(true)) .& (0 .< size) .& ((start &+ size) .<= 32)
        .& (field(c, 8, 1) .== 3) .& (index .== 0)
    }
    show("a cell's share is inside root's") {
      SymbolicTruth.known(claimant.isRoot)
        .| ((facts.cacheBase .<= start) .& ((start &+ size) .<= facts.cacheEnd))
    }
    show("the share's marks") { hasMarks(3, shared: field(c, 10, 2).has(1)) }
  }
  /// Chip: address, id, first line, four words of 32 lines each. On x86 the chip is its page, and the address is one that
  /// root lists; on ARM there is one chip.
  func pin(_ facts: Facts<W>) {
    let (chip, pin) = (index >> 7, index & 127)
    let isX86 = layout.architecture .== 0
    func field(_ offset: UInt64, _ width: UInt64) -> W { self.field(layout.chips, offset, width, at: chip) }
    for number in UInt64(0)..<4 {
      show("the line's bit in word \(number)") {
        let bit = (field(16 + 4 * number, 4) >> (pin & 31)) & 1
        let page = W.choose(isX86, field(0, 8) & W(known: ~0xfff), 0)
        return ((pin >> 5) .== W(known: number))
          ==> isExactly(4, (page << 10) &+ field(12, 4) &+ pin, 1, where: bit .== 1)
      }
    }
    show("the chip is one of root's") {
      guard let found = machine.noted["root's chip"] else { return .known(claimant.isRoot) }
      return isX86
        ==> ((found .< facts.chips.count)
          .& (machine.peek(facts.chips, found, 0, 8) .== field(0, 8)))
    }
    show("a line belongs to one chip") {
      let number = (claim.base & 0x3ff)
      return (claim.base .!= claim.end) ==> (number .== (field(12, 4) &+ pin))
    }
    show("the line's marks") { hasMarks(3, shared: .known(false)) }
  }
  /// Ports: first, number.
  func port(_ facts: Facts<W>) {
    let (first, length) = (field(layout.ports, 0, 2), field(layout.ports, 2, 2))
    show("the range's ports") {
      isExactly(1, first, length, where: length .!= 0) .& ((first &+ length) .<= 0x1_0000)
    }
    show("only the console's ports are shared") {
      hasMarks(3, shared: (facts.consoleBase .<= first) .& ((first &+ length) .<= facts.consoleEnd))
    }
  }
  /// Device: type, iommu, domain, bdf, …
  func device() {
    let d = layout.devices
    let type = field(d, 0, 1)
    show("the function") {
      isExactly(3, (field(d, 2, 2) << 16) &+ field(d, 4, 2), 1, where: type .!= 3) .& (0 .< type)
        .& (type .<= 3)
    }
    show("the function's marks") { hasMarks(0xb, shared: .known(false)) }
    show("the function's capabilities are there") {
      (field(d, 30, 2) &+ field(d, 32, 2)) .<= layout.capabilities.count
    }
  }
  /// Stream: id, or id and mask of 15 bits each.
  func stream(_ facts: Facts<W>) {
    let word = field(layout.streams, 0, 4)
    let isMasked = facts.maskedStreams .== 1
    let mask = W.choose(isMasked, (word >> 16) & 0x7fff, 0)
    let id = W.choose(isMasked, word & 0x7fff, word)
    let other = machine.any("id")
    show("every id that matches") {
      // `other` matches: it is the stream's id, but for bits of the mask.
      let matches = (other .<= 0xffff_ffff) .& ((other | mask) .== (id | mask))
      let x = W(known: 6 << 60) &+ other
      return matches ==> ((claim.base .<= x) .& (x .< claim.end) .& (claim.owner .== claimant.owner))
    }
    show("no more ids than there are") {
      isMasked ==> ((claim.base .!= claim.end) .& (claim.end .<= W(known: 6 << 60 | 0x8000)))
    }
    show("only that id where there is no mask") { (mask .== 0) ==> isExactly(6, id, 1, where: .known(true)) }
    show("the stream's marks") { hasMarks(3, shared: .known(false)) }
  }
  /// CPUs: a bitmap, byte by byte from the lowest bit.
  func cpu(_ facts: Facts<W>) {
    let bit = (field(layout.cpus, 0, 1, at: index >> 3) >> (index & 7)) & 1
    show("the CPU's bit") { isExactly(2, index, 1, where: bit .== 1) }
    show("the CPU's marks") { hasMarks(7, shared: .known(false)) }
    show("no cell gets the boot CPU") {
      (.known(!claimant.isRoot) .& (facts.architecture .== 0) .& (bit .== 1)) ==> (index .!= 0)
    }
  }
}

extension ExactItem {
  /// Has `pin` know which chip of root's the core found for chip `index >> 7`.
  static func followChips(
    _ m: SymbolicMachine, _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>
  ) {
    m.annotations[.rootChip] = { i, words in
      let found = words[0] &- 1
      m.noted["root's chip"] = found
      return (words[0] .!= 0)
        ==> ((found .< i) .& (m.peek(facts.chips, found, 0, 8) .== m.peek(layout.chips, index >> 7, 0, 8)))
    }
  }
}

/// What the hypervisor protects, from the system configuration.
struct ExactProtection {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let item: W
  let system: SystemLayout<W>
  let range: Claim<W>

  private func show(_ name: String, at number: UInt64, _ truth: () -> SymbolicTruth) {
    show(name, where: item .== W(known: number), truth)
  }
  private func show(_ name: String, where isItem: SymbolicTruth, _ truth: () -> SymbolicTruth) {
    machine.explorer.prove("exact: \(name)", machine.explorer.specifying { isItem ==> truth() })
  }
  private func isRange(_ base: W, _ end: W) -> SymbolicTruth { (range.base .== base) .& (range.end .== end) }
  private var isEmpty: SymbolicTruth { range.base .== range.end }
  /// The pages that the bytes lie in, one at least.
  private func arePages(of base: W, _ bytes: W) -> SymbolicTruth {
    let end = base &+ W.choose(bytes .== 0, 1, bytes)
    return ((range.base & 0xfff) .== 0) .& ((range.end & 0xfff) .== 0) .& (range.base .<= base)
      .& ((base &- range.base) .< 0x1000) .& (end .<= range.end) .& ((range.end &- end) .< 0x1000)
  }
  private func ports(_ name: String, at number: UInt64, _ first: UInt64, _ end: UInt64) {
    show(name, at: number) {
      let origin: UInt64 = 1 << 60
      let isX86 = system.root.architecture .== 0
      return .choose(isX86, isRange(W(known: origin + first), W(known: origin + end)), isEmpty)
    }
  }

  func prove() {
    show("the hypervisor's memory", at: 0) {
      isRange(system.hypervisorStart, system.hypervisorStart &+ system.hypervisorSize)
    }
    show("MMCONFIG", at: 1) { isRange(system.mmconfigBase, system.mmconfigBase &+ system.mmconfigSize) }
    let isX86 = system.root.architecture .== 0
    show("the local APIC", at: 2) { .choose(isX86, isRange(0xfee0_0000, 0xfee0_1000), isEmpty) }
    ports("PCI configuration and reset", at: 3, 0xcf8, 0xd00)
    ports("fast reset", at: 4, 0x92, 0x93)
    ports("SMI", at: 5, 0xb2, 0xb4)
    show("power control", at: 6) {
      let timer = machine.bytes(.system, offset: system.platform, width: 2)
      let end = W(known: 1 << 60) &+ timer
      return .choose(isX86 .& (4 .<= timer), isRange(end &- 4, end), isEmpty)
    }
    for (number, size) in [0x1_0000, 0x2000, 0x2000, 0x2000].enumerated() as EnumeratedSequence<[UInt64]> {
      show("GIC \(number)", at: 7 + UInt64(number)) {
        let base = gic(W(known: UInt64(number)))
        return .choose(isX86 .| (base .== 0), isEmpty, arePages(of: base, W(known: size)))
      }
    }
    redistributors(where: isX86)
    show("IOMMU registers", where: (12 .<= item) .& (item .< 20)) {
      let base = machine.peek(system.iommu, item &- 12, 4, 8)
      return .choose(
        base .== 0, isEmpty, arePages(of: base, machine.peek(system.iommu, item &- 12, 12, 4)))
    }
    let devices = system.root.chips.count &+ 20
    show("interrupt chips", where: (20 .<= item) .& (item .< devices)) {
      arePages(of: machine.peek(system.root.chips, item &- 20, 0, 8), 1)
    }
    show("MSI-X tables", where: devices .<= item) {
      let number = item &- devices
      let table = machine.peek(system.root.devices, number, 40, 8)
      return .choose(
        table .== 0, isEmpty, arePages(of: table, machine.peek(system.root.devices, number, 38, 2)))
    }
  }

  /// GIC 4: 128 KiB for each CPU number up to the highest of root's set, no more and no less.
  private func redistributors(where isX86: SymbolicTruth) {
    let base = gic(4)
    let cpu = machine.arbitrary(Ghost.cpu)
    show("no redistributors", at: 11) { (isX86 .| (base .== 0)) ==> isEmpty }
    show("each CPU's redistributor", at: 11) {
      let first = base &+ (cpu << 17)
      return (.!isX86 .& (base .!= 0) .& isCPU(cpu))
        ==> ((range.base .<= base) .& ((first &+ 0x2_0000) .<= range.end))
    }
    show("no redistributor behind the highest CPU's", at: 11) {
      guard let numbers = machine.noted["CPU numbers"] else { return isX86 .| (base .== 0) }
      let isHighest = .!isX86 .& (numbers .!= 0)
      return (.!isX86 ==> arePages(of: base, W.choose(numbers .== 0, 1, numbers) << 17))
        .& (isHighest ==> isCPU(numbers &- 1))
    }
  }

  /// CPU `number`'s bit is set in root's bitmap.
  private func isCPU(_ number: W) -> SymbolicTruth {
    let cpus = system.root.cpus
    let byte = machine.peek(cpus, number >> 3, 0, 1)
    return (number .< cpus.count.times(8)) .& (((byte >> (number & 7)) & 1) .== 1)
  }

  /// Has `prove` know how many CPU numbers the core counted, and that it counted an arbitrary CPU.
  func followCPUs() {
    machine.annotations[.highestCPU] = { i, words in
      let numbers = words[0]
      let cpu = machine.arbitrary(Ghost.cpu)
      machine.noted["CPU numbers"] = numbers
      return ((numbers .!= 0) ==> isCPU(numbers &- 1)) .& (((cpu .< i) .& isCPU(cpu)) ==> (cpu .< numbers))
    }
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
  static func prove(_ m: SymbolicMachine, _ layout: CellLayout<W>, at descriptor: W) {
    m.explorer.prove("exact: the descriptor", m.explorer.specifying { layout.descriptor .== descriptor })
    let first = descriptor &+ 132
    let arrays: [(String, Elements<W>, UInt64, UInt64)] = [
      ("CPUs", layout.cpus, 48, 1), ("memory", layout.memory, 52, 32), ("caches", layout.caches, 56, 12),
      ("chips", layout.chips, 60, 32), ("ports", layout.ports, 64, 4), ("devices", layout.devices, 68, 56),
      ("capabilities", layout.capabilities, 72, 8), ("streams", layout.streams, 76, 4),
    ]
    var start = first
    for (name, array, offset, stride) in arrays {
      let begin = start
      m.explorer.prove(
        "exact: \(name)",
        m.explorer.specifying {
          (array.start .== begin) .& .known(array.stride == stride)
            .& (array.count .== m.bytes(layout.copy.holder, offset: descriptor &+ W(known: offset), width: 4))
        })
      start = array.start &+ array.count.times(array.stride)
    }
  }
  static func prove(_ m: SymbolicMachine, _ s: SystemLayout<W>) {
    prove(m, s.root, at: W.choose(s.revision .== 12, 354, 356))
    func field(_ offset: UInt64, _ width: UInt64) -> W {
      m.bytes(.system, offset: W(known: offset), width: width)
    }
    func show(_ name: String, _ truth: () -> SymbolicTruth) {
      m.explorer.prove("exact: \(name)", m.explorer.specifying(truth))
    }
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
  }
}
