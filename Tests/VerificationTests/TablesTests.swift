// SPDX-License-Identifier: Apache-2.0
// Tables that are built, read back and confirmed: every shipped machine; each property refuted once; questions against an oracle that tries
// one address after the other; windows and plans leave nothing out. (That a fault of the builder is found: Tests/Mutants/verify-tables.mutants.)

import CellConfig
import Testing
import TestSupport

@testable import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct TablesTests {
  static let configs: [String: [String]] = {
    let root = testFolder.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/configs"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []).filter {
      $0.hasSuffix(".cell")
    }
    return ["bochs", "qemu-q35", "xeon-d"].reduce(into: [:]) { sets, machine in
      sets[machine] = names.filter { $0.hasPrefix(machine) }.sorted().map { root + "/" + $0 }
    }
  }()

  @Test(arguments: configs.keys.sorted())
  func shippedMachinesAreConfirmed(_ machine: String) throws {
    let set = try #require(verified(Self.configs[machine] ?? []).sets.first)
    let tables = try #require(set.tables)
    #expect(tables.holds && set.isIsolated, "\(tables.faults) \(tables.undecided)")
    #expect(tables.steps > 60 && tables.moments > 60 && tables.tables > 200 && tables.questions > 15)
    #expect(tables.pages > 20 && tables.pages <= tables.bound && tables.bound <= tables.pool)
    #expect(set.proved.contains { $0.property == "P4" && $0.by.contains("tables") })
  }

  /// Its command port can reset the machine: it exits for a cell that has it, too, and that is as it should be.
  @Test func aCellMayHaveTheKeyboard() throws {
    let machine = try #require(Self.configs["bochs"]?.first { $0.hasSuffix("/bochs.cell") })
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).cell").path
    defer { try? FileManager.default.removeItem(atPath: file) }
    let text =
      "cell: keys\nmachine: bochs\ncpus: 2\nram: {size: 1M, at: 0x30100000}\ndevices: [keyboard]\n"
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    let set = try #require(verified([machine, file]).sets.first)
    let tables = try #require(set.tables)
    #expect(tables.holds && set.isIsolated, "\(tables.faults) \(tables.undecided)")
  }

  @Test func withoutTablesTheReportSaysSo() throws {
    var options = VerifyOptions()
    options.tables = false
    let set = try #require(verified(Self.configs["bochs"] ?? [], options).sets.first)
    #expect(set.tables == nil && set.isIsolated)
    #expect(set.uncovered.contains { $0.title == "page tables and bitmaps" })
    #expect(!set.proved.contains { $0.property == "P4" })
  }

  static let page: UInt64 = 0x1000
  static func window(
    _ said: [(UInt64, UInt64, UInt64, UInt64)], _ granted: [(UInt64, UInt64, UInt64, UInt64)],
    taken: [(UInt64, UInt64)] = [],
    forbidden: [(UInt64, UInt64)] = []
  ) -> TableWindow {
    TableWindow(
      first: 0, last: .max,
      stretches: said.map { Stretch(first: $0.0, last: $0.1, distance: $0.2, access: $0.3) },
      grants: granted.enumerated().map {
        Grant(first: $1.0, last: $1.1, distance: $1.2, access: $1.3, region: $0)
      }, taken: taken.map { MemoryRange(first: $0.0, last: $0.1) },
      forbidden: forbidden.map { MemoryRange(first: $0.0, last: $0.1) })
  }

  @Test func everyPropertyCanBeRefuted() throws {
    let asker = try #require(TableAsker())
    let one: (UInt64, UInt64, UInt64, UInt64) = (0x10_0000, 0x1f_ffff, 0x5000_0000, 0x37)
    #expect(asker.ask(Self.window([one], [one])) == .holds)
    func refuted(_ window: TableWindow) -> UInt64? {
      if case .refuted(let address, _) = asker.ask(window) { address } else { nil }
    }
    // A right more, a right less, one page more, one page less, another place, another memory type.
    for access: UInt64 in [0x33, 0x3f, 0x35, 0x2f] {
      let address = try #require(refuted(Self.window([(one.0, one.1, one.2, access)], [one])))
      #expect((one.0...one.1).contains(address))
    }
    #expect(
      refuted(Self.window([(one.0, one.1 + Self.page, one.2, one.3)], [one])).map { $0 > one.1 } == true)
    #expect(
      refuted(Self.window([(one.0, one.1 - Self.page, one.2, one.3)], [one])).map { $0 > one.1 - Self.page }
        == true)
    #expect(refuted(Self.window([(one.0, one.1, one.2 + Self.page, one.3)], [one])) != nil)
    // What is taken must not be there; what is taken is not missed.
    #expect(
      refuted(Self.window([one], [one], taken: [(0x1f_f000, 0x1f_ffff)])).map { $0 >= 0x1f_f000 } == true)
    #expect(
      asker.ask(Self.window([(one.0, 0x1f_efff, one.2, one.3)], [one], taken: [(0x1f_f000, 0x1f_ffff)]))
        == .holds)
    // A grant of what is forbidden is no excuse: by its last byte.
    let answer = asker.ask(
      Self.window([one], [one], forbidden: [(0x1000, 0x1fff), (0x501f_ffff, 0x6000_0000)]))
    #expect(answer == .refuted(address: 0x1f_ffff, forbidden: 1))
    // Nothing is granted, and something is there at the very end.
    #expect(refuted(Self.window([(.max - 0xfff, .max, 0, 0x31)], [])).map { $0 > .max - Self.page } == true)
  }

  /// The oracle: page after page.
  static func naive(_ window: TableWindow) -> Bool {
    (UInt64(0)..<80).allSatisfy { page in
      let address = page * Self.page
      let said = window.stretches.first { $0.first <= address && address <= $0.last }
      let isTaken = window.taken.contains { $0.first <= address && address <= $0.last }
      let due = isTaken ? nil : window.grants.first { $0.first <= address && address <= $0.last }
      guard said?.access == due?.access, said?.distance == due?.distance else { return false }
      guard let said else { return true }
      let host = address &+ said.distance
      return !window.forbidden.contains { $0.first < host + Self.page && host <= $0.last }
    }
  }

  @Test func agreesWithTheNaiveOracle() throws {
    let asker = try #require(TableAsker())
    var random = SplitMix(seed: 31)
    var seen: [Bool: Int] = [:]
    for _ in 0..<300 {
      func range() -> (UInt64, UInt64) {
        let first = UInt64.random(in: 0..<60, using: &random)
        let pages = UInt64.random(in: 1...10, using: &random)
        return (first * Self.page, (first + pages) * Self.page - 1)
      }
      let granted = (0..<Int.random(in: 0...3, using: &random)).map { _ -> (UInt64, UInt64, UInt64, UInt64) in
        let (first, last) = range()
        let distance: UInt64 = Bool.random(using: &random) ? 0x10_0000 : 0x20_0000
        return (first, last, distance, UInt64.random(in: 0x31...0x37, using: &random))
      }
      let taken = Bool.random(using: &random) ? [range()] : []
      // What is said is what is due, read page by page; sometimes with a fault.
      var said: [(UInt64, UInt64, UInt64, UInt64)] = []
      for page in UInt64(0)..<80 {
        let address = page * Self.page
        if taken.contains(where: { $0.0 <= address && address <= $0.1 }) { continue }
        if let grant = granted.first(where: { $0.0 <= address && address <= $0.1 }) {
          said.append((address, address + Self.page - 1, grant.2, grant.3))
        }
      }
      if Bool.random(using: &random), let index = said.indices.randomElement(using: &random) {
        if Bool.random(using: &random) {
          said[index].3 ^= 1 << UInt64.random(in: 0..<3, using: &random)
        } else {
          said.remove(at: index)
        }
      }
      let host = UInt64.random(in: 0x100...0x110, using: &random) * Self.page
      let forbidden = Int.random(in: 0..<4, using: &random) == 0 ? [(host, host + Self.page - 1)] : []
      let window = Self.window(said.filter { $0.3 != 0x30 }, granted, taken: taken, forbidden: forbidden)
      let holds = Self.naive(window)
      #expect((asker.ask(window) == .holds) == holds, "\(window)")
      seen[holds, default: 0] += 1
    }
    #expect(
      seen[true, default: 0] > 50 && seen[false, default: 0] > 50, "the sample shows one side only: \(seen)")
  }

  @Test func bitsAreComparedOneByOne() throws {
    let asker = try #require(TableAsker())
    func answer(_ open: ClosedRange<UInt64>) -> TableAnswer {
      asker.ask(
        BitQuestion(
          width: 16, first: 0, last: 0xffff,
          open: [MemoryRange(first: open.lowerBound, last: open.upperBound)],
          named: [MemoryRange(first: 0x2f8, last: 0x301)], taken: [MemoryRange(first: 0x300, last: 0x301)]))
    }
    #expect(answer(0x2f8...0x2ff) == .holds)
    #expect(answer(0x2f8...0x300) == .refuted(address: 0x300, forbidden: nil))
    #expect(answer(0x2f7...0x2ff) == .refuted(address: 0x2f7, forbidden: nil))
    #expect(answer(0x2f8...0x2fe) == .refuted(address: 0x2ff, forbidden: nil))
  }

  @Test func windowsLeaveNothingOut() {
    var random = SplitMix(seed: 5)
    for _ in 0..<100 {
      func range() -> MemoryRange {
        let first = UInt64.random(in: 0..<1 << 20, using: &random)
        return MemoryRange(first: first, last: first + UInt64.random(in: 0..<1 << 14, using: &random))
      }
      var due = Due()
      due.taken = (0..<Int.random(in: 0...40, using: &random)).map { _ in range() }
      due.forbidden = (0..<10).map { _ in (range(), .reachesHypervisor) }
      var read = ReadBack()
      read.stretches = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        let one = range()
        return Stretch(first: one.first, last: one.last, distance: 0x400, access: 0x37)
      }
      let windows = TableWindows(due).cut(read, due).map(\.window)
      #expect(windows.first?.first == 0 && windows.last?.last == .max)
      #expect(zip(windows, windows.dropFirst()).allSatisfy { $0.last + 1 == $1.first })
      for window in windows {
        func meets(_ first: UInt64, _ last: UInt64) -> Bool { first <= window.last && window.first <= last }
        #expect(window.taken.count == due.taken.count { meets($0.first, $0.last) })
        #expect(window.stretches.count == read.stretches.count { meets($0.first, $0.last) })
        // Whatever a stretch leads to inside the window and must not is asked about.
        for stretch in window.stretches {
          let (first, last) = (
            max(stretch.first, window.first) + 0x400, min(stretch.last, window.last) + 0x400
          )
          for (range, _) in due.forbidden where range.first <= last && first <= range.last {
            #expect(window.forbidden.contains(range))
          }
        }
      }
    }
  }

  @Test func everySetOfCellsIsMet() {
    // With many, every kind of request is looked at when all have come to it.
    let many = TablePlan.lives(of: Array(1...20)).flatMap { $0 }
    #expect(many.filter(\.looks).map(\.step.name).filter { $0 != "enable" }.count == 8 && many.count == 102)
    for count in 1...TablePlan.everySet {
      let cells = Array(1...count)
      var living: Set<Set<Int>> = []
      var loadable: Set<Set<Int>> = []
      for life in TablePlan.lives(of: cells) {
        var moment = Moment()
        for (step, _) in life {
          if let cell = step.cell, case .create = step { #expect(!moment.living.contains(cell)) }
          moment = step.after(moment)
          #expect(moment.loadable.isSubset(of: moment.living))
          if moment.loadable.isEmpty { living.insert(moment.living) }
          if moment.living.count == count { loadable.insert(moment.loadable) }
        }
        #expect(moment == Moment())
      }
      #expect(living.count == 1 << count && loadable.count == 1 << count)
    }
  }
}
