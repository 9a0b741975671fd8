// SPDX-License-Identifier: Apache-2.0
// The data of the zoomable maps, as JSON inside the page; pageScript draws them.

import Core

/// Memory and port maps.
enum MapData {
  static func memory(_ outcome: SetOutcome, _ palette: Palette, _ index: Int) -> String {
    let set = outcome.set
    var kept: [JSON] = []
    if let memory = set.hypervisor {
      kept.append(item(memory.first, memory.last, "hypervisor memory", "", "hypervisor", false))
    }
    kept += set.neverMap.map { item($0.first, $0.last, $0.name, "", "must be trapped", false) }
    return map("memory", outcome, palette, .memory, kept, [.hostPhysical], index)
  }

  static func ports(_ outcome: SetOutcome, _ palette: Palette, _ index: Int) -> String {
    let kept = outcome.set.powerPorts.filter { _ in outcome.set.architecture == .x86 }.map {
      item($0.first, $0.last, $0.name, "", "moderated or forbidden", false)
    }
    return map("ports", outcome, palette, .port, kept, [.port], index)
  }

  private static func map(
    _ kind: String, _ outcome: SetOutcome, _ palette: Palette, _ space: Space, _ kept: [JSON],
    _ witnesses: [Witness.Space], _ index: Int
  ) -> String {
    var lanes: [JSON] = []
    if !kept.isEmpty {
      lanes.append(
        .object([("name", "hypervisor"), ("colour", "var(--kept)"), ("items", .array(kept))]))
    }
    for reach in outcome.reach {
      let items = reach.of(space).map { access in
        item(
          access.first, access.last, access.name ?? "", space == .memory ? access.rights.letters : "",
          access.isShared ? "shared" : "", access.isShared)
      }
      // A cell without ports needs no lane.
      if items.isEmpty, space != .memory { continue }
      lanes.append(
        .object([
          ("name", .string(outcome.set.members[reach.member].name)),
          ("colour", .string(palette.colour(reach.member))), ("items", .array(items)),
        ]))
    }
    let marks = outcome.findings.compactMap { finding -> JSON? in
      guard let witness = finding.witness, witnesses.contains(witness.space) else { return nil }
      return .object([
        ("at", .number(witness.value)), ("code", .string(finding.code)),
        ("severity", .string(finding.severity.word)), ("title", .string(finding.title)),
      ])
    }
    let data = JSON.object([("kind", .string(kind)), ("lanes", .array(lanes)), ("marks", .array(marks))])
    return """
      <div class="map" data-map="map-\(kind)-\(index)">
      <div class="tools"><span class="modes">
      <button data-mode="fold" class="on" title="to scale; empty stretches are folded">to scale, gaps folded</button>
      <button data-mode="log" title="every range gets room; lengths grow with the logarithm">logarithmic</button>
      <button data-mode="linear" title="to scale, with all gaps">linear</button></span>
      <span class="zoom"><button data-zoom="0.5" title="closer">+</button>
      <button data-zoom="2" title="wider">−</button><button data-zoom="0" title="everything">all</button></span>
      <span class="hint">wheel: zoom · drag: move · double click on a range: zoom to it</span></div>
      <div class="canvas"></div></div>
      <script type="application/json" id="map-\(kind)-\(index)">
      \(data.text.replacingLess)</script>
      """
  }

  private static func item(
    _ first: UInt64, _ last: UInt64, _ name: String, _ rights: String, _ note: String, _ shared: Bool
  ) -> JSON {
    .array([
      .number(first), .number(last), .string(name), .string(rights), .string(note), .bool(shared),
    ])
  }
}

extension String {
  /// `<` as a JSON escape, so that no text can end the script element.
  fileprivate var replacingLess: String {
    var out = ""
    for character in self { out += character == "<" ? "\\u003c" : String(character) }
    return out
  }
}
