// SPDX-License-Identifier: Apache-2.0
// The files that boot a set in the testbed and try one thing there: `scripts/replay.py` boots them. All cells are created; each is made
// loadable, gets a program and is started, the one that tries comes last. The files are the configurations as they are, but: each cell may write
// to the hypervisor's console, so that one hears of it; none is asked before it is destroyed; none is confidential, for the
// testbed's root loads by writing. None of this is about who reaches what.

import CellConfig

/// A set and what is tried in it.
public struct Replay: Sendable {
  /// Name and content of each file.
  public var files: [(name: String, bytes: [UInt8])]
  /// What is tried, in words.
  public var words: String

  /// Where the testbed has the hypervisor, how many CPUs it has.
  private static let (hypervisor, cpus): (UInt64, Int) = (0x3a00_0000, 4)
  /// Room that the program of a cell needs at guest-physical 0.
  private static let room: UInt64 = 0x1_0000

  /// From the set's own counterexamples, or, where `given` is not nil, from what it says.
  public init(_ outcome: SetOutcome, given: String?) throws(ReplayProblem) {
    let set = outcome.set
    guard let memory = set.hypervisor, memory.first == Self.hypervisor, set.architecture == .x86 else {
      throw ReplayProblem(
        "\(set.name): the testbed has the hypervisor at \(hex(Self.hypervisor)); replay goes with configs/bochs*.cell and "
          + "Kernel/testbed/cells")
    }
    guard set.members.flatMap(\.cell.cpus).allSatisfy({ $0 < Self.cpus }) else {
      throw ReplayProblem("\(set.name): the testbed has \(Self.cpus) CPUs")
    }
    let attempt: Attempt
    if let given {
      attempt = try Attempt.parse(given, in: set)
      try Self.mustNotBeGranted(attempt, set)
    } else if let found = (outcome.tables?.faults ?? []).compactMap({ Attempt($0) }).first(where: {
      $0.value <= $0.kind.limit
    }) {
      attempt = found
    } else {
      throw ReplayProblem(
        "\(set.name): no finding of code X4 says what could be tried; name something: --replay-witness CELL:KIND:VALUE"
      )
    }
    guard attempt.value <= attempt.kind.limit else {
      throw ReplayProblem(
        "\(hex(attempt.value)): the testbed's programs try no more than \(hex(attempt.kind.limit))")
    }
    guard attempt.member == 0 || Self.ram(set.members[attempt.member]) != nil else {
      throw ReplayProblem(
        "\(set.members[attempt.member].title) has no loadable memory of \(sizeText(Self.room)) at guest-physical 0, where the program "
          + "that tries would be")
    }
    words = "\(set.members[attempt.member].title) \(attempt.kind.words) \(hex(attempt.value))"
    files = [("machine.cell", set.root.file.binary), ("witness.h", Array(Self.header(attempt, set).utf8))]
    files.append(("cells.S", Array(Self.blobs(set).utf8)))
    for member in set.cells { files.append(("cell-\(member.index).cell", Self.binary(member))) }
  }

  /// The configuration, heard and not asked.
  private static func binary(_ member: Member) -> [UInt8] {
    guard case .cell(let architecture, var cell) = member.file.configuration else {
      return member.file.binary
    }
    cell.flags.formUnion([.virtualConsolePermitted, .passiveCommunication])
    cell.flags.remove(.confidential)
    return BinaryWriter.write(.cell(architecture, cell))
  }

  /// Where root writes the program of a cell: what lies at its guest-physical 0.
  private static func ram(_ member: Member) -> UInt64? {
    member.cell.regions.first {
      $0.virtualStart == 0 && $0.size >= room
        && $0.flags.isSuperset(of: [.read, .write, .execute, .loadable])
    }?.physicalStart
  }

  private static func header(_ attempt: Attempt, _ set: MachineSet) -> String {
    let cells = set.cells.map {
      "  {config_\($0.index), \(hex(ram($0) ?? 0))UL}, /* \(commentText($0.name)) */\n"
    }
    return """
      /* Written by verify --replay: what Kernel/testbed/replay.h does. */
      extern u8 \((set.cells.map { "config_\($0.index)[]" } + ["image_attack[]", "image_attack_end[]"]).joined(separator: ", "));
      static const struct { u8 *config; u64 ram; } cells[] = {
      \(cells.joined())};
      /* The cell that tries (0: root), how, and what. */
      enum { cell_count = \(set.cells.count), culprit = \(attempt.member), way = \(attempt.kind.number) };
      #define VALUE \(hex(attempt.value))UL

      """
  }

  private static func blobs(_ set: MachineSet) -> String {
    let cells = set.cells.map { "  blob config_\($0.index), cell-\($0.index).cell\n" }
    return """
      /* Written by verify --replay. */
        .data
        .macro blob name, file
        .balign 16
        .globl \\name, \\name\\()_end
      \\name:
        .incbin "\\file"
      \\name\\()_end:
        .endm
      \(cells.joined())  blob image_attack, attack.bin

      """
  }

  /// A name without what would end a comment.
  private static func commentText(_ name: String) -> String {
    String(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
  }

  /// What the configuration grants is no witness.
  private static func mustNotBeGranted(_ attempt: Attempt, _ set: MachineSet) throws(ReplayProblem) {
    guard let duties = Duties(set) else { throw ReplayProblem("the bytes of \(set.name) cannot be read") }
    let all = Moment(living: Set(set.cells.map(\.index)))
    func isIn(_ ranges: [MemoryRange]) -> Bool {
      ranges.contains { $0.first <= attempt.value && attempt.value <= $0.last }
    }
    let isGranted: Bool
    switch attempt.kind {
    case .memory, .write, .execute:
      let due = duties.due(attempt.member, at: all)
      let right: UInt64 = attempt.kind == .memory ? 1 : attempt.kind == .write ? 2 : 4
      let grant = due.grants.first { $0.first <= attempt.value && attempt.value <= $0.last }
      isGranted = !isIn(due.taken) && (grant?.access ?? 0) & right != 0
    case .port, .portWrite:
      let ports = duties.ports(attempt.member, at: all)
      isGranted = isIn(ports.named) && !isIn(ports.taken)
    case .msr, .msrWrite: isGranted = false
    }
    if isGranted {
      throw ReplayProblem(
        "\(set.members[attempt.member].title) \(attempt.kind.words) \(hex(attempt.value)): its configuration grants that"
      )
    }
  }
}
