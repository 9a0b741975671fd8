// SPDX-License-Identifier: Apache-2.0
// The theorems about the abstract model.

extension Catalogue {
  /// Every theorem about the model.
  public static var model: [any Theorem] { invariants + lifecycle + noninterference + nonVacuity }

  /// "Every transition keeps the invariant", for each invariant.
  static var invariants: [any Theorem] {
    [
      ExclusiveOwnershipTheorem(), ExclusiveOfRootTheorem(), HypervisorUnreachableTheorem(),
      ExactLedgerTheorem(),
      CPUExclusivityTheorem(), RootKeepsACPUTheorem(), PhasesTheorem(), ChannelsOnlyTheorem(),
      PrivateByNatureTheorem(), CPUsComeFromRootTheorem(), InterruptsStayInsideTheorem(), NoResidueTheorem(),
      SecretsAreHeldTheorem(),
      ConfidentialIsCleanTheorem(), ConfidentialIsLoadedTheorem(), LeftCleanTheorem(),
    ]
  }

  /// The unwinding conditions of noninterference.
  static var noninterference: [any Theorem] {
    [
      OutputConsistencyTheorem(), LocalRespectTheorem(), WeakStepConsistencyTheorem(), PolicyIsKnownTheorem(),
      PolicyIsStrictTheorem(),
      LookingAlikeTheorem(),
    ]
  }

  /// What single steps promise beyond the invariants.
  static var lifecycle: [any Theorem] {
    [
      HandoverTheorem(), AuthorityTheorem(), ConsentTheorem(), FreshStartTheorem(), LifeCycleTheorem(),
      LoadFirstTheorem(), DMATheorem(),
    ]
  }

  /// That the theorems above are about something.
  static var nonVacuity: [any Theorem] { [LifeTheorem(), PremisesTheorem(), TracesTheorem()] }
}
