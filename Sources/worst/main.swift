// SPDX-License-Identifier: Apache-2.0
// worst choose LIST FOLDER…: takes the configurations of the folders and those of the list, finds out on the simulator what each comes to under the
// testbed, and writes the worst of them to the list. Folders are fuzzers' corpora; a file is a cell configuration, or nothing that could be one.

import Bed
import Foundation

/// The files of a folder, by name.
func files(_ folder: String) -> [[UInt8]] {
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
  return names.sorted().compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)") }.map(Array.init)
}

/// As it is; and as the driver hands it over, which says which cell it is to be.
func forms(_ bytes: [UInt8]) -> [[UInt8]] {
  var numbered = bytes
  CellBlob.number(&numbered, Bed.free)
  return [bytes, numbered].map(CellBlob.trimmed)
}

/// What it comes to at each spot; nil where that hangs upon a few pages more or less.
func measured(_ one: Candidate, _ own: Bed.Files) throws -> Worst? {
  let spots = Worst.spots(one.outcome)
  let offers = spots.map { (blob: one.bytes, spot: $0) }
  let lists = try [0, -BedSize.slack, BedSize.slack].map { more in
    Worst(one.bytes, spots, try Bed.hand(offers, own, pages: BedSize.pages + more))
  }
  return lists.allSatisfy { $0?.codes == lists[0]?.codes && $0?.pages == lists[0]?.pages } ? lists[0] : nil
}

func choose(_ path: String, _ folders: [String]) throws {
  let own = try Bed.Files()
  let old = FileManager.default.contents(atPath: path).flatMap {
    Worst.list(String(decoding: $0, as: UTF8.self))
  }
  var blobs: Set<[UInt8]> = Set((old ?? []).map { CellBlob.trimmed($0.bytes) })
  for folder in folders { for bytes in files(folder) { blobs.formUnion(forms(bytes)) } }
  let list = blobs.filter { $0.count <= CellBlob.most }.sorted { $0.lexicographicallyPrecedes($1) }
  let outcomes = try Bed.hand(list.map { ($0, .plain) }, own)
  let candidates = zip(list, outcomes).map { Candidate($0, $1) }
  let sound = Set([own.first, own.second, own.attacker].map(CellBlob.trimmed))
  let chosen = Choice(candidates, sound: sound).chosen
  let worst = try chosen.compactMap { try measured($0, own) }
  try Worst.text(worst).write(toFile: path, atomically: true, encoding: .utf8)
  let bytes = worst.reduce(0) { $0 + $1.bytes.count }
  print(
    "\(list.count) configurations, \(worst.count) chosen, \(bytes) bytes, \(chosen.count - worst.count) hang upon the pool's size"
  )
  for (kind, ones) in Dictionary(grouping: candidates, by: \.outcome.kind).sorted(by: { $0.key < $1.key }) {
    let most = ones.map(\.outcome.work.words).max() ?? 0
    print("  \(kind): \(ones.count), words \(most), \(worst.count { $0.kind == kind }) chosen")
  }
}

guard CommandLine.arguments.count > 2, CommandLine.arguments[1] == "choose" else {
  print("usage: worst choose LIST FOLDER...")
  exit(2)
}
do {
  try choose(CommandLine.arguments[2], Array(CommandLine.arguments.dropFirst(3)))
} catch {
  print("FAILED \(error)")
  exit(1)
}
