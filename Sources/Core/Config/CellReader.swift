// SPDX-License-Identifier: Apache-2.0
// Reads a cell configuration, revisions 12, 13 and 14. Promise: accepts only what is well formed (rule area F), touches
// nothing outside the private copy, and takes a bounded number of steps.

extension Machine {
  /// Reads and lays out a cell configuration. Revisions 12 and 13 do not say their architecture; they get `assumed`.
  public func readCell(_ copy: PrivateCopy<W>, assumed: W) throws(Refusal<W>) -> CellLayout<W> {
    try step(.readCell, given: (copy, assumed), CellLayout(shapeOf: copy), frame: .none) {
      assumed .<= 2
    } ensures: { layout in
      layout.isInside()
    } body: { () throws(Refusal<W>) in
      try self.layOutCell(copy, assumed: assumed)
    }
  }

  private func layOutCell(_ copy: PrivateCopy<W>, assumed: W) throws(Refusal<W>) -> CellLayout<W> {
    guard W(known: CellOffset.length) <= copy.size else { throw Refusal(.truncatedHeader, copy.size) }
    let architecture = try readSignature(
      copy, Signature.cell, Signature.oldCell, assumed: assumed
    ).architecture
    let layout = try layout(copy, descriptor: 0, architecture: architecture)
    try checkDescriptor(layout)
    return layout
  }

  /// Checks signature, revision and architecture; `assumed` is the architecture where the revision does not say.
  func readSignature(
    _ copy: PrivateCopy<W>, _ signature: UInt64, _ oldSignature: UInt64, assumed: W
  ) throws(Refusal<W>) -> (architecture: W, revision: W) {
    let low = load(copy.holder, size: copy.size, offset: 0, width: 4)
    let fifth = load(copy.holder, size: copy.size, offset: 4, width: 1)
    let sixth = load(copy.holder, size: copy.size, offset: W(known: CellOffset.architecture), width: 1)
    let revision = load(copy.holder, size: copy.size, offset: W(known: CellOffset.revision), width: 2)
    let five = low | (fifth << W(known: 32))
    let six = five | (sixth << W(known: 40))
    let isNew = five .== W(known: signature)
    let isOld = six .== W(known: oldSignature)
    guard (isNew .| isOld).isTrue else { throw Refusal(.badSignature, 0) }
    let newRevision = isNew .& (revision .== W(known: 14))
    let oldRevision = isOld .& ((revision .== W(known: 12)) .| (revision .== W(known: 13)))
    guard (newRevision .| oldRevision).isTrue else {
      throw Refusal(.badRevision, W(known: CellOffset.revision), revision)
    }
    // JHSYS begins JHSYST too, so the signature alone does not say whether the sixth byte is an architecture.
    let architecture = W.choose(newRevision, sixth, assumed)
    guard architecture <= W(known: 2) else {
      throw Refusal(.badArchitecture, W(known: CellOffset.architecture), architecture)
    }
    return (architecture, revision)
  }

  /// Checks what every cell descriptor must keep: known flags, a name, a CPU set.
  func checkDescriptor(_ layout: CellLayout<W>) throws(Refusal<W>) {
    guard (layout.flags & W(known: ~CellFlag.known)) == 0 else {
      throw Refusal(.unknownFlags, layout.descriptor + W(known: CellOffset.flags), layout.flags)
    }
    let first = descriptorField(layout, CellOffset.name, 1)
    guard first != 0 else { throw Refusal(.nameEmpty, layout.descriptor + W(known: CellOffset.name)) }
    let last = descriptorField(layout, CellOffset.name + 31, 1)
    guard last == 0 else {
      throw Refusal(.nameUnterminated, layout.descriptor + W(known: CellOffset.name + 31))
    }
    guard layout.cpus.count != 0 else {
      throw Refusal(.cpuSetEmpty, layout.descriptor + W(known: CellOffset.cpuSetSize))
    }
  }
}

/// Flags of a cell descriptor that the core acts on.
public enum CellFlag {
  /// Never messaged, never waited for; its lock is ignored.
  public static var passive: UInt64 { 1 }
  /// Its memory is scrubbed before root may see it again.
  public static var confidential: UInt64 { 0x100 }
  /// A port that is not its own is an open bus to it: it reads as ones, what is written goes nowhere, and the CPU goes on.
  public static var openBus: UInt64 { 0x200 }
  /// It may say something on the hypervisor's console.
  public static var consolePermitted: UInt64 { 1 << 30 }
  /// Every bit that has a meaning.
  public static var known: UInt64 { 0xc000_0307 }
}
