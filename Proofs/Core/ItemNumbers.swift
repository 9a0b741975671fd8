// SPDX-License-Identifier: Apache-2.0
// The numbers of a configuration's items: regions first, then cache shares, lines (128 a chip), ports, functions, streams
// and CPU bits (eight a byte). Every element has one number, and every number below the total is one element's.

import Core
import Symbolic

/// The items of one configuration.
struct ItemNumbers {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let source: ItemSource<W>

  /// How many items there are of each kind, in the order of their numbers.
  var counts: [(kind: String, count: W)] {
    let l = source.layout
    return [
      ("region", l.memory.count), ("cache share", l.caches.count), ("line", l.chips.count.times(128)),
      ("port range", l.ports.count), ("function", l.devices.count), ("stream", l.streams.count),
      ("CPU bit", l.cpus.count.times(8)),
    ]
  }
  /// How many items there are.
  var total: W { counts.reduce(0) { $0 &+ $1.count } }

  /// For each kind, whether item `t` is of that kind, and its number among those.
  func kinds(of t: W) -> [(kind: String, isKind: SymbolicTruth, index: W)] { Self.kinds(of: t, counts) }

  static func kinds(
    of t: W, _ counts: [(kind: String, count: W)]
  ) -> [(kind: String, isKind: SymbolicTruth, index: W)] {
    var rest = t
    var isLater = SymbolicTruth.known(true)
    return counts.map { kind, count in
      let result = (kind, isLater .& (rest .< count), rest)
      isLater = isLater .& .!(rest .< count)
      rest = rest &- count
      return result
    }
  }

  /// For each kind, that `claim` is exactly what the bytes say of item `t`, if `t` is of that kind.
  func exact(_ claim: Claim<W>, of t: W) -> [StepFact.Part] {
    return kinds(of: t).enumerated().map { number, item in
      let exact = ExactItem(
        machine: machine, index: item.index, layout: source.layout, claimant: source.claimant, claim: claim)
      let facts = source.facts ?? .none
      let parts =
        switch number {
        case 0: exact.memory()
        case 1: exact.cache(facts)
        case 2: exact.pin(facts)
        case 3: exact.port(facts)
        case 4: exact.device()
        case 5: exact.stream(facts)
        default: exact.cpu(facts)
        }
      return (item.kind, item.isKind ==> parts.reduce(.known(true)) { $0 .& $1.truth })
    }
  }
}

/// That every element has one number, and every number is one element's: whatever the counts, if they are those of a layout.
struct ItemsAreElements {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  private var explorer: Explorer { machine.explorer }

  /// Shows, for an arbitrary element of each kind, that one number is its, and that it is below what the core counts; and for
  /// an arbitrary number below that, that it is some element's. Step by step, with a name for every sum: solvers find it
  /// hard to compare sums of seven words.
  func show() {
    let layout = machine.anyLayout(.cell)
    let source = ItemSource(layout, nil, machine.anyClaimant(isRoot: false))
    let numbers = ItemNumbers(machine: machine, source: source)
    let known = explorer.specifying { numbers.counts }
    if explorer.fork("layout") {
      explorer.assume(explorer.specifying { layout.isInside() })
      for item in known { explorer.prove("counts are small", item.count .<= Self.most) }
      let (total, core) = explorer.specifying { (numbers.total, Items(layout).count) }
      explorer.prove("the core counts all items", core .== total)
      return
    }
    // From here on any counts that are small.
    let counts = known.map { (kind: $0.kind, count: machine.any($0.kind)) }
    for item in counts { explorer.assume(item.count .<= Self.most) }
    // `behind[k]`: how many items there are of kind `k` and of those that follow.
    var behind: [W] = [0]
    for (number, item) in counts.reversed().enumerated() {
      behind.insert(named("behind", item.count &+ behind[0]), at: 0)
      explorer.prove("sums are small", behind[0] .<= W(known: UInt64(number + 1) << 29))
    }
    for (position, item) in counts.enumerated() where explorer.fork(item.kind) {
      return showElement(position, counts, behind)
    }
    showNumber(counts, behind)
  }

  private static var most: W { W(known: 1 << 29) }

  /// A number below the total is that of an element: what is left of it after each kind is below what follows.
  private func showNumber(_ counts: [(kind: String, count: W)], _ behind: [W]) {
    var rest = machine.any("number")
    explorer.assume(rest .< behind[0])
    for (position, item) in counts.enumerated() {
      if (rest .< item.count).isTrue { return }
      rest = named("rest", rest &- item.count)
      explorer.prove("the rest belongs to what follows", rest .< behind[position + 1])
    }
    explorer.prove("each item is an element", .known(false))
  }

  /// An arbitrary element of kind `position` is the item that so many before it make it.
  private func showElement(_ position: Int, _ counts: [(kind: String, count: W)], _ behind: [W]) {
    let element = machine.any("element")
    explorer.assume(element .< counts[position].count)
    var sums = [element]
    explorer.prove("it is below what follows", element .< behind[position])
    for before in (0..<position).reversed() {
      let count = counts[before].count
      generally("it is none of those before, and below what follows", at: sums[0]) {
        ($0 .< behind[before + 1]) ==> ((count .<= (count &+ $0)) .& ((count &+ $0) .< behind[before]))
      }
      sums.insert(count &+ sums[0], at: 0)
    }
    let kinds = explorer.specifying { ItemNumbers.kinds(of: sums[0], counts) }
    for before in 0...position {
      explorer.prove("what is left of its number", kinds[before].index .== sums[before])
    }
    explorer.prove("each \(kinds[position].kind) is an item", kinds[position].isKind)
  }

  /// Shows a law for any word, and from then on takes it for granted of `word`.
  private func generally(_ name: String, at word: W, _ law: (W) -> SymbolicTruth) {
    explorer.prove(name, law(machine.any("any word")))
    explorer.assume(law(word))
  }

  /// A new name for a word.
  private func named(_ name: String, _ word: W) -> W {
    let result = machine.any(name)
    explorer.assume(result .== word)
    return result
  }
}
