// SPDX-License-Identifier: Apache-2.0
// `cell linux`: a cell is created, if it does not live yet, gets a stock kernel with all that it needs, and is started. Where something goes wrong
// after it was created, it is destroyed again.

import CellConfig

extension Manager {
  /// Runs Linux in a cell. `word`: the cell's file, or the name or number of one that lives.
  public func linux(_ word: String, _ linux: LinuxFiles, verifies: Bool) throws(NamedRefusal) -> [String] {
    let lock = ManagementLock(files)
    defer { lock.release() }
    let what = "cell linux \(word)"
    if running.isEnabled, running.cell(word) != nil {
      let cell = try cell(what, word)
      guard let description = kept.cell(cell.name).flatMap({ description($0) }) else {
        throw NamedRefusal(
          what, "the configuration of \(cell.name) is not known, so its memory is not", code: "EINVAL",
          causes: ["it was not this tool that created it"],
          remedies: ["destroy it, and give its file instead"])
      }
      return try boot(what, cell, description, linux)
    }
    // What can be known to be wrong before a CPU is taken from root is said before.
    let described = description(word)
    if let described {
      _ = try plan(what, linux, described, processors: described.cpus.map { UInt32($0) })
    }
    var said = try createLocked(word, verifies: verifies)
    guard let described, let cell = running.cell(described.name) else {
      throw NamedRefusal(what, "the cell that was created is not there", code: "ENOENT")
    }
    do throws(NamedRefusal) {
      said += try boot(what, cell, described, linux)
    } catch {
      do throws(NamedRefusal) {
        try issue("cell destroy \(cell.name)", .destroy(cell.id))
        kept.forget(cell.name)
      } catch let second {
        var both = error
        both.causes.append("and the cell could not be destroyed again: \(second.reason)")
        throw both
      }
      throw error
    }
    return said
  }

  /// The cell's configuration; nil where the file is none.
  private func description(_ path: String) -> CellDescription? {
    let loaded = Loader.load(paths: [kept.system, path].compactMap { $0 })
    guard case .cell(_, let description)? = loaded.files.first(where: { $0.path == path })?.configuration
    else { return nil }
    return description
  }

  /// Local APICs' numbers of a cell's CPUs.
  private func numbers(of cell: Int32) -> [UInt32] {
    (files.word("\(RunningSystem.tree)/cells/\(cell)/apic_ids") ?? "").split(separator: " ")
      .compactMap { UInt32($0) }
  }

  private func plan(
    _ what: String, _ linux: LinuxFiles, _ cell: CellDescription, processors: [UInt32]
  ) throws(NamedRefusal) -> LinuxPlan {
    do throws(LinuxRefusal) {
      return try LinuxPlan(
        linux, in: cell, processors: processors, machines: numbers(of: 0).first,
        tscKHz: files.number("\(RunningSystem.tree)/tsc_khz"),
        machine: ACPITables(files))
    } catch {
      throw NamedRefusal(what, error.reason, code: "EINVAL", remedies: [error.remedy])
    }
  }

  private func boot(
    _ what: String, _ cell: RunningCell, _ description: CellDescription, _ linux: LinuxFiles
  ) throws(NamedRefusal) -> [String] {
    let numbers = numbers(of: cell.id)
    guard numbers.count == description.cpus.count else {
      throw NamedRefusal(
        what, "the loader does not say which APICs the cell's CPUs have", code: "ENODEV",
        remedies: ["load the ostrog.ko that came with this tool"])
    }
    let plan = try plan(what, linux, description, processors: numbers)
    // Of what is made up beside them nothing is said.
    let given = [linux.initial?.path, linux.kernel.path]
    try issue(what, .load(cell.id, plan.images))
    // A kernel has moved by the time that it can be stopped: `explain` knows nothing of it.
    kept.forgetImages(cell.name)
    try issue(what, .start(cell.id))
    return plan.warnings
      + plan.images.filter { given.contains($0.name) }.map {
        "loaded: \($0.name), \($0.bytes.count) bytes at \(hexText($0.target))"
      }
      + ["command line: \(plan.commandLine)", "started: \(cell.name)"]
  }
}
