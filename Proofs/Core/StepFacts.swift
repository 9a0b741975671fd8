// SPDX-License-Identifier: Apache-2.0
// What theorems add to what the core's steps ensure. One list for all theorems: nothing can be taken for granted of a step
// that its own theorem does not show.

import Symbolic

/// The facts about steps.
enum StepFacts {
  /// All of them.
  static let all: [StepFact] = []
}
