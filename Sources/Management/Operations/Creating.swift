// SPDX-License-Identifier: Apache-2.0
// `cell create`: verified is the set of the system in force, the cells that live, and the new one.

import CellConfig

extension Manager {
  /// Creates a cell.
  public func create(_ path: String, verifies: Bool) throws(NamedRefusal) -> [String] {
    let lock = ManagementLock(files)
    defer { lock.release() }
    return try createLocked(path, verifies: verifies)
  }

  /// With the lock held.
  func createLocked(_ path: String, verifies: Bool) throws(NamedRefusal) -> [String] {
    let what = "cell create \(path)"
    guard running.isEnabled else {
      throw NamedRefusal(
        what, "the hypervisor does not run", code: "EINVAL", remedies: ["`ostrog enable MACHINE.cell`"])
    }
    let known = try knownSet(what, required: verifies)
    var loaded = Loader.load(paths: known + [path])
    try dropMachineBeside(what, &loaded, known: known, path: path)
    let verdict = VerifyFirst.judge(loaded, isWanted: verifies)
    guard let cell = loaded.files.first(where: { $0.path == path }) else {
      throw VerifyFirst.refusal(what, verdict)
        ?? NamedRefusal(what, "the file cannot be used", code: "VERIFY")
    }
    guard case .cell(let architecture, _) = cell.configuration, architecture == .x86 else {
      throw NamedRefusal(
        what, "this is no cell's file for x86", code: "EINVAL",
        remedies: ["give a file that begins with `cell:`, or a binary one of a cell"])
    }
    if let refusal = VerifyFirst.refusal(what, verdict) { throw refusal }
    return try create(cell, isVerified: verifies) + verdict.warnings
  }

  /// Asks the loader, and remembers.
  func create(_ cell: LoadedFile, isVerified: Bool) throws(NamedRefusal) -> [String] {
    let name = cell.configuration.cell.name
    if let refusal = Self.tooLong("cell create \(cell.path)", cell) { throw refusal }
    try issue("cell create \(cell.path)", .create(cell.binary))
    var said = ["created: \(name)\(isVerified ? ", verified" : ", NOT verified")"]
    do throws(Diagnostic) { try kept.keep(cell: cell) } catch { said += warning(error) }
    return said
  }

  /// The files of what lives. Where one is not known and has to be, that is refused: verify would judge a part for the whole.
  private func knownSet(_ what: String, required: Bool) throws(NamedRefusal) -> [String] {
    let living = cells.filter { $0.id != 0 }
    let missing = living.filter { kept.cell($0.name) == nil }.map { "cell \($0.name)" }
    let unknown = (kept.system == nil ? ["the machine"] : []) + missing
    guard unknown.isEmpty || !required else {
      throw NamedRefusal(
        what,
        "the configuration of \(unknown.joined(separator: ", ")) is not known, so the set cannot be verified",
        code: "VERIFY", causes: ["it was not this tool that loaded it; its copies lie in \(Kept.folder)"],
        remedies: [
          "disable, and enable by this tool", "or verify the set by hand, and say `--no-verify`",
        ])
    }
    return [kept.system].compactMap { $0 } + living.compactMap { kept.cell($0.name) }
  }

  /// A text file of a cell may have been compiled against the machine file beside it, where a binary one is in force. That is good only if it
  /// says the same.
  private func dropMachineBeside(
    _ what: String, _ loaded: inout Loaded, known: [String], path: String
  ) throws(NamedRefusal) {
    guard let system = known.first, system == kept.system,
      let inForce = loaded.files.first(where: { $0.path == system }),
      let beside = loaded.files.first(where: { !known.contains($0.path) && $0.path != path })
    else { return }
    guard beside.binary == inForce.binary else {
      throw NamedRefusal(
        what, "its machine's file \(beside.path) is not what was enabled", code: "VERIFY",
        causes: ["the file was changed since, or another machine's was enabled"],
        remedies: ["enable \(beside.path), or compile the cell against the file that was enabled"])
    }
    // One machine, known by two names: the one with names for devices stays.
    loaded.files.removeAll { $0.path == system }
  }
}
