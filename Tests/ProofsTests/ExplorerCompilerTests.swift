// SPDX-License-Identifier: Apache-2.0
// Rules that the compiler enforces, and rules that scripts/core-rules.py enforces: snippets that must be rejected, and
// beside each a near miss that must not.

import Foundation
import Testing

@Suite struct ExplorerCompilerTests {
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Status and output of a program.
  static func run(_ program: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  /// Writes a snippet into a file of its own and hands it on.
  static func withSnippet<R>(_ snippet: String, _ body: (String) throws -> R) throws -> R {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).swift")
    try snippet.write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    return try body(file.path)
  }

  /// What the compiler says of a snippet as part of the core.
  static func compiled(_ snippet: String) throws -> (status: Int32, output: String) {
    let core = root.appending(path: "Sources/Core")
    let files = (FileManager.default.enumerator(atPath: core.path)?.compactMap { $0 as? String } ?? [])
      .filter { $0.hasSuffix(".swift") }.sorted().map { core.appending(path: $0).path }
    return try withSnippet(snippet) { path in
      try run(
        "swiftc",
        ["-typecheck", "-swift-version", "6", "-parse-as-library", "-module-name", "Core"] + files + [path])
    }
  }

  /// A loop or step whose body is `body`; `state` and `captured` are at hand.
  static func method(_ body: String, isStep: Bool = false) -> String {
    let call =
      isStep
      ? """
      _ = try step(.readCell, given: NoState<W>(), NoState<W>(), frame: .none) { W.Condition(known: true) } ensures: { _ in
        W.Condition(known: true)
      } body: { () throws(Refusal<W>) in
        \(body)
        return NoState<W>()
      }
      """
      : """
      loop(.budget, 4, &state, frame: .none) { _, _ in W.Condition(known: true) } body: { i, state in
        \(body)
      }
      """
    return """
      struct Counter<M: Machine> {
        var machine: M
        var count: M.W
        mutating func go() {
          var state = OneWord<M.W>(0)
          machine.loop(.budget, 4, &state, frame: .none) { _, _ in M.W.Condition(known: true) } body: { i, state in
            \(body == "count = i" ? body : "_ = i")
          }
        }
      }
      extension Machine {
        func snippet() throws(Refusal<W>) {
          var captured = W(known: 0)
          captured = captured &+ 1
          let constant = captured
          _ = constant
          var state = OneWord<W>(0)
          state.value = constant
          \(body == "count = i" ? "" : call)
        }
      }
      """
  }

  @Test(arguments: [false, true]) func aBodyMayUseConstants(isStep: Bool) throws {
    let result = try Self.compiled(Self.method("_ = constant &+ 1", isStep: isStep))
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [
    ("captured = 2", false), ("captured = 2", true), ("_ = captured", false), ("state.value = 1", true),
    ("count = i", false),
    (
      "loop(.sweep, 4, &captured2, frame: .none) { _, _ in W.Condition(known: true) } body: { _, _ in }",
      false
    ),
  ]) func aBodyCapturesNoVariable(body: String, isStep: Bool) throws {
    var snippet = Self.method(body, isStep: isStep)
    if body.contains("captured2") {
      // The state of an outer loop, changed by an inner one.
      snippet = snippet.replacing(
        "let constant", with: "var captured2 = NoState<W>(); _ = captured2\n    let constant")
    }
    let result = try Self.compiled(snippet)
    #expect(result.status != 0)
    #expect(
      result.output.contains("captured var") || result.output.contains("inout")
        || result.output.contains("concurrently-executing"), "\(result.output)")
  }

  @Test func theCoreKeepsItsRules() throws {
    let result = try Self.run(
      "python3",
      [
        Self.root.appending(path: "scripts/core-rules.py").path,
        Self.root.appending(path: "Sources/Core").path,
      ])
    #expect(result.status == 0, "\(result.output)")
  }

  @Test(arguments: [
    ("while", "func f() { while true {} }"), ("repeat", "func f() { repeat {} until() }"),
    ("for", "func f(_ n: Int) { for _ in 0..<n {} }"),
    ("catch", "func f() { do { try g() } catch { } }"), ("catch", "func f() { _ = try? g() }"),
    ("twice", "func f() { loop(.sweep, 1) }\nfunc g() { loop(.sweep, 1) }"),
    ("twice", "func f() throws { try step(.readCell, x) }\nfunc g() throws { try step(.readCell, x) }"),
    (
      "twice",
      "func f() { let name = a ? ProvedStep.readCell : .readSystem; step(name) }\nfunc g() { step(.readSystem, x) }"
    ),
    ("twice", "func f() { step(a.b ? .cellItem : .rootItem, x) }\nfunc g() { step(.rootItem, x) }"),
    ("given", "func f(_ x: W, _ y: W) { step(.readCell, given: x, NoState<W>()) { y } }"),
    ("given", "func f(_ x: W) { let y = x + 1; look(.readCell, x, z, NoState<W>()) { y } }"),
    ("given", "func f(_ x: W, n: UInt64) { outcome(of: .readCell, x, z, NoState<W>()) { n } }"),
    ("given", "func f(_ x: W) { step(name, NoState<W>(), frame: .none) { x } }"),
    ("unnamed", "func f(_ name: Loop) { loop(name, 1) }"),
  ]) func theCoresRulesReject(rule: String, snippet: String) throws {
    let result = try Self.withSnippet(snippet) {
      try Self.run("python3", [Self.root.appending(path: "scripts/core-rules.py").path, $0])
    }
    #expect(result.status == 1 && result.output.contains("[\(rule)]"), "\(result.output)")
  }
}
