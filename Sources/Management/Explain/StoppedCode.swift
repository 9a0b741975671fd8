// SPDX-License-Identifier: Apache-2.0
// By which instruction a CPU was stopped, as far as files tell: the hypervisor notes RIP, and neither the code's bytes nor its page tables. A cell's code is looked up in the files that were loaded
// into it, which is right where its addresses are its memory's (no paging, or 1:1); the instruction is said only if it can have done what the CPU was stopped for. Root's is Linux' own.

import CellConfig
import Verification

/// Where code is looked up.
public struct StoppedCode: Sendable {
  /// x86 has no longer instruction (SDM vol. 2A, section 2.3.11).
  private static let longest = 15
  /// What was loaded, by cell.
  private var images: [String: [LoadedImage]]
  /// The Linux that runs here, where the stop is of now.
  private var kernel: SystemFiles?

  /// Of files that the user names; a name of "" stands for every cell.
  public init(_ images: [String: [LoadedImage]] = [:]) { self.images = images }

  /// Of what this machine's tool has loaded, and of its kernel.
  init(_ files: SystemFiles, _ images: [String: [LoadedImage]]) { (kernel, self.images) = (files, images) }

  /// With further files, which win over what is known.
  public func adding(_ more: [String: [LoadedImage]]) -> StoppedCode {
    var both = self
    both.images.merge(more) { $0 + $1 }
    return both
  }

  /// The address, and what is known of the instruction there. `cell`: its name; nil: root.
  func words(_ violation: Violation, of cell: String?) -> String {
    let begin = "at \(hexText(violation.rip)) (RIP of the guest)"
    guard let cell else { return begin + root(violation) }
    if !Disassembler.judges(violation) { return begin }
    let known = (images[cell] ?? []) + (images[""] ?? [])
    for image in known.reversed() where violation.rip >= image.target {
      let offset = violation.rip - image.target
      if let was = image.was, offset >= UInt64(was.size) { continue }
      guard let bytes = try? FileBytes.read(image.path) else {
        return begin + "; \(image.path), which was loaded there, cannot be read any more"
      }
      if let was = image.was, was.digest != sha256(bytes) {
        return begin + "; \(image.path), which was loaded there, is not what it was then"
      }
      guard offset < UInt64(bytes.count) else { continue }
      let code = Array(bytes.dropFirst(Int(offset)).prefix(Self.longest))
      let place = "\(image.path), offset \(hexText(offset))"
      guard let words = Disassembler.words(code, violation) else {
        return begin
          + "; what lies there (\(place)) does not do that: the program has moved or changed it, or has page tables or segments that are not 1:1"
      }
      return begin + ": \(words)   (\(place))"
    }
    return begin
  }

  private func root(_ violation: Violation) -> String {
    guard let kernel, violation.rip >> 63 == 1 else { return "" }
    let code = KernelCode(files: kernel)
    let words =
      !Disassembler.judges(violation)
      ? nil : code.bytes(violation.rip, Self.longest).flatMap { Disassembler.words($0, violation) }
    let symbol = code.symbol(violation.rip)
    return (words.map { ": \($0)" } ?? "") + (symbol.map { words == nil ? ", in \($0)" : "   (\($0))" } ?? "")
  }
}

extension Manager {
  /// Where code of what lives now is looked up.
  public var code: StoppedCode {
    var images: [String: [LoadedImage]] = [:]
    for cell in cells where cell.id != 0 { images[cell.name] = kept.images(cell.name) }
    return StoppedCode(files, images)
  }
}
