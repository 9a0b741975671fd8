// SPDX-License-Identifier: Apache-2.0
// Compares two runs: for each cell what became reachable and unreachable, and whether the proof still holds.

import CellConfig
import Core

/// The comparison of one machine before and after a change.
public struct MachineDiff: Sendable {
  /// One cell's differences.
  public struct CellDiff: Sendable {
    /// Name of the cell; the root cell's is its name in the new files.
    public var name: String
    /// True where the old files have it.
    public var isOld: Bool
    /// True where the new files have it.
    public var isNew: Bool
    /// What it can reach more, less, or otherwise.
    public var changes: [Change]
  }
  /// Machine name.
  public var name: String
  /// Before; nil where the old files do not have the machine.
  public var old: SetOutcome?
  /// After; nil where the new files do not have the machine.
  public var new: SetOutcome?
  /// Cell by cell, root first.
  public var cells: [CellDiff]
  /// Findings that were not there before.
  public var newFindings: [Finding]
  /// Findings that are gone.
  public var goneFindings: [Finding]
}

/// Compares two runs machine by machine.
public func compare(_ old: Outcome, _ new: Outcome) -> [MachineDiff] {
  // With one machine on each side they are the same one, whatever they are called.
  if old.sets.count == 1, new.sets.count == 1 { return [diff(old.sets[0], new.sets[0])] }
  let olds = Dictionary(old.sets.map { ($0.title, $0) }, uniquingKeysWith: { first, _ in first })
  let news = Dictionary(new.sets.map { ($0.title, $0) }, uniquingKeysWith: { first, _ in first })
  return Set(olds.keys).union(news.keys).sorted().map { diff(olds[$0], news[$0]) }
}

private func diff(_ old: SetOutcome?, _ new: SetOutcome?) -> MachineDiff {
  func accesses(_ outcome: SetOutcome?) -> [String: [Access]] {
    var result: [String: [Access]] = [:]
    guard let outcome else { return result }
    for reach in outcome.reach {
      // Root is compared with root under any name.
      let member = outcome.set.members[reach.member]
      result[member.isRoot ? "" : member.name] = reach.accesses
    }
    return result
  }
  let (before, after) = (accesses(old), accesses(new))
  let cells = Set(before.keys).union(after.keys).sorted().map { name in
    MachineDiff.CellDiff(
      name: name.isEmpty ? ((new ?? old)?.set.root.name ?? "root") : name, isOld: before[name] != nil,
      isNew: after[name] != nil, changes: changes(from: before[name] ?? [], to: after[name] ?? []))
  }
  func key(_ finding: Finding) -> String { finding.code + "|" + finding.title }
  let (oldKeys, newKeys) = (Set((old?.findings ?? []).map(key)), Set((new?.findings ?? []).map(key)))
  return MachineDiff(
    name: (new ?? old)?.title ?? "", old: old, new: new, cells: cells,
    newFindings: (new?.findings ?? []).filter { !oldKeys.contains(key($0)) },
    goneFindings: (old?.findings ?? []).filter { !newKeys.contains(key($0)) })
}
