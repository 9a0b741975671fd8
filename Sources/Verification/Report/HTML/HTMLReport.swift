// SPDX-License-Identifier: Apache-2.0
// One self-contained page: who owns what, findings, what was proved, what is not covered. Nothing is loaded from anywhere.

import CellConfig
import Core

/// HTML reports. With the same files, tool and date, the same bytes.
public enum HTMLReport {
  /// The report of a run.
  public static func render(_ outcome: Outcome, _ identity: RunIdentity) -> String {
    let names = outcome.sets.map(\.title)
    let title = names.isEmpty ? "unusable input" : listed(names)
    var body = ""
    for problem in outcome.problems { body += FindingCard.html(problem) }
    for (index, set) in outcome.sets.enumerated() {
      body += section(set, index, alone: outcome.sets.count == 1)
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="generator" content="ostrog verify \(toolVersion)">
      <title>verify: \(escaped(title))</title>
      <style>
      \(pageStyle)
      </style>
      </head>
      <body>
      <header class="page">
      <div><span class="brand">Ostrog</span> verification report</div>
      <div class="meta">\(escaped(identity.date ?? "")) · verify \(toolVersion) · \(escaped(solverVersion))
      <button id="theme" title="light or dark">◐</button></div>
      </header>
      <main>
      <noscript><p class="card">The maps are drawn by a script of this page; everything they show stands in the lists below.</p></noscript>
      \(body)
      </main>
      <div id="tip" hidden></div>
      <script>
      \(pageScript)
      </script>
      </body>
      </html>

      """
  }

  private static func section(_ outcome: SetOutcome, _ index: Int, alone: Bool) -> String {
    let set = outcome.set
    let palette = Palette(set)
    let errors = outcome.findings.count { $0.severity == .error }
    let warnings = outcome.findings.count { $0.severity == .warning }
    var html = "<section class=\"machine\" style=\"\(palette.variables)\">"
    html += """
      <div class="verdict \(outcome.isIsolated ? "good" : "bad")">
      <div class="seal">\(outcome.isIsolated ? "✓" : "✕")</div>
      <div><h1>\(escaped(outcome.title))</h1>
      <p>\(outcome.isIsolated ? "The cells are isolated." : "The cells are <b>not</b> proved isolated.")
      \(counted(errors, "error")), \(counted(warnings, "warning")), \(outcome.uncovered.count) things
      <a href="#uncovered\(index)">not covered</a>.</p></div>
      <ul class="legend">\(set.members.map { "<li>\(palette.chip($0.index))</li>" }.joined())</ul>
      </div>
      """
    html += card("Findings", nil, outcome.findings.map(FindingCard.html).joined())
    html += card("Memory", "host-physical, who reaches what", MapData.memory(outcome, palette, index))
    html += "<div class=\"columns\">"
    html += "<div>" + card("CPUs", nil, ResourceGrids.cpus(outcome, palette))
    html += card("L3 cache", nil, ResourceGrids.caches(outcome, palette)) + "</div>"
    html += card("Channels", nil, ChannelDrawing.html(outcome, palette))
    html += "</div>"
    if outcome.reach.contains(where: { !$0.of(.port).isEmpty }) {
      html += card("I/O ports", nil, MapData.ports(outcome, palette, index))
    }
    html += "<div class=\"columns\">"
    html += card("Proved", nil, proved(outcome))
    html += "<div class=\"card\" id=\"uncovered\(index)\"><h2>Not covered</h2>\(uncovered(outcome))</div>"
    html += "</div>"
    html += card("Interrupt lines", nil, ResourceGrids.interrupts(outcome, palette))
    html += card("Devices", nil, DeviceTable.html(outcome, palette))
    html += card("Page pool", nil, pool(outcome.budget))
    html += card("What each cell may touch", nil, reach(outcome, palette))
    html += card("Files", nil, files(set))
    return html + "</section>"
  }

  /// A card with a heading; nothing where there is nothing to show.
  static func card(_ title: String, _ note: String?, _ content: String) -> String {
    if content.isEmpty && note == nil { return "" }
    let small = note.map { " <small>\(escaped($0))</small>" } ?? ""
    return "<div class=\"card\"><h2>\(escaped(title))\(small)</h2>\(content)</div>"
  }

  private static func proved(_ outcome: SetOutcome) -> String {
    if outcome.proved.isEmpty {
      let refused = outcome.admission.refused.map { outcome.set.members[$0.member].title }
      return "<p class=\"nothing\">Nothing: "
        + (refused.isEmpty ? "the confirmation failed." : "the core refuses \(escaped(listed(refused))).")
        + "</p>"
    }
    var html = "<ul class=\"proved\">"
    for statement in outcome.proved {
      html +=
        "<li><b>\(statement.property)</b> \(escaped(statement.text)) <small>\(escaped(statement.by))</small></li>"
    }
    guard let confirmation = outcome.confirmation else { return html + "</ul>" }
    html +=
      "</ul><p class=\"quiet\">\(counted(confirmation.questions, "question")) to \(escaped(solverVersion)), "
    return html + "each over a free address, port or number; "
      + "\(counted(outcome.admission.steps, "lifecycle request")) to the core on the simulated machine.</p>"
  }

  private static func uncovered(_ outcome: SetOutcome) -> String {
    let items = outcome.uncovered.map { "<dt>\(escaped($0.title))</dt><dd>\(escaped($0.text))</dd>" }
    return "<dl class=\"uncovered\">\(items.joined())</dl>"
  }

  private static func pool(_ budget: PageBudget) -> String {
    guard budget.available > 0 else { return "" }
    let whole = max(budget.available, budget.needed)
    var html = "<div class=\"bar\">"
    for (index, part) in budget.parts.enumerated() where part.pages > 0 {
      let width = Double(part.pages) * 100 / Double(whole)
      html += "<span class=\"part p\(index)\" style=\"width:\(percent(width))%\" "
      html += "data-tip=\"\(escaped(part.what)): \(counted(part.pages, "page"))\"></span>"
    }
    let fits = budget.needed <= budget.available
    html +=
      "</div><p class=\"quiet\">needs at most <b>\(budget.needed)</b> of \(counted(budget.available, "page"))"
    html += " of 4 KiB\(fits ? "" : ": <b class=\"bad\">too few</b>")</p><ul class=\"parts\">"
    for (index, part) in budget.parts.enumerated() {
      html += "<li><i class=\"p\(index)\"></i>\(escaped(part.what)) <b>\(part.pages)</b></li>"
    }
    return html + "</ul>"
  }

  private static func reach(_ outcome: SetOutcome, _ palette: Palette) -> String {
    outcome.reach.map { reach in
      var html =
        "<details\(reach.member == 0 ? "" : " open")><summary>\(palette.chip(reach.member))</summary><dl class=\"reach\">"
      for (space, title) in reachHeadings {
        let list = reach.of(space)
        if list.isEmpty { continue }
        html += "<dt>\(escaped(title))</dt><dd>"
        html += list.map { "<span class=\"range\">\(escaped(rangeText($0)))</span>" }.joined(separator: " ")
        html += "</dd>"
      }
      return html + "</dl></details>"
    }.joined()
  }

  private static func files(_ set: MachineSet) -> String {
    var html =
      "<table class=\"files\"><thead><tr><th>file</th><th>form</th><th>SHA-256</th></tr></thead><tbody>"
    for member in set.members {
      let form = member.file.isText ? "text" : "binary, revision \(member.file.revision)"
      html += "<tr><td>\(escaped(member.file.path))</td><td>\(form)</td>"
      html += "<td class=\"mono\">\(sha256(member.file.source))</td></tr>"
    }
    return html + "</tbody></table>"
  }
}

/// Text as HTML, also inside attributes.
func escaped(_ text: String) -> String {
  var out = ""
  for character in text {
    switch character {
    case "&": out += "&amp;"
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "\"": out += "&quot;"
    default: out.append(character)
    }
  }
  return out
}

/// A percentage with two digits behind the point.
func percent(_ value: Double) -> String {
  let hundredths = Int((value * 100).rounded())
  let rest = hundredths % 100
  return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
}
