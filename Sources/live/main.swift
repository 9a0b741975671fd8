// SPDX-License-Identifier: Apache-2.0
// live [--raw] [SECONDS [SEED]]: random lives of simulated machines under the hypervisor, beside the model. Ends with what it found, in words, and
// status 1, or with what happened how often. What it found is shortened first, but for `--raw`.

import Foundation
import Lives

let isRaw = CommandLine.arguments.contains("--raw")
let arguments = CommandLine.arguments.dropFirst().filter { $0 != "--raw" }
let seconds = arguments.first.flatMap(Double.init) ?? 30
let only = arguments.dropFirst().first.flatMap(UInt64.init)
let end = Date().addingTimeInterval(seconds)
var seed = only ?? 1
var lives = 0
var counts: [String: Int] = [:]

repeat {
  print("seed \(seed)")
  fflush(nil)
  var life = SimulatedLife(seed: seed)
  let finding = life.live(deeds: 1500)
  if let finding {
    print(isRaw ? "FAILED seed \(seed): \(finding.text)" : "FAILED \(life.shortened(finding).report)")
    exit(1)
  }
  counts.merge(life.counts, uniquingKeysWith: +)
  lives += 1
  seed += 1
} while only == nil && Date() < end
print("\(lives) lives")
for (kind, count) in counts.sorted(by: { $0.key < $1.key }) { print("  \(kind): \(count)") }
