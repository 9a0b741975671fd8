// SPDX-License-Identifier: Apache-2.0
// Theorems about management. Whatever root asks for, whatever the tables hold, whatever other CPUs do:
//
// nobody-runs-meanwhile. Tables change only under the management lock, and only when every other CPU that runs root, and every other CPU of the
// cell that it is about, has said that it stands still; until then everything is as it was, so that the theorem of the transition applies.
// Afterwards, whatever came of it, each CPU that was to stand still has been told to go on, and the lock is free. Where something changed, this
// CPU has dropped its translations and goes on by root's tables in force; CPUs of a cell that was started or destroyed have a new
// beginning. Where the lock is taken or a CPU does not answer, nothing has changed. A configuration is handed to `create` only where nobody takes
// a byte of it from root. (P7, P9, P16, P19, P18.)
//
// A cell that is not passive is asked before anybody stands still. While it owes an answer nothing changes but how often that was looked for, which
// has a bound; then it fails. Of another that has come or gone only those hear that run and are not passive; nobody else is told anything. A CPU leaves
// the hypervisor only when it is disabled, which every CPU that root's configuration names has asked for.
//
// a-cpu-fails-alone. A CPU whose guest did what it must not is parked, under the lock, and a cell of which no CPU is left fails; nothing else.

import Core
import Symbolic

/// Theorems about management.
enum Management {
  typealias W = SymbolicWord

  static let all = [manages, fails]

  static let manages = CoreTheorem(
    name: "nobody-runs-meanwhile",
    statement: """
      While tables change, every other CPU of root's and every CPU of the cell that it is about stands still; afterwards all go on, by the new \
      tables, and the lock is free; no trap.
      """,
    properties: ["P7", "P9", "P17", "P18", "P19"],
    loops: [
      .rootsMemory, .markRoot, .markCell, .orderHold, .awaitHold, .orderGo, .newBeginnings, .inform,
      .lockSearch,
      .leavers,
    ],
    prepare: { m in
      prepare(m)
      watchWhatIsTold(m)
      leaveBystandersAlone(m)
      for label in [
        "done create", "done start", "done setLoadable", "done destroy", "done expire", "done disable",
        "refused",
        "taken", "asks", "looks", "the cell refuses", "leaves",
      ] {
        m.explorer.expect(label)
      }
      m.noted["rax"] = m.guest(.rax)
      m.noted["code"] = m.guest(.rax)
      m.noted["rip"] = m.vmcs(.guestRIP)
      FieldFrame.prepare(m)
      // What counts of an argument: all of it in 64-bit code (EFER.LMA, CS.L), else the low half.
      m.noted["cell"] = m.explorer.specifying {
        let isLong = m.vmcs(.guestEFER).has(1 << 10) .& m.vmcs(.accessCS).has(1 << 13)
        return m.guest(.rdi) & W.choose(isLong, W(known: .max), 0xffff_ffff)
      }
    },
    run: { m throws(Refusal<W>) in
      let verdict = m.manage(cpu: m.argument("cpu"))
      m.noted["resumes"] = verdict == .resume ? 1 : 0
      m.noted["leaves"] = verdict == .leave ? 1 : 0
    }, success: showManaged, keepsInvariant: false)

  static let fails = CoreTheorem(
    name: "a-cpu-fails-alone",
    statement: """
      A CPU whose guest did what it must not is parked, under the management lock, and a cell of which no CPU is left fails; nothing else \
      happens. But in a dry run one access of root's may be made in its place, outside the hypervisor's memory and ports, and never one that resets the machine or writes to a bridge to host or ISA. No trap.
      """,
    properties: ["P9", "P17", "P18", "P19"],
    loops: [.cellCPUs, .keptFromRoot, .findNote, .guestTables, .fetchCode],
    prepare: { m in
      prepare(m)
      for label in [
        "fails", "taken", "the cell fails", "memory is touched in a guest's place",
        "a port is touched in a guest's place",
      ] { m.explorer.expect(label) }
    },
    run: { m throws(Refusal<W>) in
      m.noted["rip"] = m.vmcs(.guestRIP)
      FieldFrame.prepare(m)
      let cell = m.peek(.occupant, m.argument("cpu"))
      m.onTell = { told, word, value in
        m.explorer.prove(
          "what is told is the CPU's own cell, which no CPU runs any more, and that it has failed",
          m.explorer.specifying {
            let other = m.arbitrary(Ghost.cpu)
            let isOver = (other .< m.capacity(.occupant)) ==> (m.peek(.occupant, other) .!= cell)
            return (told .== cell) .& (told .!= 0) .& .known(word == 2) .& (value .== 3) .& isOver
          })
      }
      m.onForeignWord = { Exits.mayBeRead(m, cell, $0) }
      m.onPhysical = { address, width in
        m.explorer.mark("memory is touched in a guest's place")
        mayBeTouched(m, cell, address)
      }
      m.onPort = { port, width, move in
        m.explorer.mark("a port is touched in a guest's place")
        mayBeTouched(m, cell, port, width, move)
      }
      let verdict = m.failHere(cpu: m.argument("cpu"))
      m.noted["parks"] = verdict == .park ? 1 : 0
    }, success: showFailed, keepsInvariant: false)

