// SPDX-License-Identifier: Apache-2.0
// oracle FILE: replays what a debug build of the image has said on the model (scripts/oracle-test.sh). Ends with what was replayed, and status 0, or with
// what is not as it should be, in words.

import Foundation

guard CommandLine.arguments.count == 2,
  let data = FileManager.default.contents(atPath: CommandLine.arguments[1])
else {
  print("oracle: usage: oracle FILE")
  exit(2)
}
do throws(Fault) {
  let log = try Told.log(String(decoding: data, as: UTF8.self))
  var replay = Replay(log)
  for (number, told) in log.enumerated() {
    if let text = replay.replay(told) { throw Fault("transition \(number + 1), \(told.words): \(text)") }
  }
  for (what, count) in replay.counts.sorted(by: { $0.key < $1.key }) { print("oracle: \(what): \(count)") }
  print("oracle: \(log.count) transitions replayed")
} catch {
  print("oracle: \(error.text)")
  exit(1)
}
