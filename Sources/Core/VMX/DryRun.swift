// SPDX-License-Identifier: Apache-2.0
// A dry run: what root touches beyond its configuration is noted and done for it, so that a first configuration is found in one boot. It is no isolation,
// and no cell but root lives meanwhile (theorem "create"). Promise (theorem "a-cpu-fails-alone"): something is done for root alone, where its
// system configuration says so, and never to the hypervisor's own memory or to a port that nobody may have. Everything that isolation
// rests on stays in force: the hypervisor makes the access in the guest's place, as it was decoded.
//
// What is done so: IN and OUT; MOV and its kin (Decode.swift) to memory; writes to PCI functions. Everything else stops the CPU as ever.

/// What has been noted: words of `Table.notes`.
public enum Notes {
  /// How many notes there are; how many accesses had no room.
  public static var count: UInt64 { 0 }
  public static var lost: UInt64 { 1 }
  /// Of each note: the resource (`Space`; a page of memory, a port, a PCI function) and `known`; what was done (1 read, 2 written); the
  /// guest's RIP, the first time; how often.
  public static var known: UInt64 { 1 << 56 }
  public static var size: UInt64 { 4 }
  /// How many notes fit, and how many words all of it has.
  public static var rows: UInt64 { 127 }
  public static var words: UInt64 { (rows &+ 1) &* size }
}

extension Machine {
  /// The system configuration asks for a dry run.
  public var isDryRun: W.Condition { read(.platform, W(known: PlatformWord.dryRun)) .!= 0 }

  /// Of resources `first ..< end`, of one kind, some are the hypervisor's own memory, or ports that are the hypervisor's by the ledger.
  func isKeptFromRoot(_ first: W, end: W) -> W.Condition {
    let pool = read(.pool, W(known: PoolWord.start)) << 12
    let isMemory = (first >> 60) .== W(known: Space.memory.rawValue)
    let row = arbitrary(Ghost.oldRow)
    @Sendable func keeps(_ row: W) -> W.Condition {
      let claim = claim(.current, row)
      let isNamed = (claim.base .< end) .& (first .< claim.end)
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
  /// In a dry run: does in the guest's place what has just stopped CPU `cpu`, of `cell`, and notes it. False where that is not to be, or not possible.
  func doBeyond(_ cell: W, _ cpu: W) -> Bool {
    if (.!(isDryRun .& (cell .== W(known: Owner.root)))).isTrue { return false }
    let why = own(.stop)
    if why == W(known: Stop.memory) { return touchMemory(cpu) }
    if why == W(known: Stop.port) { return touchPort(cpu) }
    if why == W(known: Stop.function) { return touchFunction(cpu) }
    return false
  }

  @inline(never) private func touchMemory(_ cpu: W) -> Bool {
    let address = own(.stopAddress) & W(known: Limit.physical - 1)
    let page = address & W(known: ~0xfff)
    if isKeptFromRoot(page, end: page + W(known: Limit.page)).isTrue { return false }
    guard let access = memoryAccess(cpu) else { return false }
    // It lies in one page.
    if 0x1000 < (address &- page) &+ access.width { return false }
    let held = general(access.register)
    if access.isWrite == 1 {
      if !writePhysical(address, access.width, access.written(held)) { return false }
    } else {
      guard let value = readPhysical(address, access.width) else { return false }
      setGeneral(access.register, access.loaded(value, over: held))
    }
    note(page, access.isWrite &+ 1)
    advance(by: access.length)
    return true
  }

  private func touchPort(_ cpu: W) -> Bool {
    let access = PortAccess(qualification: vmcs(.qualification))
    if (access.isString .| .!access.isWidth).isTrue { return false }
    let first = W(known: Space.port.origin) | access.port
    // All of the ports that it reaches.
    if isKeptFromRoot(first, end: first &+ access.width).isTrue { return false }
    if access.reaches(ModeratedPort.keyboard).isTrue {
      // What no owner may write, root may not.
      if (.!access.isOne(ModeratedPort.keyboard, 1)).isTrue { return false }
      if commandKeyboard(access, cpu) != .resume { return false }
    } else {
      _ = carryOut(access)
    }
    note(first, W.choose(access.isInput, 1, 2))
    return true
  }

  /// A write to a function that root does not have. (What reads of such a one is nothing at all, and no fault.)
  private func touchFunction(_ cpu: W) -> Bool {
    let access = PortAccess(qualification: vmcs(.qualification))
    if (access.isString .| .!access.isWidth .| access.isInput).isTrue { return false }
    let address = own(.stopAddress)
    if touchFunction(access, address, cpu) != .resume { return false }
    note(W(known: Space.function.origin) | ((address >> 8) & 0xffff), 2)
    return true
  }

  /// Notes that root has touched a resource; once for each.
  private func note(_ resource: W, _ what: W) {
    let name = resource | W(known: Notes.known)
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
      write(.notes, W(known: Notes.count), read(.notes, W(known: Notes.count)) &+ 1)
      setOwn(.noted, 1)
    }
    write(.notes, first &+ 1, read(.notes, first &+ 1) | what)
    write(.notes, first &+ 3, read(.notes, first &+ 3) &+ 1)
  }
}
