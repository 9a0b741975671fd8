// SPDX-License-Identifier: Apache-2.0
import Proofs
import Symbolic
for kind in [SolverKind.standard] {
  print(kind); admissionTrial(.claims, kind) }
