// SPDX-License-Identifier: Apache-2.0
// A moment between two requests, as far as tables depend on it.

/// Which cells there are, and which of them root may load.
struct Moment: Hashable, Sendable {
  /// Members besides root that have been created and not destroyed.
  var living: Set<Int> = []
  /// Of these, the ones that are loadable: root has their loadable regions meanwhile.
  var loadable: Set<Int> = []
}

/// A request to the hypervisor, about a member.
enum TableStep: Sendable {
  case enable
  case create(Int)
  case setLoadable(Int)
  case load(Int)
  case start(Int)
  case shutDown(Int)
  case destroy(Int)
  case disable

  /// The moment after it, if it is carried out.
  func after(_ moment: Moment) -> Moment {
    var next = moment
    switch self {
    case .enable, .load, .shutDown: break
    case .create(let cell): next.living.insert(cell)
    case .setLoadable(let cell): next.loadable.insert(cell)
    case .start(let cell): next.loadable.remove(cell)
    case .destroy(let cell):
      next.living.remove(cell)
      next.loadable.remove(cell)
    case .disable: next = Moment()
    }
    return next
  }
}

/// The orders in which a set's cells live while tables are looked at.
///
/// Tables depend on the claims in force, the order of their rows, and on who is loadable. So that every such difference is met: each set of
/// cells that can live together (up to four cells: all sets; root's tree is all that differs), each set of loadable cells among all, rows
/// in file order and in reverse order and moved by a destroyed cell, and pages of the pool taken fresh and taken again. With more cells
/// the sets are those of one cell more or less; with more than eight, all are created, loadable, started and destroyed together, and looked at
/// a few times. Whatever is not met is what the theorems "trees-are-the-ledger" and "tables-after-…" are about; here the same text runs
/// that they speak of.
enum TablePlan {
  /// Up to so many cells every set of them is met; up to so many, one after the other goes through its life.
  static let everySet = 4
  static let each = 8

  /// A request, and whether all tables are read back after it.
  typealias Step = (step: TableStep, looks: Bool)

  /// The lives, each from enable to disable.
  static func lives(of cells: [Int]) -> [[Step]] {
    if cells.count > each { return [together(cells)] }
    let more = 2...everySet ~= cells.count ? [everySet(cells)] : []
    return ([inFileOrder(cells), inReverse(cells)] + more).map { $0.map { ($0, true) } }
  }

  /// All are created, all are loadable, all started, all destroyed; looked at when half of them and when all are so far.
  private static func together(_ cells: [Int]) -> [Step] {
    func all(_ make: (Int) -> TableStep) -> [Step] {
      cells.enumerated().map { (make($1), $0 == cells.count / 2 || $0 == cells.count - 1) }
    }
    return [(.enable, true)] + all { .create($0) } + all { .setLoadable($0) }
      + cells.map { (.load($0), false) }
      + all { .start($0) } + all { .destroy($0) } + [(.disable, false)]
  }

  /// One cell after the other is created and lives; then they go in file order.
  private static func inFileOrder(_ cells: [Int]) -> [TableStep] {
    var steps: [TableStep] = [.enable] + cells.map { .create($0) }
    for cell in cells {
      steps += [
        .setLoadable(cell), .load(cell), .start(cell), .shutDown(cell), .start(cell), .setLoadable(cell),
        .load(cell),
        .start(cell),
      ]
    }
    return steps + cells.map { .destroy($0) } + [.disable]
  }

  /// The other order; all are loadable at once; each is replaced while the others run; the last go while they are loadable.
  private static func inReverse(_ cells: [Int]) -> [TableStep] {
    var steps: [TableStep] = [.enable] + cells.reversed().map { .create($0) }
    steps += cells.map { .setLoadable($0) } + cells.map { .load($0) } + cells.reversed().map { .start($0) }
    steps += cells.flatMap { [TableStep.destroy($0), .create($0)] }
    return steps + cells.map { .setLoadable($0) } + cells.reversed().map { .destroy($0) } + [.disable]
  }

  /// Every set of living cells, then every set of loadable ones, each a step from the one before (a Gray code).
  private static func everySet(_ cells: [Int]) -> [TableStep] {
    var steps: [TableStep] = [.enable]
    for (cell, enters) in changes(cells) { steps.append(enters ? .create(cell) : .destroy(cell)) }
    // The last set of the code has one cell; the others come back.
    steps += cells.dropLast().map { .create($0) }
    for (cell, enters) in changes(cells) {
      steps += enters ? [.setLoadable(cell), .load(cell)] : [.start(cell)]
    }
    return steps + cells.map { .destroy($0) } + [.disable]
  }

  /// What enters or leaves, from the empty set on, until every set was there.
  private static func changes(_ cells: [Int]) -> [(cell: Int, enters: Bool)] {
    (1..<(1 << cells.count)).map { number in
      let bit = number.trailingZeroBitCount
      return (cells[bit], ((number ^ (number >> 1)) >> bit) & 1 == 1)
    }
  }
}
