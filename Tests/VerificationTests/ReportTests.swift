// SPDX-License-Identifier: Apache-2.0
// Every format says the same, with nothing missing and nothing injected.

import CellConfig
import Testing

@testable import Verification

#if canImport(FoundationEssentials)
  import FoundationEssentials
#endif
import Foundation

@Suite struct ReportTests {
  static let triggers = ruleCases.filter(\.isTrigger)
  static let identity = RunIdentity(date: "2026-01-01T00:00:00Z", build: nil)

  static func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test(arguments: triggers)
  func sarifHasWhatTheStandardDemands(_ one: RuleCase) throws {
    let outcome = one.run()
    let log = try Self.object(SARIFReport.render(outcome))
    #expect(log["version"] as? String == "2.1.0")
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(driver["name"] as? String == "verify")
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == outcome.findings.count + outcome.problems.count)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      #expect(((result["message"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
      let places =
        (result["locations"] as? [[String: Any]] ?? [])
        + (result["relatedLocations"] as? [[String: Any]] ?? [])
      #expect(!places.isEmpty)
      for place in places {
        let physical = try #require(place["physicalLocation"] as? [String: Any])
        let uri = try #require((physical["artifactLocation"] as? [String: Any])?["uri"] as? String)
        #expect(!uri.isEmpty && !uri.contains(" "))
        let region = try #require(physical["region"] as? [String: Any])
        #expect(
          region["startLine"] as? Int ?? 1 >= 1 && (region["startLine"] != nil || region["byteOffset"] != nil)
        )
      }
    }
  }

  @Test(arguments: triggers)
  func everyFormatNamesEveryFinding(_ one: RuleCase) throws {
    let outcome = one.run()
    let text = TextReport.render(outcome, style: Style(colours: false))
    let html = HTMLReport.render(outcome, Self.identity)
    let json = try Self.object(JSONReport.render(outcome, strict: false))
    let certificate = Certificate.text(outcome, Self.identity)
    for finding in outcome.findings + outcome.problems {
      #expect(text.contains("[\(finding.code)]: \(finding.title)"))
      #expect(html.contains(escaped(finding.title)))
      #expect(certificate.contains(finding.code) || !outcome.problems.isEmpty)
    }
    #expect(json["status"] as? Int == Int(outcome.status(strict: false)))
    for set in outcome.sets {
      // Never a bare "none": what is not covered stands in every report.
      #expect(set.uncovered.count >= 6)
      for item in set.uncovered {
        #expect(
          text.contains(item.title) && html.contains(escaped(item.title)) && certificate.contains(item.title))
      }
      #expect(
        set.isIsolated == (set.proved.isEmpty ? false : !set.findings.contains { $0.severity == .error }))
    }
  }

  @Test func thePageLoadsNothingAndTrustsNoName() throws {
    let files = try SetTests.files([0x5000_0000])
    var hostile = files[1]
    guard case .cell(let architecture, var cell) = hostile.configuration else { throw SetTests.Missing() }
    cell.name = "</script><img src=x>\"&"
    hostile.configuration = .cell(architecture, cell)
    hostile.binary = BinaryWriter.write(hostile.configuration)
    let html = HTMLReport.render(verify([files[0], hostile], problems: []), Self.identity)
    #expect(!html.contains("</script><img"))
    #expect(!html.contains("<img"))
    for forbidden in ["http://", "https://", "<script src", "<link", "@import", "url(h", "url(\""] {
      let allowed =
        forbidden == "http://" ? html.replacingOccurrences(of: "http://www.w3.org/2000/svg", with: "") : html
      #expect(!allowed.contains(forbidden), "\(forbidden)")
    }
  }

  @Test func sameInputSameBytes() {
    let paths = ruleCases.first { $0.name == "clean-near" }?.paths ?? []
    let (one, two) = (verified(paths), verified(paths))
    #expect(HTMLReport.render(one, Self.identity) == HTMLReport.render(two, Self.identity))
    #expect(Certificate.text(one, Self.identity) == Certificate.text(two, Self.identity))
    #expect(Certificate.json(one, Self.identity) == Certificate.json(two, Self.identity))
    #expect(SARIFReport.render(one) == SARIFReport.render(two))
  }

  @Test func dates() {
    #expect(dateText(0) == "1970-01-01T00:00:00Z")
    #expect(dateText(951_782_400) == "2000-02-29T00:00:00Z")
    #expect(dateText(1_700_000_000) == "2023-11-14T22:13:20Z")
    #expect(dateText(4_107_542_399) == "2100-02-28T23:59:59Z")
    #expect(dateText(4_107_542_400) == "2100-03-01T00:00:00Z")
    #expect(dateText(.max) == "9999-12-31T23:59:59Z")
  }

  @Test func theRulesPageIsCurrent() throws {
    let root = testFolder.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 }
    let page = try String(contentsOfFile: root + "/docs/rules.md", encoding: .utf8)
    #expect(page == Catalogue.markdown, "run: verify --explain all --format markdown > docs/rules.md")
  }

  @Test func everyCodeIsExplained() {
    for code in Catalogue.codes {
      let text = Catalogue.explain(code.lowercased()) ?? ""
      for part in ["Why", "Example", "Remedy"] { #expect(text.contains(part), "\(code) lacks \(part)") }
    }
    #expect(Catalogue.explain("Q9") == nil)
  }

  @Test func marksEndWithTheirValue() {
    func marked(_ text: String, _ column: Int) -> String {
      let (start, length) = span(Place(file: "f", line: 1, column: column, excerpt: text), text)
      return String(Array(text)[start..<start + length])
    }
    #expect(marked("devices: [eth0, eth1]", 11) == "eth0")
    #expect(marked("devices: [eth0, eth1]", 17) == "eth1")
    #expect(marked("devices: [eth0, eth1]", 10) == "[eth0, eth1]")
    #expect(marked("cpus: 2-3   # two of them", 7) == "2-3")
    #expect(marked("m: [{at: 0x1, name: \"a, b\"}, x]", 5) == "{at: 0x1, name: \"a, b\"}")
    #expect(marked("name: plain, with comma", 7) == "plain, with comma")
    // A column past the end, and an empty line, are no reason to stop.
    #expect(marked("a", 9) == "a")
    #expect(span(Place(file: "f", line: 1, column: 5, excerpt: ""), "") == (0, 1))
  }
}
