// SPDX-License-Identifier: Apache-2.0
// What a theorem is: a name, a statement that an auditor can read, and a run that fills a report.

/// A theorem. Running it asks fresh solvers only, in contexts of its own, so theorems run on any thread.
public protocol Theorem: Sendable {
  /// Short name, unique in the catalogue: lower case, words joined by hyphens.
  var name: String { get }
  /// What is claimed, in plain English, complete with its conditions.
  var statement: String { get }
  /// The properties that it is part of, as numbered in the documentation ("P1").
  var properties: [String] { get }
  /// Proves it, obligation by obligation.
  func run(into report: inout Report)
}
