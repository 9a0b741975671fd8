// SPDX-License-Identifier: Apache-2.0
// A dry run: what root touches beyond its configuration is noted and let through, so that a first configuration is found in one boot. It is no isolation,
// and no cell but root lives meanwhile (theorems "create" and "enable"). Promise (theorem "a-cpu-fails-alone"): root alone is let through, where its
// system configuration says so, by one instruction at a time, and not where it touches the hypervisor's own memory or a port that nobody
// may have. (An instruction that touches other memory and, besides, the hypervisor's is let through as a whole.)
//
// The one instruction runs without extended page tables and without I/O bitmaps, under the monitor trap flag (SDM vol. 3C, 25.5.2): for root
// both address spaces are one.

/// What has been noted: words of `Table.notes`.
public enum Notes {
  /// How many notes there are; how many had no room.
  public static var count: UInt64 { 0 }
  public static var lost: UInt64 { 1 }
  /// Of each note: the resource (`Space`; a page of memory, a port, a PCI function) and `known`; what was done (1 read, 2 written, 4
  /// executed); the guest's RIP, the first time; how often.
  public static var known: UInt64 { 1 << 56 }
  public static var size: UInt64 { 4 }
  /// How many notes fit, and how many words all of it has.
  public static var rows: UInt64 { 127 }
  public static var words: UInt64 { (rows &+ 1) &* size }
}

extension Machine {
  /// The system configuration asks for a dry run.
  public var isDryRun: W.Condition { read(.platform, W(known: PlatformWord.dryRun)) .!= 0 }

  /// The hypervisor's own memory, or a port that is the hypervisor's by the ledger.
  func isKeptFromRoot(_ resource: W) -> W.Condition {
    let pool = read(.pool, W(known: PoolWord.start)) << 12
    let isMemory = (resource >> 60) .== W(known: Space.memory.rawValue)
    let row = arbitrary(Ghost.oldRow)
    @Sendable func keeps(_ row: W) -> W.Condition {
      let claim = claim(.current, row)
      let isNamed = (claim.base .<= resource) .& (resource .< claim.end)
      let isOurs = (claim.base .<= pool) .& (pool .< claim.end)
      return (claim.owner .== W(known: Owner.hypervisor)) .& isNamed .& (.!isMemory .| isOurs)
    }
    var found = OneWord<W>(0)
    loop(.keptFromRoot, register(Register.claimCount), &found, frame: .none) { i, found in
      ((row .< i) .& keeps(row)) ==> (found.value .!= 0)
    } body: { i, found in
      found.value = W.choose(keeps(i), 1, found.value)
    }
    return found.value .!= 0
  }
}

extension Processor {
  /// In a dry run: whether what has stopped this CPU, of `cell`, is let through. Where it is, it is noted, and the CPU makes one step.
  func isLetThrough(_ cell: W) -> Bool {
    if (.!(isDryRun .& (cell .== W(known: Owner.root)))).isTrue { return false }
    let why = own(.stop)
    let isFunction = why .== W(known: Stop.function)
    let isPort = why .== W(known: Stop.port)
    let isMemory = (why .== W(known: Stop.memory)) .| (why .== W(known: Stop.chip))
    // Without extended page tables a guest must have page tables of its own; an event that was being delivered would be lost.
    let cr0 = vmcs(.guestCR0)
    let isPaged = cr0.has(CR0.protection) .& cr0.has(CR0.paging)
    let isWhole = ((vmcs(.vectoring) >> 31) & 1) .== 0
    if (.!((isFunction .| isPort .| isMemory) .& isPaged .& isWhole)).isTrue { return false }
    let (address, qualification) = (own(.stopAddress), own(.stopQualification))
    let page = address & W(known: (Limit.physical - 1) & ~0xfff)
    let function = W(known: Space.function.origin) | ((address >> 8) & 0xffff)
    let port = W(known: Space.port.origin) | ((qualification >> 16) & 0xffff)
    let resource = W.choose(isPort, port, W.choose(isFunction, function, page))
    if isKeptFromRoot(resource).isTrue { return false }
    let moved = W.choose(qualification.has(1 << 3), 1, 2)
    note(resource, W.choose(isMemory, qualification & 7, moved))
    if isFunction.isTrue { outPort(W(known: ModeratedPort.address), 4, configuration(address)) }
    setOwn(.stop, 0)
    beginStep()
    return true
  }

  /// Notes that root has touched a resource; once for each.
  private func note(_ resource: W, _ what: W) {
    let name = resource | W(known: Notes.known)
    let count = read(.notes, W(known: Notes.count))
    var found = OneWord<W>(0)
    loop(.findNote, W(known: Notes.rows), &found, frame: .none) { i, found in
      (found.value .== 0) .| (found.value .<= i)
    } body: { i, found in
      let there = self.read(.notes, (i &+ 1) << 2)
      let isOne = (found.value .== 0) .& ((there .== name) .| (there .== 0))
      found.value = W.choose(isOne, i &+ 1, found.value)
    }
    if found.value == 0 {
      write(.notes, W(known: Notes.lost), read(.notes, W(known: Notes.lost)) &+ 1)
      return
    }
    let first = found.value << 2
    if read(.notes, first) == 0 {
      write(.notes, first, name)
      write(.notes, first &+ 2, own(.stopRIP))
      write(.notes, W(known: Notes.count), count &+ 1)
    }
    write(.notes, first &+ 1, read(.notes, first &+ 1) | what)
    write(.notes, first &+ 3, read(.notes, first &+ 3) &+ 1)
  }

  /// The next instruction runs by the guest's own page tables, with every port open; then it leaves.
  private func beginStep() {
    let open = W(known: ~PrimaryControls.portBitmaps.rawValue)
    setVMCS(
      .primaryControls, (vmcs(.primaryControls) & open) | W(known: PrimaryControls.monitorTrap.rawValue))
    setVMCS(.secondaryControls, vmcs(.secondaryControls) & W(known: ~Self.stepped.rawValue))
  }
  /// It has.
  func endStep() -> Verdict {
    let quiet = W(known: ~PrimaryControls.monitorTrap.rawValue)
    setVMCS(
      .primaryControls, (vmcs(.primaryControls) & quiet) | W(known: PrimaryControls.portBitmaps.rawValue))
    setVMCS(.secondaryControls, vmcs(.secondaryControls) | W(known: Self.stepped.rawValue))
    return .resume
  }
  /// An unrestricted guest has extended page tables.
  private static var stepped: SecondaryControls { .ept | .unrestricted }
}
