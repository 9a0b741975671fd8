// SPDX-License-Identifier: Apache-2.0
// CPUs, interrupt lines and cache bits as coloured squares.

import CellConfig
import Core

/// Grids of small resources.
enum ResourceGrids {
  /// CPUs; hyper-threads of one core share a frame.
  static func cpus(_ outcome: SetOutcome, _ palette: Palette) -> String {
    let set = outcome.set
    let owners = set.cpuOwners
    var left = Set(owners.keys)
    func square(_ cpu: Int) -> String {
      let member = owners[cpu] ?? 0
      return "<span class=\"cpu\" style=\"--c:\(palette.colour(member))\" "
        + "data-tip=\"CPU \(cpu): \(escaped(set.members[member].title))\">\(cpu)</span>"
    }
    var html = "<div class=\"cpus\">"
    for siblings in set.inventory.coreSiblings {
      let present = siblings.sorted().filter { left.contains($0) }
      if present.isEmpty { continue }
      left.subtract(present)
      html += "<span class=\"core\" data-tip=\"one core, \(counted(present.count, "thread"))\">"
      html += present.map(square).joined() + "</span>"
    }
    html += left.sorted().map(square).joined() + "</div>"
    if set.inventory.coreSiblings.isEmpty {
      html += "<p class=\"quiet\">The files do not say which CPUs are hyper-threads of one core.</p>"
    }
    return html
  }

  /// The lines of each chip that somebody has.
  static func interrupts(_ outcome: SetOutcome, _ palette: Palette) -> String {
    var owners: [UInt64: [UInt64: (member: Int, name: String?)]] = [:]
    for reach in outcome.reach {
      for access in reach.of(.interrupt) where access.last - access.first < 4096 {
        for line in access.first...access.last {
          owners[line >> 10, default: [:]][line & 0x3ff] = (reach.member, access.name)
        }
      }
    }
    let kind = outcome.set.architecture == .x86 ? "IOAPIC" : "GIC"
    return owners.sorted { $0.key < $1.key }.map { chip, lines in
      let first = lines.keys.min() ?? 0
      let last = lines.keys.max() ?? 0
      let title = chip == 0 ? kind : "\(kind) at \(hex(chip))"
      var html = "<div class=\"chipgrid\"><h3>\(title)</h3><div class=\"pins\">"
      for line in first...last {
        if let owner = lines[line] {
          let device = owner.name.map { ", \($0)" } ?? ""
          html += "<span class=\"pin\" style=\"--c:\(palette.colour(owner.member))\" data-tip=\"line \(line)"
          html += "\(escaped(device)): \(escaped(outcome.set.members[owner.member].title))\">\(line)</span>"
        } else {
          html += "<span class=\"pin none\" data-tip=\"line \(line): nobody\">\(line)</span>"
        }
      }
      return html + "</div></div>"
    }.joined()
  }

  /// The capacity mask, one row per cell that has a share.
  static func caches(_ outcome: SetOutcome, _ palette: Palette) -> String {
    let rows = outcome.reach.filter { !$0.of(.cacheWay).isEmpty }
    guard !rows.isEmpty else { return "" }
    let used = rows.flatMap { $0.of(.cacheWay) }.map(\.last).max() ?? 0
    let bits = max(used + 1, UInt64(outcome.set.inventory.cacheMaskBits ?? 0))
    var html = "<table class=\"ways\">"
    for reach in rows {
      let mine = reach.of(.cacheWay)
      html += "<tr><th>\(palette.chip(reach.member))</th>"
      for bit in 0..<bits {
        let has = mine.contains { $0.first <= bit && bit <= $0.last }
        html +=
          "<td\(has ? " style=\"background:\(palette.colour(reach.member))\"" : "") data-tip=\"bit \(bit)\"></td>"
      }
      html += "</tr>"
    }
    return html + "</table><p class=\"quiet\">bits of the L3 capacity mask, 0 on the left</p>"
  }
}
