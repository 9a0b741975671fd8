// SPDX-License-Identifier: Apache-2.0
// What a rule has found: both sides, a witness, the consequence, the remedy.

/// One finding, ready to be printed in any format.
public struct Finding: Sendable, Hashable {
  /// The rule's stable code, such as `M1`.
  public var code: String
  /// How grave it is.
  public var severity: Severity
  /// What is wrong, in one line, device names first.
  public var title: String
  /// Where, and what stands there.
  public var primary: Side
  /// The other side of a conflict.
  public var secondary: Side?
  /// A concrete example.
  public var witness: Witness?
  /// What an attacker or an accident could do with it, in one sentence.
  public var consequence: String
  /// What to do about it, in one sentence.
  public var remedy: String
  /// The machine (set of files) that it was found in; nil for a file alone.
  public var machine: String?
  /// Makes a finding.
  public init(
    _ code: String, _ severity: Severity, _ title: String, at primary: Side, against secondary: Side? = nil,
    witness: Witness? = nil, consequence: String, remedy: String, machine: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.title = title
    self.primary = primary
    self.secondary = secondary
    self.witness = witness
    self.consequence = consequence
    self.remedy = remedy
    self.machine = machine
  }
}