  private static func prepare(_ m: SymbolicMachine) {
    let explorer = m.explorer
    explorer.assume(
      explorer.specifying {
        m.registersAreSound .& LedgerView(m).isClaim(m.arbitrary(Ghost.oldRow))
      })
    for ghost in [Ghost.cpu, Ghost.oldRow, Ghost.bit, Ghost.resource] { explorer.bind(m.arbitrary(ghost)) }
    let before = m.snapshot
    m.onAttempt = { operation, wish in
      let isFailure = operation == .fail || operation == .failCPU
      explorer.prove(
        "\(operation) is about the right cell and CPU",
        explorer.specifying {
          let occupant = before.read(.occupant, m.argument("cpu"))
          let cell = isFailure ? wish.cell .== occupant : wish.cell .== (m.noted["cell"] ?? 0)
          let isFree = operation == .create || operation == .disable
          return (wish.cpu .== m.argument("cpu")) .& (isFree ? .known(true) : cell)
        })
      // failCPU comes before fail; what it did is its theorem's.
      if operation != .fail {
        for table in SymbolicMachine.state + [.treeRoot, .pageTree] {
          explorer.prove(
            "\(table) is as it was when \(operation) begins", m.isUnchanged(table, since: before))
        }
      }
      if operation == .fail {
        explorer.prove(
          "no CPU runs the cell that fails",
          explorer.specifying {
            let cpu = m.arbitrary(Ghost.cpu)
            let cell = before.read(.occupant, m.argument("cpu"))
            return (cpu .< m.capacity(.occupant)) ==> (m.peek(.occupant, cpu) .!= cell)
          })
      }
      if operation == .fail || operation == .failCPU { return }
      if operation == .disable {
        explorer.prove(
          "every CPU that a row names has asked to leave",
          explorer.specifying {
            let row = m.arbitrary(Ghost.oldRow)
            let named = before.read(.currentBase, row)
            let cpu = named &- (2 << 60)
            let isNamed =
              (row .< before.read(.registers, W(known: Register.claimCount))) .& ((named >> 60) .== 2)
              .& (cpu .< m.capacity(.occupant))
            return isNamed ==> (m.peek(.leaving, cpu) .!= 0)
          })
        return
      }
      if operation == .expire {
        explorer.prove(
          "a cell fails for its silence only where it has been asked, and has had the time that it is given",
          explorer.specifying {
            let cell = m.noted["cell"] ?? 0
            let (talk, wish) = (before.read(.talk, cell), before.read(.replyTimeout, cell))
            let isLong = (wish .<= (talk & 0xffff_ffff)) .& (wish .!= 0)
            return (((talk >> 33) & 1) .== 1) .& (isLong .| ((1 << 20) .<= (talk & 0xffff_ffff)))
          })
      }
      let (cpu, row) = (m.arbitrary(Ghost.cpu), m.arbitrary(Ghost.oldRow))
      let cell = m.noted["cell"] ?? 0
      explorer.prove(
        "every CPU of root's but the caller's stands still when \(operation) begins",
        explorer.specifying {
          let isOther = (cpu .< m.capacity(.occupant)) .& (cpu .!= m.argument("cpu"))
          return (isOther .& (before.read(.occupant, cpu) .== 0)) ==> (m.peek(.stood, cpu) .== 1)
        })
      if operation == .create {
        m.noted["created"] = wish.cell
        explorer.prove(
          "nobody takes from root what the configuration is read from",
          explorer.specifying {
            // Not root's row; one that root does not keep (bit 6 of its marks); it has a byte of the configuration.
            let isTaken =
              (row .< before.read(.registers, W(known: Register.claimCount)))
              .& (before.read(.currentOwner, row) .!= 0)
              .& ((before.read(.currentMarks, row) & W(known: 1 << 6)) .== 0)
              .& (before.read(.currentBase, row) .< (wish.address &+ wish.size))
              .& (wish.address .< before.read(.currentEnd, row))
            return .!isTaken
          })
        return
      }
      if operation != .expire {
        explorer.prove(
          "a cell that runs and is not passive has been asked before \(operation), or has said that it is over",
          explorer.specifying {
            let isRunning = before.read(.phase, cell) .== W(known: Phase.running)
            let listens =
              (cell .< m.capacity(.phase)) .& isRunning .& ((before.read(.cellFlags, cell) & 1) .== 0)
            let isOver = m.noted["state"].map { 2 .<= $0 } ?? .known(false)
            return listens ==> (isOver .| before.read(.talk, cell).has(1 << 33))
          })
      }
      explorer.prove(
        "every CPU of the cell's stands still when \(operation) begins",
        explorer.specifying {
          (isCPU(m, before, cpu, of: cell, row) .& (cpu .!= m.argument("cpu")))
            ==> (m.peek(.stood, cpu) .== 1)
        })
    }
    m.afterTransition = { operation, isDone in
      explorer.assume(explorer.specifying { m.registersAreSound })
      m.noted["done"] = isDone ? 1 : 0
    }
  }

