// SPDX-License-Identifier: Apache-2.0
// Where a theorem stands when nobody asks for it to be proved: for the certificate, which never runs theorems itself.

/// A theorem that the program ships, and whether this very program has proved it.
public struct TheoremStanding: Sendable {
  /// The theorem's name.
  public var name: String
  /// What it claims.
  public var statement: String
  /// The properties that it is part of (P1 …).
  public var properties: [String]
  /// Its proof by this program with this solver; nil: it was not run, or the proof was not kept.
  public var proof: ProofRecord?

  /// True where a proof is known.
  public var isProved: Bool { proof != nil }

  /// Every theorem, in the order of the catalogue; without a cache, nothing is known of any.
  public static func all(in cache: ProofCache?) -> [TheoremStanding] {
    TheoremChoice.all.map { theorem in
      TheoremStanding(
        name: theorem.name, statement: theorem.statement, properties: theorem.properties,
        proof: cache?.proof(of: theorem.name))
    }
  }

  /// What "proved" and "not run" mean here. Says nothing of dates and times, which differ from machine to machine.
  static func explanation(_ theorems: [TheoremStanding]) -> String {
    let proved = theorems.count(where: \.isProved)
    var text = ""
    if proved > 0 {
      text += "proved: by this very program (the executable with the hash above) with this solver, "
      text += proved == theorems.count ? "in an earlier run." : "in an earlier run. "
    }
    if proved < theorems.count {
      text +=
        "not run: no proof by this program with this solver is known here; `verify --theorems` makes it."
    }
    return text
  }

  var json: JSON {
    JSON.compact([
      ("name", .string(name)), ("statement", .string(statement)),
      ("properties", .array(properties.map(JSON.string))), ("standing", isProved ? "proved" : "not run"),
      ("obligations", proof.map { .number($0.obligations) } ?? .null),
    ])
  }
}
