// SPDX-License-Identifier: Apache-2.0
// Enabling, disabling, and the life of cells: verify first, then the loader, then what has to be remembered.

import CellConfig

/// Manages the hypervisor of a machine.
public struct Manager {
  /// The machine's files.
  let files: SystemFiles
  let device: any ControlDevice
  let running: RunningSystem
  let kept: Kept

  /// Of this machine, or of a test's files and a fake device.
  public init(_ files: SystemFiles, _ device: any ControlDevice) {
    self.files = files
    self.device = device
    running = RunningSystem(files)
    kept = Kept(files)
  }

  /// All that lives.
  public var cells: [RunningCell] { running.cells }

  /// The files that were enabled and created by this tool, of what lives.
  public var knownFiles: [String] {
    [kept.system].compactMap { $0 } + cells.filter { $0.id != 0 }.compactMap { kept.cell($0.name) }
  }

  /// The cell that the user means; root, too.
  public func find(_ word: String) throws(NamedRefusal) -> RunningCell {
    try cell("cell \(word)", word, mayBeRoot: true)
  }

  /// Issues a request.
  func issue(_ what: String, _ request: Request) throws(NamedRefusal) {
    if let refusal = NamedRefusal(what, request.kind, device.issue(request)) { throw refusal }
  }

  /// The cell that the user means; what is not there is refused by name, and root where it may not be it.
  func cell(_ what: String, _ word: String, mayBeRoot: Bool = false) throws(NamedRefusal) -> RunningCell {
    guard running.isEnabled else {
      throw NamedRefusal(
        what, "the hypervisor does not run", code: "ENODEV", remedies: ["`ostrog enable MACHINE.cell`"])
    }
    guard let cell = running.cell(word) else {
      let names = cells.map(\.name).joined(separator: ", ")
      throw NamedRefusal(
        what, "there is no cell `\(word)`", code: "ENOENT", remedies: ["there are: \(names)"])
    }
    guard mayBeRoot || cell.id != 0 else {
      throw NamedRefusal(
        what, "`\(word)` is the root cell", code: "EINVAL",
        causes: ["root is what manages; it ends with `ostrog disable`"], remedies: ["name another cell"])
    }
    return cell
  }

  /// A message for what went wrong after the hypervisor has done its part.
  func warning(_ error: Diagnostic) -> [String] {
    error.lines + ["    what follows: verify does not know of it; further cells need --no-verify"]
  }
}
