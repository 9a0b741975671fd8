// SPDX-License-Identifier: Apache-2.0
// Which solver answers.

import Symbolic

/// Name and version of the solver, for reports and certificates.
public var solverVersion: String { "Z3 \(Z3Context.version)" }
