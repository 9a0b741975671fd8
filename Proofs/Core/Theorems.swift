// SPDX-License-Identifier: Apache-2.0
// The theorems about the core.

extension Catalogue {
  /// Theorems about the core's code, explored on the symbolic machine.
  public static var core: [any Theorem] {
    [StepsAreProved()] as [any Theorem] + Steps.all + Budget.all + Fills.all + TreeTheorems.all + [
      Admission.claims, Admission.guest, Lifecycle.create, Lifecycle.enable, Lifecycle.destroy,
      Lifecycle.setLoadable,
      Lifecycle.load, Lifecycle.start, Lifecycle.shutDown, Lifecycle.fail, Lifecycle.failCPU,
      Lifecycle.disable,
    ] + TreesStayTrue.all + [
      WalkersAgree.theorem, EnterRoot.theorem, GuestAccess.granted, GuestAccess.decode,
      Exits.theorem, Ports.range, Ports.theorem, MSRs.theorem,
      ModeratedPorts.theorem,
      Settle.theorem,
    ] + Pins.all + Management.all
  }
}

/// Theorems about admission.
enum Admission {}
/// Theorems about the transitions of the lifecycle.
enum Lifecycle {}
