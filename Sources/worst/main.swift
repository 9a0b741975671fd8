// SPDX-License-Identifier: Apache-2.0
// worst choose LIST FOLDER…: takes the configurations of the folders and those of the list, finds out on the simulator what each comes to under the
// testbed, and writes the worst of them to the list. worst measure LIST: finds that out again of those that stand there. Folders are fuzzers' corpora; a file is a cell configuration, or nothing that could be one.

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

/// A file that holds no list.
struct NoList: Error { let path: String }

/// The list as it stands; none where there is no such file.
func listed(_ path: String) throws -> [[UInt8]] {
  guard let data = FileManager.default.contents(atPath: path) else { return [] }
  guard let list = Worst.list(String(decoding: data, as: UTF8.self)) else {
    throw NoList(path: path)
  }
  return list.map { CellBlob.trimmed($0.bytes) }
}

func measure(_ path: String) throws {
  let own = try Bed.Files()
  let list = try listed(path)
  let answers = try Bed.hand(list.map { ($0, .plain) }, own)
  let worst = try zip(list, answers).compactMap { try measured(Candidate($0, $1), own) }
  try Worst.text(worst).write(toFile: path, atomically: true, encoding: .utf8)
  print(
    "\(worst.count) configurations measured, \(list.count - worst.count) left out: they hang upon the pool's size"
  )
}

func choose(_ path: String, _ folders: [String]) throws {
  let own = try Bed.Files()
  var blobs = Set(try listed(path))
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

let arguments = CommandLine.arguments.dropFirst()
do {
  switch (arguments.first, arguments.count) {
  case ("choose", 3...): try choose(arguments[2], Array(arguments.dropFirst(2)))
  case ("measure", 2): try measure(arguments[2])
  default:
    print("usage: worst choose LIST FOLDER... | worst measure LIST")
    exit(2)
  }
} catch {
  print("FAILED \(error)")
  exit(1)
}