  /// Row `row` of the ledger at that moment says that the CPU is the cell's.
  private static func isCPU(
    _ m: SymbolicMachine, _ tables: Snapshot, _ cpu: W, of cell: W, _ row: W
  ) -> SymbolicTruth {
    (row .< tables.read(.registers, W(known: Register.claimCount))) .& (cpu .< m.capacity(.occupant))
      .& (tables.read(.currentOwner, row) .== cell) .& (tables.read(.currentBase, row) .== ((2 << 60) &+ cpu))
  }

  /// A CPU that runs neither root nor is the cell's is not held up, and this CPU not by itself.
  private static func leaveBystandersAlone(_ m: SymbolicMachine) {
    let explorer = m.explorer
    let (before, caller, bystander) = (m.snapshot, m.argument("cpu"), m.any("bystander"))
    let isOne = explorer.specifying { before.read(.occupant, bystander) .!= 0 }
    // It is the cell's by no row: said of each row that the code comes to.
    m.definitions[.markCell] = { i in
      // Creating is about no cell that there is.
      let cell = W.choose((m.noted["code"] ?? 0) .== 1, W(known: Owner.hypervisor), m.noted["cell"] ?? 0)
      // Root's rows name every CPU, and are no reason to hold one.
      return [isOne ==> .!((cell .!= 0) .& isCPU(m, before, bystander, of: cell, i))]
    }
    for loop in [Loop.markRoot, .markCell] {
      m.annotations[loop] = { i, _ in
        let isReached = loop == .markCell ? SymbolicTruth.known(true) : bystander .< i
        let isCallerReached = loop == .markCell ? SymbolicTruth.known(true) : caller .< i
        return
          ((isReached .& isOne .& (bystander .< m.capacity(.occupant)))
          ==> (m.peek(.standing, bystander) .== 0))
          .& ((isCallerReached .& (caller .< m.capacity(.occupant))) ==> (m.peek(.standing, caller) .== 0))
      }
    }
    m.onHold = { cpu in
      explorer.prove(
        "who is held is not the one that holds, nor a bystander",
        explorer.specifying { (cpu .!= caller) .& (isOne ==> (cpu .!= bystander)) })
    }
  }

