// SPDX-License-Identifier: Apache-2.0
// An invariant: a statement about one state, for every point, that every transition preserves.

/// A named statement about a state.
public struct Invariant<L: Logic> {
  /// Name for reports and theorems.
  public let name: String
  /// The properties that it is part of, as numbered in the documentation ("P1").
  public let properties: [String]
  /// Whether the statement holds at a point.
  public let holds: (State<L>, Point<L>) -> L.Truth

  init(_ name: String, _ properties: String..., holds: @escaping (State<L>, Point<L>) -> L.Truth) {
    self.name = name
    self.properties = properties
    self.holds = holds
  }

  /// All of them.
  public static var all: [Invariant<L>] {
    [
      .exclusiveOwnership, .exclusiveOfRoot, .hypervisorUnreachable, .exactLedger, .cpuExclusivity,
      .rootKeepsACPU,
      .phases, .channelsOnly, .privateByNature, .cpusComeFromRoot, .interruptsStayInside, .noResidue,
      .secretsAreHeld,
      .confidentialIsClean, .confidentialIsLoaded,
      .leftClean,
    ]
  }
}
