// SPDX-License-Identifier: Apache-2.0
// Theorem. While the hypervisor is enabled, at every moment between two transitions, for every cell that lives and every guest-physical
// address: a processor that walks the cell's tables in force, as the manual says that processors do,
//   - reads entries in the hypervisor's pool of pages and nowhere else, all of them of this cell's tables, and finds none misconfigured;
//   - if it ends in memory, then with no right that the model does not give the cell to the very byte where it ends (P4): of
//     the hypervisor's memory none (P2), of root's memory none that another cell's claim takes;
//   - and there, it ends where a row of the cell says, with that row's rights, all of them, and as write-back memory (P5);
//   - if it does not, then no row of the cell maps the address; or the cell is root, and another's row takes the memory (P5).
//
// It rests on the theorems "tables-after-…": what they keep is taken for granted here and nothing else. What a processor does
// (Processor.swift), what a row says, and who takes what (the model's `access`) is stated without a word of the code that builds tables.

import Core
import Models
import Symbolic

/// The theorem that processors see what the model says.
enum WalkersAgree {
  typealias W = SymbolicWord

  static let theorem = CoreTheorem(
    name: "walkers-agree",
    statement: """
      A processor that walks the tables in force of a living cell, as the manual says, ends in memory only where the model lets the cell, \
      with no more rights, and wherever and as a row of the cell says; it never reads an entry outside the pool, nor a misconfigured one.
      """,
    properties: ["P2", "P3", "P4", "P5"],
    run: { _ in }, success: show, keepsInvariant: false)

  /// A row of the ledger in force.
  private struct Row {
    let (base, end, owner, marks, guest): (W, W, W, W, W)
    init(_ m: SymbolicMachine, _ number: W) {
      base = m.peek(.currentBase, number)
      end = m.peek(.currentEnd, number)
      owner = m.peek(.currentOwner, number)
      marks = m.peek(.currentMarks, number)
      guest = m.peek(.currentGuest, number)
    }
    /// It maps the guest-physical address, for CPUs.
    func maps(_ address: W) -> SymbolicTruth {
      let isMemory = marks.has(Marks.mapped) .& .!marks.has(Marks.subPage)
      return isMemory .& ((marks & 7) .!= 0) .& (base .!= end) .& (guest .<= address)
        .& (address .< (guest &+ (end &- base)))
    }
    /// It has a byte of the page of 4 KiB, and does not leave it to root.
    func takes(_ page: W, _ m: SymbolicMachine) -> SymbolicTruth {
      let isHypervisors = owner .== W(known: Owner.hypervisor)
      let isOpen = marks.has(Marks.loadable) .& (m.peek(.phase, owner) .== W(known: Phase.loadable))
      return (owner .!= 0) .& (isHypervisors .| (.!marks.has(Marks.keepsRoot) .& .!isOpen))
        .& (base .< (page &+ 4096)) .& (page .< end)
    }
  }

  private static func show(_ proof: PathProof) {
    let (m, explorer) = (proof.machine, proof.explorer)
    let (tree, address) = (m.arbitrary(Ghost.tree), m.arbitrary(Ghost.address))
    let cell = tree >> 1
    // What transitions keep.
    let by = m.any("by")
    let row = explorer.universal("row")
    for ghost in [Ghost.tree, Ghost.address] { explorer.bind(m.arbitrary(ghost)) }
    explorer.assume(explorer.specifying { m.registersAreSound })
    explorer.assume(explorer.specifying { TreesStayTrue.holds(m, by: by, at: row) })
    let isAsked = explorer.specifying {
      (m.peek(.registers, W(known: Register.enabled)) .== 1) .& m.hasPool .& m.isInForce(tree)
    }
    explorer.assume(isAsked)

    let start = m.peek(.pool, W(known: PoolWord.start))
    let walk = explorer.specifying {
      ProcessorWalk(m, root: ((m.peek(.treeRoot, tree) &- 1) &+ start) << 12, to: address)
    }
    explorer.expect("a walk ends in memory")
    explorer.expect("a walk ends nowhere")
    let isMapped = explorer.fork("mapped")
    explorer.assume(isMapped ? walk.isMapped : .!walk.isMapped)
    explorer.mark(isMapped ? "a walk ends in memory" : "a walk ends nowhere")
    showThatItReadsTheTables(walk, m, explorer)
    // Of the row by which the tables speak the ledger's invariant holds, and that tables can say what it says.
    explorer.assume(explorer.specifying { proof.old.isClaim(by) })
    let ofItsRow = explorer.instances([(row, by)])
    ofItsRow.forEach(explorer.assume)
    let mine = Row(m, by)
    guard isMapped else {
      let here = Row(m, row)
      explorer.prove(
        "where it does not end, no row of the cell says that it does, or another's takes the memory from root",
        explorer.specifying {
          let isMine = (row .< proof.old.count) .& (here.owner .== cell) .& here.maps(address)
          let page = (here.base &+ (address &- here.guest)) & W(known: ~0xfff)
          let isTaken = (cell .== 0) .& (by .< proof.old.count) .& mine.takes(page, m)
          return isMine ==> isTaken
        })
      return
    }
    let ends = explorer.specifying {
      (by .< proof.old.count) .& (mine.owner .== cell) .& mine.maps(address)
        .& (walk.host .== (mine.base &+ (address &- mine.guest))) .& (walk.rights .== (mine.marks & 7))
        .& (walk.memoryType .== 6) .& (walk.ignoresPAT .== 0)
    }
    explorer.prove("where it ends a row of the cell says that it does, so and not otherwise", ends)
    showOnlyWhatTheModelGives(proof, walk, by: by, row: row, cell, because: [ends] + ofItsRow)
  }

