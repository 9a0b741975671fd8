// SPDX-License-Identifier: Apache-2.0
// One requirement of the machine, and whether it is met.

import CellConfig
import Verification

/// A requirement, checked.
public struct CheckResult: Sendable, Equatable {
  /// How it stands.
  public enum Standing: String, Sendable {
    /// Met.
    case found
    /// Not met: `enable` would be refused, or fail.
    case missing
    /// Could not be found out.
    case unknown
    /// Met, and worth knowing.
    case note
  }
  public var standing: Standing
  /// What is required.
  public var requirement: String
  /// What was found.
  public var found: String
  /// What to do where it is not met.
  public var remedy: String

  init(_ standing: Standing, _ requirement: String, _ found: String, remedy: String = "") {
    self.standing = standing
    self.requirement = requirement
    self.found = found
    self.remedy = remedy
  }
}

/// What came of all checks.
public struct CheckReport: Sendable {
  public var results: [CheckResult]

  /// 0: all is there; 1: something is missing or could not be found out.
  public var status: Int32 {
    results.contains { $0.standing == .missing || $0.standing == .unknown } ? 1 : 0
  }

  /// The lines to print.
  public var lines: [String] {
    let width = results.map(\.requirement.count).max() ?? 0
    var lines = results.flatMap { result -> [String] in
      let space = String(repeating: " ", count: width - result.requirement.count)
      let word = result.standing.rawValue + String(repeating: " ", count: 7 - result.standing.rawValue.count)
      let remedy = result.remedy.isEmpty ? [] : ["         to do: \(result.remedy)"]
      return ["\(word)  \(result.requirement)\(space)  \(result.found)"] + remedy
    }
    let (missing, unknown) = (
      results.filter { $0.standing == .missing }.count, results.filter { $0.standing == .unknown }.count
    )
    lines.append(
      status == 0
        ? "this machine can carry the hypervisor"
        : "\(missing) missing, \(unknown) unknown: `ostrog enable` would not work, or might not")
    return lines
  }

  /// The same as JSON.
  public var json: String {
    JSON.object([
      ("ready", .bool(status == 0)),
      (
        "checks",
        .array(
          results.map { result in
            .object([
              ("requirement", .string(result.requirement)), ("standing", .string(result.standing.rawValue)),
              ("found", .string(result.found)), ("remedy", .string(result.remedy)),
            ])
          })
      ),
    ]).text
  }
}