  /// What was seen of the guest, and what came of it, before tables are looked at.
  private static func showAnswer(_ proof: PathProof, _ rip: W, _ isDone: Bool) {
    let (m, explorer) = (proof.machine, proof.explorer)
    let next = explorer.specifying { rip &+ m.vmcs(.instructionLength) }
    let goesOn = explorer.specifying {
      (m.vmcs(.guestRIP) .== next) .| (m.vmcs(.guestRIP) .== (next & 0xffff_ffff))
    }
    // Where the lock is taken a start-up interrupt may have come, for which "cpus-settle" and "exits-stay-inside" speak.
    let begins = m.attempts.isEmpty && m.writtenFields.contains(.guestCS)
    let repeats = explorer.specifying {
      .known(begins)
        .| ((m.vmcs(.guestRIP) .== rip) .& (m.guest(.rax) .== (m.noted["rax"] ?? 0)))
    }
    let isLeaving = m.noted["leaves"]?.number == 1
    let isFinal = m.attempts.contains { $0 != .expire }
    if isFinal {
      explorer.prove("the guest goes on behind its hypercall", goesOn)
      proof.prove("the guest is told 0 where it is done, else an errno") {
        let errno = 0 &- m.guest(.rax)
        return isDone ? errno .== 0 : (0 .< errno) .& (errno .< 4096)
      }
    } else if !isLeaving {
      proof.prove("the guest makes its hypercall again, or is told an errno") {
        let errno = 0 &- m.guest(.rax)
        return repeats .| (goesOn .& (0 .< errno) .& (errno .< 4096))
      }
    }
    if isLeaving {
      explorer.mark("leaves")
      proof.prove("a CPU leaves only what is disabled") {
        let wasDisabled = proof.before.read(.registers, W(known: Register.enabled)) .== 0
        return wasDisabled .| .known(isDone && m.attempts == [.disable])
      }
      proof.prove("who leaves is told 0") { goesOn .& (m.guest(.rax) .== 0) }
    }
  }

  /// Nothing was attempted: the cell was asked, or its answer looked for, or nothing could be done.
  private static func showAsking(_ proof: PathProof, _ code: W, _ cell: W) {
    let (m, explorer) = (proof.machine, proof.explorer)
    let (now, before) = explorer.specifying { (m.peek(.talk, cell), proof.before.read(.talk, cell)) }
    let isAbout = explorer.specifying { cell .< m.capacity(.phase) }
    if m.addressed.isEmpty {
      explorer.mark(m.writtenFields.contains(.guestRIP) ? "the cell refuses" : "looks")
    } else {
      explorer.mark("asks")
      proof.prove("who is told something is the cell that it is about, which runs and is not passive") {
        let isRunning = m.peek(.phase, cell) .== W(known: Phase.running)
        let isCell = m.addressed.reduce(SymbolicTruth.known(true)) { $0 .& ($1 .== cell) }
        return isCell .& isAbout .& isRunning .& ((m.peek(.cellFlags, cell) & 1) .== 0)
      }
    }
    proof.prove("an answer is looked for once more, or not any more, or it is the first time") {
      isAbout ==> ((now .== before) .| (now .== (before &+ 1)) .| (now .== 0) .| (now .== W(known: 1 << 33)))
    }
    proof.prove("and no more often than the bound says") {
      let looks = now & 0xffff_ffff
      let isOnce = isAbout .& (now .== (before &+ 1)) .& (before .!= 0)
      return isOnce ==> (looks .<= (1 << 20))
    }
  }

  /// Each word that a cell is told is the right one at that time. Before anything is attempted: the cell that the request is about (`create` is about none) is to shut
  /// down, and runs. It has been silent: that it has failed. It is started: what stands on its page. Another has come or gone: a cell that runs, is not passive and owes no answer
  /// hears so. Root is never told anything. (That each such cell hears the news is not said here.)
  private static func watchWhatIsTold(_ m: SymbolicMachine) {
    let (state, message, reply) = (2 as UInt64, 3 as UInt64, 4 as UInt64)
    m.explorer.expect("the news is told")
    m.onTell = { cell, word, value in
      let operation = m.attempts.last
      if operation == .create || operation == .destroy { m.explorer.mark("the news is told") }
      m.explorer.prove(
        "who is told something is the cell that it is about, or hears that another has come or gone",
        m.explorer.specifying {
          let isAbout =
            cell .== W.choose((m.noted["code"] ?? 0) .== 1, W(known: Owner.hypervisor), m.noted["cell"] ?? 0)
          let listens =
            (m.peek(.phase, cell) .== W(known: Phase.running)) .& ((m.peek(.cellFlags, cell) & 1) .== 0)
          let isCleared = .known(word == reply) .& (value .== 0)
          let isRight: SymbolicTruth
          switch operation {
          case nil: isRight = isAbout .& listens .& (word == message ? value .== 1 : isCleared)
          case .expire: isRight = isAbout .& .known(word == state) .& (value .== 3)
          case .start:
            // "JHCO"; "MM" and 2; nothing said, nothing answered.
            let begins: [UInt64] = [0x4f43_484a, 0x0002_4d4d, 0, 0, 0]
            isRight = isAbout .& (word < 5 ? value .== W(known: begins[Int(word)]) : .known(word < 19))
          case .create, .destroy:
            let isNews = word == message ? value .== 2 : isCleared
            isRight = listens .& isNews .& (m.peek(.talk, cell) .== 0)
          default: isRight = .known(false)
          }
          return (cell .!= 0) .& isRight
        })
    }
  }