  /// Shows, level by level, that the processor reads what the tables' own specification reads, and that nothing is wrong with it.
  private static func showThatItReadsTheTables(
    _ walk: ProcessorWalk, _ m: SymbolicMachine, _ explorer: Explorer
  ) {
    let (tree, address) = (m.arbitrary(Ghost.tree), m.arbitrary(Ghost.address))
    let start = m.peek(.pool, W(known: PoolWord.start))
    let root = m.peek(.treeRoot, tree) &- 1
    let walked = explorer.specifying { m.walk(root, address) }
    let tables: [(page: W, isThere: SymbolicTruth)] = [
      (root, .known(true)), (walked.page3, walked.has3 .== 1), (walked.page2, walked.has2 .== 1),
      (walked.page1, walked.has1 .== 1),
    ]
    for (number, (read, table)) in zip(walk.reads, tables).enumerated() {
      let page = explorer.specifying { (read.table >> 12) &- start }
      let index = explorer.specifying { (address >> W(known: 39 - 9 * UInt64(number))) & 511 }
      func show(_ what: String, _ truth: () -> SymbolicTruth) {
        explorer.prove("\(what): level \(4 - number)", explorer.specifying { read.isRead ==> truth() })
      }
      show("it comes as far as there are tables") { table.isThere }
      show("it reads the table that is there") { page .== table.page }
      show("it reads no entry outside the pool") { page .< m.capacity(.pageTree) }
      show("the tables that it reads are the cell's") { m.peek(.pageTree, page) .== (tree &+ 1) }
      show("it reads the slot that is there") { read.entry .== m.slot(table.page, index) }
    }
    explorer.prove("it reads no entry outside the pool", .!walk.leavesPool)
    explorer.prove("it finds no entry misconfigured", .!walk.isMisconfigured)
    explorer.prove(
      "it ends where the tables say",
      explorer.specifying {
        walk.isMapped .& ((walked.meaning & 7) .== walk.rights) .& (walk.rights .!= 0)
          .| .!walk.isMapped .& ((walked.meaning & 7) .== 0)
      })
    explorer.prove(
      "it ends as the tables say",
      explorer.specifying {
        walk.isMapped
          ==> ((walk.host .== ((walked.meaning & 0x000f_ffff_ffff_f000) | (address & 0xfff)))
            .& (walk.memoryType .== ((walked.meaning >> 3) & 7))
            .& (walk.ignoresPAT .== ((walked.meaning >> 6) & 1)))
      })
  }

