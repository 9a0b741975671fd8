// SPDX-License-Identifier: Apache-2.0
// Everything that is not memory, as claims: cache shares, interrupt lines, ports, PCI functions, streams, CPUs.
// Promise: each claim is exactly what the configuration says, and lies inside its space.

extension Machine {
  /// Rights of a resource that is simply had.
  private func full(_ claimant: Claimant<W>, _ extra: UInt64 = 0) -> W {
    W(known: Marks.read | Marks.write | claimant.layer | extra)
  }

  /// The cache share `index` (rule C3): a cell's lies inside root's. Offsets: docs/cell-format.md, "Cache region".
  public func cacheItem(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.cacheItem, index, ItemSource(layout, facts, claimant)) {
      (index .< layout.caches.count) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.cacheClaim(index, layout, facts, claimant)
    }
  }

  private func cacheClaim(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let start = element(layout.caches, index, 0, 4)
    let size = element(layout.caches, index, 4, 4)
    let type = element(layout.caches, index, 8, 1)
    let flags = element(layout.caches, index, 10, 2)
    guard index == 0 else { throw Refusal(.cacheTwice, index) }
    guard type == 3 else { throw Refusal(.cacheType, index, type) }
    let isRange = (size .!= 0) .& ((start + size) .<= W(known: Limit.cacheBits))
    guard isRange.isTrue else { throw Refusal(.cacheRange, index) }
    // Root's list of its memory and devices need not be complete; its share of the cache is one number, and what is
    // outside is kept from everybody on purpose.
    let isRoots = (facts.cacheBase .<= start) .& ((start + size) .<= facts.cacheEnd)
    guard (isRoots .| W.Condition(known: claimant.isRoot)).isTrue else {
      throw Refusal(.cacheNotRoots, index)
    }
    let origin = W(known: Space.cacheWay.origin)
    let shared = W.choose(flags.has(1), W(known: Marks.shareable | Marks.keepsRoot), 0)
    return Claim(
      base: origin + start, end: origin + start + size, owner: claimant.owner,
      marks: full(claimant) | shared)
  }

  /// Interrupt line `index`, counted through all chips, 128 a chip (rule D5).
  public func pinItem(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.pinItem, index, ItemSource(layout, facts, claimant)) {
      (index .< layout.chips.count.times(128)) .& layout.isInside() .& facts.isSound()
    } body: { () throws(Refusal<W>) in
      try self.pinClaim(index, layout, facts, claimant)
    }
  }

  private func pinClaim(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let chip = index >> 7
    let pin = index & 127
    let address = element(layout.chips, chip, 0, 8)
    let pinBase = element(layout.chips, chip, 12, 4)
    let bits = element(layout.chips, chip, 16, 4)
    let word = bitmapWord(chip, pin >> 5, layout, first: bits)
    guard address < W(known: Limit.chipAddress) else { throw Refusal(.chipAddress, chip) }
    let isX86 = layout.architecture .== 0
    let isBased =
      (isX86 .& (pinBase .== 0))
      .| (.!isX86 .& (pinBase .<= W(known: 1024 - 128)) .& ((pinBase & 31) .== 0))
    guard isBased.isTrue else { throw Refusal(.pinBase, chip, pinBase) }
    if !claimant.isRoot { try requireRootsChip(chip, address, facts, isX86) }
    if ((word >> (pin & 31)) & 1) == 0 { return .nothing }
    // An IOAPIC answers in its whole page; a machine has one GIC, whatever address an entry gives it.
    let page = W.choose(isX86, address & W(known: ~0xfff), 0)
    let line = W(known: Space.interrupt.origin) + (page << 10) + pinBase + pin
    return Claim(base: line, end: line + 1, owner: claimant.owner, marks: full(claimant))
  }

  /// Refuses a cell's chip, on x86, that root does not list by the same address. (On ARM the number alone names a line.)
  private func requireRootsChip(
    _ chip: W, _ address: W, _ facts: Facts<W>, _ isX86: W.Condition
  ) throws(Refusal<W>) {
    let behind = try behindRootsChip(address, facts)
    guard ((behind .!= 0) .| .!isX86).isTrue else { throw Refusal(.chipNotRoots, chip, address) }
  }

  /// The number behind that of a chip of root's at this address; 0 where root lists none. A step, so that proofs can say of
  /// every item which chip was found.
  public func behindRootsChip(_ address: W, _ facts: Facts<W>) throws(Refusal<W>) -> W {
    try look(.rootChip, address, facts, OneWord<W>(0), reads: .none) {
      facts.isSound()
    } ensures: { found in
      self.isRootsChip(address, facts, behind: found.value, below: facts.chips.count)
    } body: { () throws(Refusal<W>) in
      self.findRootsChip(address, facts)
    }.value
  }

  /// What `behindRootsChip` comes to, for specifications.
  public func outcome(ofRootsChip address: W, _ facts: Facts<W>) -> W {
    outcome(of: .rootChip, address, facts, OneWord<W>(0), reads: .none) { () throws(Refusal<W>) in
      self.findRootsChip(address, facts)
    }.value.value
  }

  private func findRootsChip(_ address: W, _ facts: Facts<W>) -> OneWord<W> {
    var found = OneWord<W>(0)
    loop(.rootChip, facts.chips.count, &found, frame: .none) { i, found in
      self.isRootsChip(address, facts, behind: found.value, below: i)
    } body: { i, found in
      if self.element(facts.chips, i, 0, 8) == address { found.value = i &+ 1 }
    }
    return found
  }

  /// `found` is 0, or behind a chip of root's, one below `i`, that has this address.
  private func isRootsChip(_ address: W, _ facts: Facts<W>, behind found: W, below i: W) -> W.Condition {
    let chip = found &- 1
    return (found .!= 0) ==> ((chip .< i) .& (element(facts.chips, chip, 0, 8) .== address))
  }

  /// One of the four words of a chip's bitmap, merged.
  private func bitmapWord(_ chip: W, _ number: W, _ layout: CellLayout<W>, first: W) -> W {
    let second = element(layout.chips, chip, 20, 4)
    let third = element(layout.chips, chip, 24, 4)
    let fourth = element(layout.chips, chip, 28, 4)
    let upper = W.choose(number .== 2, third, fourth)
    return W.choose(number .== 0, first, W.choose(number .== 1, second, upper))
  }

  /// Port range `index` (rule I1). Ports of the hypervisor's own console may be claimed by several cells: the console
  /// is a declared channel (rules I2, L3).
  public func portItem(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.portItem, index, ItemSource(layout, facts, claimant)) {
      (index .< layout.ports.count) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.portClaim(index, layout, facts, claimant)
    }
  }

  private func portClaim(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let base = element(layout.ports, index, 0, 2)
    let length = element(layout.ports, index, 2, 2)
    guard (base + length) <= W(known: Limit.ports) else { throw Refusal(.portRange, index) }
    let isConsole = (facts.consoleBase .<= base) .& ((base + length) .<= facts.consoleEnd)
    let shared = W.choose(isConsole, W(known: Marks.shareable | Marks.keepsRoot), 0)
    let origin = W(known: Space.port.origin)
    return Claim(
      base: origin + base, end: origin + base + length, owner: claimant.owner,
      marks: full(claimant) | shared)
  }

  /// PCI function `index` (rules D1, D2, D7). A virtual one (ivshmem) names a link, not a function: it claims nothing.
  public func deviceItem(
    _ index: W, _ layout: CellLayout<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.deviceItem, index, ItemSource(layout, nil, claimant)) {
      (index .< layout.devices.count) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.deviceClaim(index, layout, claimant)
    }
  }

  private func deviceClaim(
    _ index: W, _ layout: CellLayout<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let type = element(layout.devices, index, 0, 1)
    let domain = element(layout.devices, index, 2, 2)
    let bdf = element(layout.devices, index, 4, 2)
    guard ((type .== 1) .| (type .== 2) .| (type .== 3)).isTrue else {
      throw Refusal(.deviceType, index, type)
    }
    let firstCapability = element(layout.devices, index, 30, 2)
    let capabilities = element(layout.devices, index, 32, 2)
    guard (firstCapability + capabilities) <= layout.capabilities.count else {
      throw Refusal(.capabilityRange, index)
    }
    let vectors = element(layout.devices, index, 36, 2)
    let tableSize = element(layout.devices, index, 38, 2)
    let table = element(layout.devices, index, 40, 8)
    if type == 3 {
      let sections = element(layout.devices, index, 48, 4)
      let peers = element(layout.devices, index, 53, 1)
      let fits = (peers .<= 12) .& ((sections + peers + 2) .<= layout.memory.count)
      guard fits.isTrue else { throw Refusal(.shmemRange, index) }
      return .nothing
    }
    let isTable = (vectors.times(16) .<= tableSize) .& (table .< W(known: Limit.physical))
    guard ((table .== 0) .| isTable).isTrue else { throw Refusal(.msixTable, index) }
    let function = W(known: Space.function.origin) + (domain << 16) + bdf
    return Claim(base: function, end: function + 1, owner: claimant.owner, marks: full(claimant, Marks.dma))
  }

  /// Stream id `index` (rule D6). With a mask, all ids from the smallest to the largest that match: never too few.
  public func streamItem(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.streamItem, index, ItemSource(layout, facts, claimant)) {
      (index .< layout.streams.count) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      self.streamClaim(index, layout, facts, claimant)
    }
  }

  private func streamClaim(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) -> Claim<W> {
    let word = element(layout.streams, index, 0, 4)
    let isMasked = (facts.maskedStreams .== 1)
    // An MMU-500 knows 15 bits of both.
    let id = W.choose(isMasked, word & 0x7fff, word)
    let mask = W.choose(isMasked, (word >> 16) & 0x7fff, 0)
    let most = id | mask
    let least = most &- mask
    let origin = W(known: Space.stream.origin)
    return Claim(base: origin + least, end: origin + most + 1, owner: claimant.owner, marks: full(claimant))
  }

  /// CPU `index` (rule C1): a cell may only have CPUs that run root, on x86 not the boot CPU, never the one that asks.
  public func cpuItem(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    try item(.cpuItem, index, ItemSource(layout, facts, claimant)) {
      (index .< layout.cpus.count.times(8)) .& layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.cpuClaim(index, layout, facts, claimant)
    }
  }

  private func cpuClaim(
    _ index: W, _ layout: CellLayout<W>, _ facts: Facts<W>, _ claimant: Claimant<W>
  ) throws(Refusal<W>) -> Claim<W> {
    let bits = element(layout.cpus, index >> 3, 0, 1)
    if ((bits >> (index & 7)) & 1) == 0 { return .nothing }
    guard index < capacity(.occupant) else { throw Refusal(.cpuBeyondMachine, index) }
    if !claimant.isRoot {
      guard (.!((facts.architecture .== 0) .& (index .== 0))).isTrue else { throw Refusal(.bootCPU, index) }
      guard index != claimant.caller else { throw Refusal(.callerInSet, index) }
      guard read(.occupant, index) == W(known: Owner.root) else { throw Refusal(.cpuNotRoots, index) }
    }
    let cpu = W(known: Space.cpu.origin) + index
    return Claim(base: cpu, end: cpu + 1, owner: claimant.owner, marks: full(claimant, Marks.execute))
  }
}