  private static func showManaged(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    guard let rip = m.noted["rip"], let code = m.noted["code"], let cell = m.noted["cell"] else { return }
    let isDone = m.noted["done"]?.number == 1
    explorer.prove("the lock is free", .known(!m.isLocked))
    let operation = m.attempts.first
    explorer.mark(operation == nil ? "taken" : isDone ? "done \(operation ?? .create)" : "refused")
    explorer.prove("at most one transition", .known(m.attempts.count <= 1))
    // What is refused puts no tables in force; what is done, root's.
    FieldFrame.show(proof, tablesOf: isDone ? W(known: Owner.root) : nil)
    let cpu = m.arbitrary(Ghost.cpu)
    if !isDone {
      for table in SymbolicMachine.state + [.ports, .launch] {
        explorer.prove("\(table) is as it was", m.isUnchanged(table, since: proof.before))
      }
    }
    proof.prove("each CPU that stands still now did so before") {
      (cpu .< m.capacity(.occupant))
        ==> ((m.peek(.stood, cpu) .== 1) ==> (proof.before.read(.stood, cpu) .== 1))
    }
    showAnswer(proof, rip, isDone)
    if operation == nil { showAsking(proof, code, cell) }
    if let operation {
      proof.prove("what is done is what was asked for") {
        switch operation {
        case .create: code .== 1
        case .start: code .== 2
        case .setLoadable: code .== 3
        case .destroy: code .== 4
        case .disable: code .== 0
        case .expire: (2 .<= code) .& (code .<= 4)
        default: .known(false)
        }
      }
    }
    if operation == .disable { return }
    guard isDone, let operation else { return }
    explorer.prove("this CPU has dropped its translations", .known(m.isFlushed))
    proof.prove("this CPU goes on by root's tables in force") {
      FieldFrame.isOwn(m, .eptPointer, W(known: Owner.root))
    }
    if operation == .create {
      proof.prove("a port that the new cell names is open to it, unless it is 0x64") {
        let (row, port) = (m.arbitrary(Ghost.oldRow), m.arbitrary(Ghost.bit))
        let cell = m.peek(.currentOwner, row)
        let resource = W(known: 1 << 60) &+ port
        let (base, end) = (m.peek(.currentBase, row), m.peek(.currentEnd, row))
        let word = (cell << 10) &+ (port >> 6)
        let isNamed =
          (row .< m.peek(.registers, W(known: Register.claimCount))) .& (port .< 0x1_0000)
          .& ((base >> 60) .== 1) .& (base .<= resource) .& (resource .< end)
          .& (cell .== (m.noted["created"] ?? 0)) .& (0 .< cell) .& (cell .< m.capacity(.phase))
          // Any word of bitmaps: the one that this is about.
          .& (m.arbitrary(Ghost.resource) .== word)
        let isOpen = ((m.peek(.ports, word) >> (port & 63)) & 1) .== 0
        return (isNamed .& (port .!= 0x64)) ==> isOpen
      }
    }
    proof.prove(
      "a pin is masked, or was entered by a cell that runs, not by the one that begins or ends, for its own CPUs"
    ) {
      let index = m.arbitrary(Ghost.resource) & W(known: 16 * 128 - 1)
      let (entry, other) = (m.peek(.redirection, index), m.arbitrary(Ghost.cpu))
      func register(_ number: UInt64) -> W { m.peek(.registers, W(known: number)) }
      // A pin of one of root's chips, of x86.
      let isPin =
        (register(Register.enabled) .== 1) .& (register(Register.architecture) .== 0)
        .& ((index >> 7) .< register(Register.chipsCount)) .& ((index & 127) .< 120)
      let owner = (entry >> 18) & 0xffff_ffff
      let isRunning = (owner .< m.capacity(.phase)) .& (m.peek(.phase, owner) .== 3)
      let isPlain = (((entry >> 8) & 7) .<= 1) .& (16 .<= (entry & 0xff))
      // In a set (bit 11): the arbitrary CPU, where its bit is set.
      let isNamed = (other .< 8) .& entry.has(1 << 11) .& ((((entry >> 56) >> other) & 1) .== 1)
      let isInside = isNamed ==> (m.peek(.occupant, other) .== owner)
      let isOthers = operation == .create ? SymbolicTruth.known(true) : owner .!= cell
      return isPin ==> (entry.has(1 << 16) .| (isRunning .& isPlain .& isInside .& isOthers))
    }
    if operation == .create || operation == .destroy {
      proof.prove("a port that somebody takes is closed to root") {
        let (row, port) = (m.arbitrary(Ghost.oldRow), m.arbitrary(Ghost.bit))
        let resource = W(known: 1 << 60) &+ port
        let (base, end) = (m.peek(.currentBase, row), m.peek(.currentEnd, row))
        let isTaken =
          (row .< m.peek(.registers, W(known: Register.claimCount))) .& (port .< 0x1_0000)
          .& ((base >> 60) .== 1) .& (base .<= resource) .& (resource .< end)
          .& (m.peek(.currentOwner, row) .!= 0) .& ((m.peek(.currentMarks, row) & W(known: 1 << 6)) .== 0)
        return isTaken ==> (((m.peek(.ports, port >> 6) >> (port & 63)) & 1) .== 1)
      }
    }
    if operation == .start {
      proof.prove("the cell has chosen no register of what it reaches by an index") {
        let (cell, chip) = (m.noted["cell"] ?? 0, m.arbitrary(Ghost.bit))
        let isIndex = (cell .< m.capacity(.phase)) .& (chip .< 16)
        return isIndex
          ==> ((m.peek(.configAddress, cell) .== 0) .& (m.peek(.chipIndex, (cell << 4) &+ chip) .== 0))
      }
    }
    let isNew = operation == .start || operation == .destroy
    proof.prove("the cell's CPUs \(isNew ? "begin anew" : "go on")") {
      let row = m.arbitrary(Ghost.oldRow)
      let (now, before) = (m.peek(.launch, cpu), proof.before.read(.launch, cpu))
      let isCells = isCPU(m, proof.before, cpu, of: cell, row) .& (cpu .!= m.argument("cpu"))
      return isNew ? isCells ==> (now .== (before &+ 1)) : now .== before
    }
  }