  /// Shows that the model lets the cell do where the walk ends what the walk lets it do: by the row that says so; of root's memory, for
  /// no row of another cell's takes it, whichever the model chooses.
  private static func showOnlyWhatTheModelGives(
    _ proof: PathProof, _ walk: ProcessorWalk, by: W, row: W, _ cell: W, because reasons: [SymbolicTruth]
  ) {
    let (m, explorer) = (proof.machine, proof.explorer)
    let refinement = Refinement(proof)
    let (before, logic) = (refinement.before, refinement.logic)
    let holder = before.chosenHolder(walk.host)
    let mine = Row(m, by)
    // Names for two distances: what follows is arithmetic, and the smaller the words the quicker.
    let words = explorer.specifying { (m.arbitrary(Ghost.address) &- mine.guest, mine.end &- mine.base) }
    let (offset, length) = (explorer.name("offset", words.0), explorer.name("length", words.1))
    let names = explorer.specifying { [offset .== words.0, length .== words.1] }
    explorer.prove(
      "its offset lies in the row",
      explorer.specifying {
        (mine.base .< mine.end) .& (offset .< (mine.end &- mine.base))
          .& (walk.host .== (mine.base &+ offset))
      }, by: reasons + names)
    explorer.prove(
      "the row holds the byte", explorer.specifying { before.fits(by, cell, walk.host, .any) })
    let isRoot = explorer.fork("root")
    let isRoots = "a processor ends in \(isRoot ? "root's" : "another cell's") memory"
    explorer.expect(isRoots)
    explorer.assume(isRoot ? cell .== 0 : cell .!= 0)
    explorer.mark(isRoots)
    if isRoot {
      explorer.prove("root's memory lies where it says", walk.host .== m.arbitrary(Ghost.address))
      for kind in [Marking.any, .private_, .closed] {
        let taker = before.row(holder, walk.host, kind)
        explorer.prove(
          "where root's walk ends no row takes the memory from it",
          explorer.specifying {
            let page = walk.host & W(known: ~0xfff)
            return .!(before.fits(taker, holder, walk.host, kind) .& Row(m, taker).takes(page, m))
          }, given: explorer.instances([(row, taker)]) + [explorer.specifying { proof.old.isClaim(taker) }])
      }
      showThatRootHolds(proof, refinement, walk.host)
    }
    let rights: [(RightName, UInt64, UInt64)] = [
      (.read, 1, Marks.read), (.write, 2, Marks.write), (.execute, 4, Marks.execute),
    ]
    for (right, bit, mark) in rights {
      let isLet = explorer.specifying { (walk.rights & W(known: bit)) .!= 0 }
      let marking = Marking.right(mark)
      explorer.prove(
        "a row of the cell gives the right: \(right)",
        explorer.specifying { isLet ==> before.fits(by, cell, walk.host, marking) })
      explorer.prove(
        "it has no right, \(right), that the model does not give",
        explorer.specifying {
          let isGiven = before.state.access(
            refinement.term(cell), refinement.term(walk.host), logic.right(right))
          return isLet ==> SymbolicTruth(isGiven)
        }, given: [explorer.specifying { before.definition(by, cell, walk.host, marking) }])
    }
  }

  /// Shows that the model's holder of root's byte is root: no cell takes it, whichever the model chooses. (Step by step from the rows: in one
  /// piece the question is not answered at every attempt.)
  private static func showThatRootHolds(_ proof: PathProof, _ refinement: Refinement, _ host: W) {
    let (explorer, before) = (proof.explorer, refinement.before)
    let holder = before.chosenHolder(host)
    let (h, x) = (refinement.term(holder), refinement.term(host))
    func row(_ marking: Marking) -> W { before.row(holder, host, marking) }
    func meaning(_ marking: Marking) -> SymbolicTruth { before.meaning(holder, host, marking) }
    func has(_ marking: Marking) -> SymbolicTruth { before.has(holder, host, marking) }
    func show(_ what: String, given: () -> [SymbolicTruth] = { [] }, _ truth: () -> SymbolicTruth) {
      explorer.prove(what, explorer.specifying(truth), given: explorer.specifying(given))
    }
    for right in Marking.rights.map(Marking.right) {
      show("who has a right has a row") {
        [meaning(right), before.definition(row(right), holder, host, .any)]
      } _: {
        has(right) ==> has(.any)
      }
    }
    let state = before.state
    let isLiveGuest = explorer.specifying { SymbolicTruth(state.isGuest(h) .& state.live(h)) }
    show("no cell has a row that takes root's byte at all times") {
      [meaning(.closed), proof.old.isClaim(row(.closed))]
    } _: {
      .!(isLiveGuest .& has(.closed))
    }
    show("no cell has a row that takes root's byte now") {
      [
        meaning(.private_), proof.old.isClaim(row(.private_)),
        before.definition(row(.private_), holder, host, .loadable),
      ]
    } _: {
      .!(isLiveGuest .& has(.private_)) .| SymbolicTruth(state.open(h, x))
    }
    show("the hypervisor has no row of root's byte") {
      [meaning(.any), proof.old.isClaim(row(.any))]
    } _: {
      .!((holder .== W(known: Owner.hypervisor)) .& has(.any))
    }
    show("where root's walk ends the model's holder is root") {
      SymbolicTruth(state.holder(x) .== refinement.logic.root)
    }
  }
}
