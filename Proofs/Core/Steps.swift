// SPDX-License-Identifier: Apache-2.0
// Theorems about the steps that transitions are built from: the readers, a configuration's items, the rebuild of the
// ledger, the hypervisor's own claims. Each says what the step ensures from any state that satisfies what it requires; the
// transitions then take the step by that word alone.

import Core
import Symbolic

/// Theorems about steps.
enum Steps {
  typealias R = Refusal<SymbolicWord>
  static func word(_ name: String, _ machine: SymbolicMachine) -> SymbolicWord {
    SymbolicWord(machine.explorer.constant(name))
  }
  static func make(
    _ step: ProvedStep, _ name: String, _ statement: String, refusals: [Reason] = [], loops: [Loop] = [],
    prepare: @escaping @Sendable (SymbolicMachine) -> Void = { _ in },
    run: @escaping @Sendable (SymbolicMachine) throws(R) -> Void
  ) -> CoreTheorem {
    CoreTheorem(
      name: name, statement: statement, properties: ["P17", "P18", "P19"], openSteps: [step],
      refusals: refusals, loops: loops, prepare: prepare, run: run, keepsInvariant: false)
  }
  static let readCell = make(
    .readCell, "reader-stays-inside-cell",
    "Whatever the bytes: the reader of cell configurations never traps; the arrays it lays out are those that the header counts, each behind the one before, inside the file.",
    refusals: [.badSignature, .truncatedArrays]
  ) { m throws(R) in
    _ = try m.readCell(m.anyCopy(.cell), assumed: m.any("assumed"))
  }
  static let readSystem = make(
    .readSystem, "reader-stays-inside-system",
    "Whatever the bytes: the reader of system configurations never traps; the arrays and facts it lays out are the header's, inside the file.",
    refusals: [.badSignature, .truncatedArrays]
  ) { m throws(R) in
    _ = try m.readSystem(m.anyCopy(.system), assumed: m.any("assumed"))
  }
  static let systemFacts = make(
    .systemFacts, "system-facts",
    "What admission knows of the system (its architecture, its console, its kind of stream ids, root's share of the cache, root's chips) is what the bytes say; no trap."
  ) { m throws(R) in _ = try m.facts(of: m.anySystem()) }
  static func item(_ m: SymbolicMachine, isRoot: Bool) throws(R) {
    let layout = m.anyLayout(isRoot ? .system : .cell)
    let t = m.any("t")
    let facts = m.anyFacts()
    m.explorer.assume(m.explorer.specifying { layout.isInside() .& facts.isSound() })
    _ = try m.claim(ofItem: t, layout, facts, m.anyClaimant(isRoot: isRoot))
  }
  static func add(_ m: SymbolicMachine, isRoot: Bool) throws(R) {
    let layout = m.anyLayout(isRoot ? .system : .cell)
    let facts = m.anyFacts()
    m.explorer.assume(m.explorer.specifying { layout.isInside() .& facts.isSound() })
    _ = try m.addItems(
      layout, facts, m.anyClaimant(isRoot: isRoot), after: m.any("kept"), gone: m.any("gone"))
  }
  static let numbers = CoreTheorem(
    name: "items-are-elements",
    statement: """
      The items of a configuration are its elements: every region, cache share, interrupt line, port range, PCI function, \
      stream and CPU bit has one number, and every number below the count is one element's.
      """, properties: ["P1"], run: { m throws(R) in ItemsAreElements(machine: m).show() },
    keepsInvariant: false)
  static let cellItem = make(
    .cellItem, "cell-items",
    "Every item of a cell configuration makes at most one claim: inside its space, the cell's own, never base layer, exactly what the bytes say of the element that the item is; or is refused; no trap."
  ) { m throws(R) in try item(m, isRoot: false) }
  static let rootItem = make(
    .rootItem, "root-items",
    "Every item of a root configuration makes at most one claim of root's base layer, exactly what the bytes say of the element that the item is; or is refused; no trap."
  ) { m throws(R) in try item(m, isRoot: true) }
  static let rootChip = make(
    .rootChip, "root-chip",
    "What is found for the address of a cell's interrupt chip is a chip of root's that has this address, or nothing; no trap.",
    loops: [.rootChip]
  ) { m throws(R) in _ = try m.behindRootsChip(m.any("address"), m.anyFacts()) }
  /// One kind of item, of root's configuration and of a cell's.
  static func kind(
    _ step: ProvedStep, _ name: String, _ statement: String, refusals: [Reason] = [],
    _ run:
      @escaping @Sendable (
        SymbolicMachine, SymbolicWord, CellLayout<SymbolicWord>, Claimant<SymbolicWord>
      ) throws(R) -> Void
  ) -> CoreTheorem {
    make(step, name, statement, refusals: refusals) { m throws(R) in
      let isRoot = m.explorer.fork("root")
      try run(m, m.any("index"), m.anyLayout(isRoot ? .system : .cell), m.anyClaimant(isRoot: isRoot))
    }
  }
  static let kinds: [CoreTheorem] = [
    kind(
      .memoryItem, "memory-items",
      "A memory region with rights makes one sound claim of exactly its bytes, at its address, with its rights, or is refused; no trap.",
      refusals: [.regionWraps, .regionMisaligned, .rootNotIdentity]
    ) { m, i, l, c throws(R) in _ = try m.memoryItem(i, l, c) },
    kind(
      .cacheItem, "cache-items",
      "A cache share makes one sound claim of exactly its bits, a cell's inside root's share, or is refused; no trap.",
      refusals: [.cacheRange, .cacheNotRoots]
    ) { m, i, l, c throws(R) in _ = try m.cacheItem(i, l, m.anyFacts(), c) },
    kind(
      .pinItem, "pin-items",
      "An interrupt line makes one sound claim of that line exactly if its bit is set, or is refused; a cell's IOAPIC is one that root lists; no trap.",
      refusals: [.chipAddress, .chipNotRoots]
    ) { m, i, l, c throws(R) in _ = try m.pinItem(i, l, m.anyFacts(), c) },
    kind(
      .portItem, "port-items",
      "A port range makes one sound claim of exactly its ports, none past 0xffff, or is refused; only the console is shared; no trap.",
      refusals: [.portRange]
    ) { m, i, l, c throws(R) in _ = try m.portItem(i, l, m.anyFacts(), c) },
    kind(
      .deviceItem, "device-items",
      "A PCI function makes one sound claim of exactly that function, or is refused; a virtual one none; no trap.",
      refusals: [.deviceType, .msixTable]
    ) { m, i, l, c throws(R) in _ = try m.deviceItem(i, l, c) },
    kind(
      .streamItem, "stream-items", "A stream id makes one sound claim, of every id that matches; no trap."
    ) { m, i, l, c throws(R) in _ = try m.streamItem(i, l, m.anyFacts(), c) },
    kind(
      .cpuItem, "cpu-items",
      "A CPU makes one sound claim of itself exactly if its bit is set, or is refused: a cell gets only CPUs that run root, not the boot CPU, never the one that asks.",
      refusals: [.cpuNotRoots, .callerInSet, .bootCPU]
    ) { m, i, l, c throws(R) in _ = try m.cpuItem(i, l, m.anyFacts(), c) },
  ]
  static let keep = make(
    .keepClaims, "keep",
    "The rebuilt ledger holds every claim of the old one but those of the cell that goes, and nothing else.",
    loops: [.keepClaims]
  ) { m throws(R) in
    _ = try m.keepClaims(except: m.any("gone"))
  }
  static let addCell = make(
    .addCell, "add-cell",
    "The claims that a cell adds are sound and its own, and leave the kept ones alone. Each item of its configuration that claims something has its row, and each row is the claim of an item.",
    loops: [.addItems]
  ) { m throws(R) in try add(m, isRoot: false) }
  static let addRoot = make(
    .addRoot, "add-root",
    "The claims that root adds are sound and base layer. Each item of its configuration that claims something has its row, and each row is the claim of an item.",
    loops: [.addItems]
  ) { m throws(R) in try add(m, isRoot: true) }
  static let guestMap = make(
    .guestMap, "guest-map",
    "The guest-physical map that is admitted is that of the cell's regions, each as the configuration has it; with at most one communication region; no trap.",
    loops: [.guestView]
  ) { m throws(R) in
    try m.admitGuestMap(m.anyLayout(.cell))
  }
  static let protect = make(
    .protect, "protect",
    "Behind root's base layer, which stays as it is, stand only claims of the hypervisor, exclusive and for nobody to share: one for each range that it protects, exactly as configuration and architecture say, and no other.",
    loops: [.protectItems]
  ) { m throws(R) in
    _ = try m.protect(m.anySystem(), m.anyFacts(), m.anyClaimant(isRoot: true), after: m.any("rows"))
  }
  static let cpuNumbers = make(
    .cpuNumbers, "cpu-numbers",
    "Redistributors are counted up to the highest of root's CPUs: the last one counted is root's, and none of root's is behind it; no trap.",
    loops: [.highestCPU]
  ) { m throws(R) in _ = try m.cpuNumbers(m.anySystem()) }
  static let protectedItem = make(
    .protectedItem, "protected-item",
    "Every range that the hypervisor protects is exactly what the configuration and the architecture say, in whole pages or ports, inside its space; no trap."
  ) { m throws(R) in
    _ = try m.protectedRange(m.any("t"), m.anySystem())
  }
  static let all: [CoreTheorem] =
    kinds + [
      readCell, readSystem, systemFacts, numbers, rootChip, cellItem, rootItem, keep, addCell, addRoot,
      guestMap, protect, cpuNumbers, protectedItem,
    ]
}
