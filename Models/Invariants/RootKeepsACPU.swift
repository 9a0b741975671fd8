// SPDX-License-Identifier: Apache-2.0
// Root owns a CPU: the one that made the last management call.

extension Invariant {
  /// The invariant "root-keeps-a-cpu", as stated above.
  public static var rootKeepsACPU: Invariant<L> {
    Invariant("root-keeps-a-cpu", "P9") { s, p in
      let owned = s.access(s.root, s.manager, .execute)
      return s.enabled.implies(s.logic.isCPU(s.manager) .& owned)
    }
  }
}
