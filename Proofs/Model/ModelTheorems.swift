// SPDX-License-Identifier: Apache-2.0
// The theorems about the abstract model.

extension Catalogue {
  /// Every theorem about the model.
  public static var model: [any Theorem] { invariants }

  /// "Every transition keeps the invariant", for each invariant.
  static var invariants: [any Theorem] {
    [
      ExclusiveOwnershipTheorem(), ExclusiveOfRootTheorem(), HypervisorUnreachableTheorem(),
      ExactLedgerTheorem(),
      CPUExclusivityTheorem(), RootKeepsACPUTheorem(), PhasesTheorem(), ChannelsOnlyTheorem(),
      PrivateByNatureTheorem(), InterruptsStayInsideTheorem(), NoResidueTheorem(), SecretsAreHeldTheorem(),
      ConfidentialIsCleanTheorem(), LeftCleanTheorem(),
    ]
  }
}
