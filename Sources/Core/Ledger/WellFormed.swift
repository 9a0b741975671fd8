// SPDX-License-Identifier: Apache-2.0
// What every claim keeps, whoever makes it: a range inside one space; a CPU claim is exactly one CPU; CPUs and
// interrupt lines are private by nature.

extension Claim {
  /// Whether the claim keeps the rules above, on a machine of `cpus` CPUs.
  public func isWellFormed(cpus: W) -> W.Condition {
    let space = base >> 60
    let isRange = (base .< end) .& (end .< W(known: 1 << 63)) .& (space .== ((end &- 1) >> 60))
    let isCPU = space .== W(known: Space.cpu.rawValue)
    let isLine = space .== W(known: Space.interrupt.rawValue)
    let isOneCPU =
      (end .== (base &+ 1)) .& ((base &- W(known: Space.cpu.origin)) .< cpus) .& marks.has(Marks.execute)
    let isPrivate = .!marks.hasAny(Marks.shareable | Marks.keepsRoot | Marks.loadable)
    let sharing = marks.has(Marks.shareable) ==> (marks.has(Marks.keepsRoot) .& .!marks.has(Marks.execute))
    return isRange .& sharing .& marks.hasAny(Marks.rights) .& (isCPU ==> isOneCPU)
      .& ((isCPU .| isLine) ==> isPrivate)
  }
}

extension Machine {
  /// The CPU that a claim is about; not below the number of CPUs where it is about something else.
  func cpu(of claim: Claim<W>) -> W {
    W.choose(
      (claim.base >> 60) .== W(known: Space.cpu.rawValue), claim.base &- W(known: Space.cpu.origin),
      capacity(.occupant))
  }
}
