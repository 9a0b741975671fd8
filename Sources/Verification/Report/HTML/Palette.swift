// SPDX-License-Identifier: Apache-2.0
// A colour per cell, for a light and for a dark page.

/// The colours of a set's members, as CSS variables `--m0`, `--m1`, …
struct Palette {
  private let names: [String]
  /// Declarations of the variables.
  let variables: String

  /// Hues that stay apart for most eyes; more cells go around the circle by the golden angle.
  private static let hues = [215, 28, 160, 285, 350, 190, 55, 245]

  init(_ set: MachineSet) {
    names = set.members.map(\.name)
    variables = set.members.map { member in
      if member.isRoot { return "--m0:var(--root)" }
      let index = member.index - 1
      let hue = index < Palette.hues.count ? Palette.hues[index] : (215 + 137 * index) % 360
      return "--m\(member.index):hsl(\(hue) var(--sat) var(--light))"
    }.joined(separator: ";")
  }

  /// The CSS colour of a member.
  func colour(_ member: Int) -> String { "var(--m\(member))" }

  /// A member's name on its colour.
  func chip(_ member: Int) -> String {
    "<span class=\"chip\" style=\"--c:\(colour(member))\">\(escaped(names[member]))</span>"
  }
}
