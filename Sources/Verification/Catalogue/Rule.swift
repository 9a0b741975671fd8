// SPDX-License-Identifier: Apache-2.0
// A rule: one named check with its documentation.

/// One check of a set of configurations.
public struct Rule: Sendable {
  /// Where in the catalogue the rule stands.
  public enum Area: String, Sendable, CaseIterable {
    case form = "Form"
    case memory = "Memory"
    case processors = "CPUs and caches"
    case ports = "Ports"
    case devices = "Devices and interrupts"
    case liveness = "Liveness and confidentiality"
    case practice = "What users run into"
    case proof = "Proof"
  }
  /// Stable code, such as `M1`.
  public var code: String
  /// Where it belongs.
  public var area: Area
  /// The gravest finding that the rule makes.
  public var severity: Severity
  /// What the rule demands, in one sentence.
  public var statement: String
  /// Why, in a few sentences: what goes wrong otherwise, and where the rule is lenient.
  public var why: String
  /// A configuration that breaks the rule, in words.
  public var example: String
  /// What to do about it.
  public var remedy: String
  /// The check; an empty answer means that the set keeps the rule.
  var check: @Sendable (MachineSet) -> [Finding]

  init(
    _ code: String, _ area: Area, _ severity: Severity, _ statement: String, why: String, example: String,
    remedy: String, check: @escaping @Sendable (MachineSet) -> [Finding]
  ) {
    self.code = code
    self.area = area
    self.severity = severity
    self.statement = statement
    self.why = why
    self.example = example
    self.remedy = remedy
    self.check = check
  }
}
