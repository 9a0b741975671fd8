// SPDX-License-Identifier: Apache-2.0
// oracle FILE: takes the transitions that a debug image told of (`scripts/testbed.sh --oracle`) on the model, and compares who owns what after every
// one. Ends with what differs, in words, and status 1; or with how many transitions were compared, by kind.

import Foundation
import ModelOracle

guard CommandLine.arguments.count == 2,
  let data = FileManager.default.contents(atPath: CommandLine.arguments[1])
else {
  print("usage: oracle FILE")
  exit(2)
}
do throws(BrokenLog) {
  let verdict = try replay(String(decoding: data, as: UTF8.self))
  for finding in verdict.findings.prefix(20) { print("DIFFERENT \(finding)") }
  for (kind, count) in verdict.counts.sorted(by: { $0.key < $1.key }) { print("oracle: \(kind): \(count)") }
  exit(verdict.findings.isEmpty && !verdict.counts.isEmpty ? 0 : 1)
} catch {
  print("BROKEN \(error)")
  exit(1)
}