  private static func showFailed(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    explorer.prove("the lock is free", .known(!m.isLocked))
    explorer.mark(m.noted["parks"]?.number == 1 ? "fails" : "taken")
    if m.attempts.contains(.fail) { explorer.mark("the cell fails") }
    explorer.prove(
      "the CPU is parked where it got as far as that",
      .known(m.attempts.isEmpty || m.noted["parks"]?.number == 1))
    explorer.prove(
      "only these", .known(m.attempts.allSatisfy { $0 == .failCPU || $0 == .fail }))
    if m.attempts.isEmpty {
      for table in SymbolicMachine.state {
        explorer.prove("\(table) is as it was", m.isUnchanged(table, since: proof.before))
      }
    }
    for table in [Table.ports, .launch, .standing, .stood] {
      explorer.prove("\(table) is as it was", m.isUnchanged(table, since: proof.before))
    }
    if m.writtenFields.contains(.guestRIP) && !m.writtenFields.contains(.guestCS) {
      showDone(proof)
    } else {
      explorer.prove("nothing is noted", m.isUnchanged(.notes, since: proof.before))
      FieldFrame.show(proof)
    }
  }

  /// This is root's, in a dry run.
  private static func isDryRoot(_ m: SymbolicMachine, _ cell: W) -> SymbolicTruth {
    (cell .== W(known: Owner.root)) .& (m.peek(.platform, 4) .!= 0)
  }
  /// The resource is kept from root: the hypervisor's own memory, a port that is the hypervisor's.
  private static func isKept(_ m: SymbolicMachine, _ resource: W) -> SymbolicTruth {
    let row = m.arbitrary(Ghost.oldRow)
    let pool = m.peek(.pool, W(known: PoolWord.start)) << 12
    func names(_ resource: W) -> SymbolicTruth {
      (m.peek(.currentBase, row) .<= resource) .& (resource .< m.peek(.currentEnd, row))
    }
    return (row .< m.peek(.registers, W(known: Register.claimCount)))
      .& (m.peek(.currentOwner, row) .== W(known: Owner.hypervisor)) .& names(resource)
      .& (((resource >> 60) .!= 0) .| names(pool))
  }

