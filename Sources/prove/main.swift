// SPDX-License-Identifier: Apache-2.0
import Proofs
import Symbolic
var runner = Runner()
runner.threads = 1
if let k = Environment.kind { runner.options.solver = k }
runner.progress = { r in
  print(r.theorem, r.isProved, "paths", r.paths, "obl", r.entries.count, "ms", Int(r.elapsed), "solver", Int(r.milliseconds))
  for f in r.failures.prefix(8) { print("   FAIL", f.name, "\(f.outcome)".prefix(300)) }
  for e in r.entries where e.milliseconds > 500 { print("   slow", e.name, Int(e.milliseconds)) }
}
let names = CommandLine.arguments.dropFirst()
_ = runner.run(Catalogue.core.filter { names.isEmpty || names.contains($0.name) })

import Glibc
enum Environment { static var kind: SolverKind? { guard let k = getenv("KIND") else { return nil }; let n = String(cString: k); return n == "simple" ? .simple : n.hasPrefix("QF") ? .logic(n) : .tactic(n) } }
