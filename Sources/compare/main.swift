// SPDX-License-Identifier: Apache-2.0
// compare draw SEED FILE: writes the vectors of a seed as the disk that Kernel/compare reads. compare judge FILE: takes what that program told, asks the
// simulator the same, and says where they differ. Ends with `N passed, N failed`.

import Foundation

func draw(_ seed: UInt64, to path: String) -> Int32 {
  let vectors = Vectors.draw(seed: seed)
  let bytes = Disk.bytes(Disk.words(vectors, seed: seed))
  guard FileManager.default.createFile(atPath: path, contents: Data(bytes)) else {
    print("cannot write \(path)")
    return 1
  }
  print("seed \(seed): \(vectors.count(where: \.runs)) vectors, \(bytes.count) bytes")
  return 0
}

func judge(_ path: String) throws(BrokenRecord) -> Int32 {
  guard let data = FileManager.default.contents(atPath: path) else {
    throw BrokenRecord(text: "\(path) is not there: scripts/compare.sh makes it")
  }
  let told = try Told(String(decoding: data, as: UTF8.self))
  let vectors = Vectors.draw(seed: told.seed)
  if Disk.words(vectors, seed: told.seed)[2] != told.checksum {
    throw BrokenRecord(text: "the record is one of other vectors: run scripts/compare.sh again")
  }
  let judgement = Judgement(told, vectors)
  for difference in judgement.differences.prefix(100) {
    print("DIFFERENT seed \(told.seed), \(difference)")
  }
  for (what, count) in judgement.counts.sorted(by: { $0.key < $1.key }) { print("  \(what): \(count)") }
  for difference in KnownDifference.all {
    print("  known, \(judgement.known[difference.name] ?? 0) times: \(difference.name): \(difference.reason)")
  }
  let passed = judgement.agreed + judgement.excused
  print("seed \(told.seed): \(passed) passed, \(judgement.differences.count) failed")
  return judgement.differences.isEmpty ? 0 : 1
}

let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.count) {
case ("draw", 3):
  guard let seed = UInt64(arguments[2]) else { fallthrough }
  exit(draw(seed, to: arguments[3]))
case ("judge", 2):
  do throws(BrokenRecord) {
    exit(try judge(arguments[2]))
  } catch {
    print("BROKEN \(error.text)")
    exit(1)
  }
default:
  print("usage: compare draw SEED FILE | compare judge FILE")
  exit(2)
}