  /// Shows that a byte of memory may be touched in place of a guest of `cell`: any of its page.
  private static func mayBeTouched(_ m: SymbolicMachine, _ cell: W, _ address: W) {
    m.explorer.prove(
      "in a guest's place only root's dry run touches memory, and not the hypervisor's",
      m.explorer.specifying {
        let byte = (address & W(known: ~0xfff)) | (m.arbitrary(Ghost.bit) & 0xfff)
        return isDryRoot(m, cell) .& .!isKept(m, byte)
      })
  }
  /// Shows that a port may be touched so in place of a guest of `cell`.
  private static func mayBeTouched(
    _ m: SymbolicMachine, _ cell: W, _ port: W, _ width: W, _ move: PortMove
  ) {
    let (explorer, address) = (m.explorer, m.noted["address"])
    explorer.prove(
      "in a guest's place only root's dry run touches ports, none that is kept, nor what resets the machine, nor a bridge",
      explorer.specifying {
        let isFunction = m.own(.stop) .== 8
        // Of a function: the one that the guest had chosen, as it had, or its class; and its data as the guest has asked.
        let chosen = m.own(.stopAddress) & 0x00ff_fffc
        let its = (m.vmcs(.qualification) >> 16) & 0xffff
        let one = port &+ (m.arbitrary(Ghost.bit) & 3)
        let isReached = one .< (port &+ width)
        let isOpen = isReached ==> .!isKept(m, W(known: 1 << 60) | one)
        let hasKeyboard = (port .<= 0x64) .& (0x64 .< (port &+ width))
        switch move {
        case .read:
          let isClass = (port .== 0xcfc) .& (width .== 4) .& .known(address != nil)
          return isDryRoot(m, cell)
            .& SymbolicTruth.choose(isFunction, isClass .| (port .== its), isOpen .& (port .== its))
        case .written(let value):
          let isName =
            (port .== 0xcf8) .& (width .== 4)
            .& ((value .== (0x8000_0000 | chosen)) .| (value .== (0x8000_0008 | (chosen & 0x00ff_ff00))))
          let isData =
            (port .== its) .& .known(m.isLocked) .& ModeratedPorts.mayWrite(m, address)
            .& .known(address != nil) .& ((address ?? 0) .== (0x8000_0000 | chosen))
          let isCommand = hasKeyboard ==> ((width .== 1) .& ModeratedPorts.isHarmless(value))
          return isDryRoot(m, cell)
            .& SymbolicTruth.choose(isFunction, isName .| isData, isOpen .& isCommand .& (port .== its))
        }
      })
    switch move {
    case .written(let value): m.noted["address"] = value
    case .read(let value): ModeratedPorts.noteClass(m, port, width, value, at: address)
    }
  }

  /// An access of root's was made in its place.
  private static func showDone(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    explorer.prove("nothing fails", .known(m.attempts.isEmpty && m.noted["parks"]?.number == 0))
    let guests: Set<VMCSField> = [.guestRIP, .guestRSP, .interruptibility]
    explorer.prove("no field but the guest's own is written", .known(m.writtenFields.isSubset(of: guests)))
    explorer.prove(
      "it is noted", .!m.isUnchanged(.notes, since: proof.before) .| .known(!m.writes(to: .notes).isEmpty))
    proof.prove("the guest goes on behind the instruction") {
      let decoded = (m.results[.decode] as? Instruction<W>)?.length ?? m.vmcs(.instructionLength)
      let next = (m.noted["rip"] ?? 0) &+ decoded
      return (m.vmcs(.guestRIP) .== next) .| (m.vmcs(.guestRIP) .== (next & 0xffff_ffff))
    }
  }
}
