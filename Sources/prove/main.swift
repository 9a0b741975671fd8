// SPDX-License-Identifier: Apache-2.0
// Proves theorems by name, or all of them: `prove [--list] [--slow MILLISECONDS] [--smtlib FOLDER] [--no-hints]
// [--make-hints FILE] [NAME…]`. Exit 0 only where each is proved. Small on purpose: this is what is rebuilt for every seeded fault.

import Proofs
import Synchronization

/// Ends with what is wrong with the arguments.
func refuse(_ why: String) -> Never {
  print(why)
  exitWith(2)
}

var names: [String] = []
var isListing = false
/// Names the obligations that took so many milliseconds or more.
var slow = Double.infinity
var folder: String?
/// Where to write hints for later runs.
var hintFile: String?
var runner = Runner()
var arguments = CommandLine.arguments.dropFirst().makeIterator()
while let argument = arguments.next() {
  switch argument {
  case "--smtlib":
    folder = arguments.next()
    if folder == nil { refuse("--smtlib needs a folder") }
  case "--no-hints": runner.options.hints = [:]
  case "--make-hints":
    hintFile = arguments.next()
    if hintFile == nil { refuse("--make-hints needs a file") }
    runner.options.makesHints = true
  case "--theorem": continue
  case "--list": isListing = true
  case "--slow":
    guard let least = arguments.next().flatMap(Double.init) else {
      refuse("--slow needs a number of milliseconds")
    }
    slow = least
  default: names.append(argument)
  }
}
let unknown = names.filter { name in !Catalogue.all.contains { $0.name == name } }
if !unknown.isEmpty { refuse("no such theorem: \(unknown.joined(separator: ", "))") }
let chosen = Catalogue.all.filter { names.isEmpty || names.contains($0.name) }
if isListing {
  for theorem in chosen { print(theorem.name) }
  exitWith(0)
}
runner.options.directory = folder
let least = slow
let hintsFound = Mutex(runner.options.hints ?? RecordedHints.all)
let hintsTo = hintFile
runner.progress = { report in
  for entry in report.entries where entry.milliseconds >= least {
    print("slow", Int(entry.milliseconds), "ms", report.theorem, "/", entry.name)
  }
  print(
    report.isProved ? "proved" : "NOT PROVED", report.theorem, "\(report.entries.count) obligations,",
    "\(report.paths) paths, \(Int(report.elapsed)) ms")
  for failure in report.failures { print("FAILED \(report.theorem) / \(failure.name): \(failure.outcome)") }
  if let hintsTo, report.isProved {
    // After each theorem, so that a run that is broken off was not for nothing. Theorems that were not run keep theirs.
    let all = hintsFound.withLock { found in
      found[report.theorem] = report.hints
      return found
    }
    if !write(RecordedHints.source(all), to: hintsTo) { refuse("cannot write \(hintsTo)") }
  }
  if report.entries.isEmpty { print("FAILED \(report.theorem) / no obligation was stated") }
  flush()
}
let reports = runner.run(chosen)
let used = reports.reduce(0) { $0 + $1.fittingHints.used }
let told = reports.reduce(0) { $0 + $1.fittingHints.told }
print("\(used) of \(told) hints led to an answer; \(Int(Runner.processorSeconds)) s of processor time")
exitWith(reports.allSatisfy(\.isProved) ? 0 : 1)
