// SPDX-License-Identifier: Apache-2.0
// What theorems add to what the core's steps ensure. One list for all theorems: nothing can be taken for granted of a step
// that its own theorem does not show.

import Core
import Symbolic

/// The facts about steps.
enum StepFacts {
  typealias W = SymbolicWord

  /// Facts about the claim that a step makes of an item.
  private static func item(
    _ step: ProvedStep, _ parts: @escaping @Sendable (ExactItem, Facts<W>) -> [StepFact.Part]
  ) -> StepFact {
    StepFact(step) { m, use in
      guard let index = use.index, let source = use.context as? ItemSource<W>,
        let claim = use.result as? Claim<W>
      else { return unknown }
      let item = ExactItem(
        machine: m, index: index, layout: source.layout, claimant: source.claimant, claim: claim)
      return parts(item, source.facts ?? .none)
    }
  }
  /// A step was used in a way that its facts do not speak of: shown nowhere.
  private static let unknown: [StepFact.Part] = [("facts of the step", .known(false))]

  /// The step's claim is exact, whatever the item's kind.
  private static func dispatch(_ step: ProvedStep) -> StepFact {
    StepFact(step) { m, use in
      guard let t = use.index, let source = use.context as? ItemSource<W>, let claim = use.result as? Claim<W>
      else { return unknown }
      return ItemNumbers(machine: m, source: source).exact(claim, of: t).map {
        ("exact: \($0.name)", $0.truth)
      }
    }
  }

  /// The rows that a step adds are those of a configuration's items, or they are before and behind it.
  private static func added(_ step: ProvedStep, itemsOf item: ProvedStep) -> StepFact {
    @Sendable func old(_ m: SymbolicMachine) -> W { m.peek(.registers, W(known: Register.claimCount)) }
    return StepFact(step, restsOn: { m, _ in LedgerItems.rests(m, from: old(m), on: item) }) { m, use in
      guard let adding = use.result as? Adding<W> else { return unknown }
      // What is protected stands behind root's rows, which begin at 0.
      let isBehind = step == .protect
      return LedgerItems(
        machine: m, generation: .next, first: isBehind ? 0 : adding.first,
        end: isBehind ? adding.first : adding.count
      ).items(m.asked[item], from: old(m))
    }
  }
  private static let protected = StepFact(
    .protect, restsOn: { m, _ in LedgerItems.rests(m, from: 0, on: .protectedItem) }
  ) { m, use in
    guard let adding = use.result as? Adding<W> else { return unknown }
    return LedgerItems(machine: m, generation: .next, first: adding.first, end: adding.count)
      .protected(m.asked[.protectedItem])
  }

  /// All: items one by one, the readers, the ledger.
  static let all: [StepFact] = [
    item(.memoryItem) { item, _ in item.memory() }, item(.cacheItem) { $0.cache($1) },
    item(.pinItem) { $0.pin($1) }, item(.portItem) { $0.port($1) },
    item(.deviceItem) { item, _ in item.device() }, item(.streamItem) { $0.stream($1) },
    item(.cpuItem) { $0.cpu($1) }, dispatch(.cellItem), dispatch(.rootItem),
    added(.addCell, itemsOf: .cellItem), added(.protect, itemsOf: .rootItem), protected,
    StepFact(.protectedItem) { m, use in
      guard let item = use.index, let system = use.context as? SystemLayout<W>,
        let range = use.result as? Claim<W>
      else { return unknown }
      return ExactProtection(machine: m, item: item, system: system, range: range).parts
    },
    StepFact(.systemFacts) { m, use in
      guard let system = use.context as? SystemLayout<W>, let facts = use.result as? Facts<W> else {
        return unknown
      }
      return ExactFacts(machine: m, system: system, facts: facts).parts
    },
    StepFact(.readCell) { m, use in
      guard let layout = use.result as? CellLayout<W> else { return unknown }
      return ExactLayout.parts(m, layout, at: 0)
    },
    StepFact(.readSystem) { m, use in
      guard let system = use.result as? SystemLayout<W> else { return unknown }
      return ExactLayout.parts(m, system)
    },
  ]
}
