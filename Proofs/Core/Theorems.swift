// SPDX-License-Identifier: Apache-2.0
// The theorems about the core.

extension Catalogue {
  /// Theorems about the core's code, explored on the symbolic machine.
  public static var core: [any Theorem] {
<<<<<<< HEAD
    [StepsAreProved()] as [any Theorem] + Steps.all + [
=======
    Steps.all + Budget.all + [
>>>>>>> a6a62e76488a7bc9fb84e07ba6a8a7372511d5fc
      Admission.claims, Admission.guest, Lifecycle.create, Lifecycle.enable, Lifecycle.destroy,
      Lifecycle.setLoadable,
      Lifecycle.load, Lifecycle.start, Lifecycle.shutDown, Lifecycle.fail, Lifecycle.failCPU, Lifecycle.disable,
    ]
  }
}

/// Theorems about admission.
enum Admission {}
/// Theorems about the transitions of the lifecycle.
enum Lifecycle {}
