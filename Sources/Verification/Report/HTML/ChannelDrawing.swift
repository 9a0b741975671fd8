// SPDX-License-Identifier: Apache-2.0
// Who is connected with whom: an arc per channel, and the list of them.

import Core

/// A stretch of memory that several cells reach, as they declared.
struct Channel: Sendable {
  var first: UInt64
  var last: UInt64
  var name: String?
  /// Members that reach it, and those that may write some of it.
  var members: [Int]
  var writers: [Int]
}

extension SetOutcome {
  /// Shared memory, touching ranges taken together.
  var channels: [Channel] {
    var shared: [(access: Access, member: Int)] = []
    for reach in reach {
      for access in reach.of(.memory) where access.isShared { shared.append((access, reach.member)) }
    }
    var result: [Channel] = []
    for (access, member) in shared.sorted(by: { ($0.access.first, $0.member) < ($1.access.first, $1.member) })
    {
      let writes = access.rights.contains(.write)
      let touches = result.last.map {
        access.first <= $0.last + 1 && ($0.name == access.name || access.first <= $0.last)
      }
      if let top = result.indices.last, touches == true {
        result[top].last = max(result[top].last, access.last)
        if !result[top].members.contains(member) { result[top].members.append(member) }
        if writes, !result[top].writers.contains(member) { result[top].writers.append(member) }
      } else {
        result.append(
          Channel(
            first: access.first, last: access.last, name: access.name, members: [member],
            writers: writes ? [member] : []))
      }
    }
    // Root is part of a channel where its own map has the memory too.
    let root = reach.first { $0.member == 0 }?.of(.memory) ?? []
    for index in result.indices {
      let overlaps = root.filter { $0.first <= result[index].last && $0.last >= result[index].first }
      if overlaps.isEmpty { continue }
      result[index].members.insert(0, at: 0)
      if overlaps.contains(where: { $0.rights.contains(.write) }) { result[index].writers.insert(0, at: 0) }
    }
    return result
  }
}

/// The drawing of channels.
enum ChannelDrawing {
  static func html(_ outcome: SetOutcome, _ palette: Palette) -> String {
    let channels = outcome.channels
    if channels.isEmpty { return "<p class=\"quiet\">No two cells share memory.</p>" }
    var html = drawing(outcome, channels, palette) + "<ul class=\"channels\">"
    for channel in channels {
      html += "<li><b>\(escaped(channel.name ?? "shared memory"))</b> <span class=\"range\">"
      html +=
        "\(hexSpan(channel.first, channel.last)) (\(sizeText(channel.last - channel.first + 1)))</span> "
      html +=
        channel.members.map { member in
          "<span class=\"end\">\(palette.chip(member)) "
            + "<small>\(channel.writers.contains(member) ? "writes" : "reads")</small></span>"
        }.joined(separator: " ") + "</li>"
    }
    return html + "</ul>"
  }

  /// Members on a line, an arc for every pair that a channel connects.
  private static func drawing(_ outcome: SetOutcome, _ channels: [Channel], _ palette: Palette) -> String {
    let members = outcome.set.members
    let step = 110
    let width = step * members.count
    var pairs: [[Int]: [Channel]] = [:]
    for channel in channels {
      for (index, a) in channel.members.enumerated() {
        for b in channel.members.dropFirst(index + 1) {
          pairs[[min(a, b), max(a, b)], default: []].append(channel)
        }
      }
    }
    let reach = pairs.keys.map { $0[1] - $0[0] }.max() ?? 1
    let base = 16 + min(reach, 6) * 32
    func x(_ member: Int) -> Int { step / 2 + member * step }
    var svg =
      "<svg class=\"arcs\" viewBox=\"0 0 \(width) \(base + 46)\" role=\"img\" aria-label=\"channels between cells\">"
    // Each label lies inside its arc, where no longer arc passes.
    var labels = ""
    for (pair, list) in pairs.sorted(by: {
      ($1.key[1] - $1.key[0], $0.key[0]) < ($0.key[1] - $0.key[0], $1.key[0])
    }) {
      let (a, b) = (x(pair[0]), x(pair[1]))
      let height = min(pair[1] - pair[0], 6) * 32
      let label = list.map { sizeText($0.last - $0.first + 1) }.joined(separator: ", ")
      svg +=
        "<path d=\"M\(a) \(base) C\(a) \(base - height * 4 / 3) \(b) \(base - height * 4 / 3) \(b) \(base)\" "
      svg +=
        "class=\"arc\" data-tip=\"\(escaped(list.map { $0.name ?? "shared memory" }.joined(separator: ", ")))\"/>"
      labels +=
        "<text x=\"\((a + b) / 2)\" y=\"\(base - height + 17)\" class=\"arclabel\">\(escaped(label))</text>"
    }
    svg += labels
    for member in members {
      svg +=
        "<circle cx=\"\(x(member.index))\" cy=\"\(base)\" r=\"9\" style=\"fill:\(palette.colour(member.index))\"/>"
      svg += "<text x=\"\(x(member.index))\" y=\"\(base + 30)\" class=\"node\">\(escaped(member.name))</text>"
    }
    return svg + "</svg>"
  }
}
