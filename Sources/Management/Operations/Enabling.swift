// SPDX-License-Identifier: Apache-2.0
// `enable` and `disable`.

import CellConfig

extension Manager {
  /// Verifies a machine file, with the cells that are to come, and puts the hypervisor under this system. Returns what to print.
  /// With `creates`, the cells are created, too, in their order.
  public func enable(_ paths: [String], verifies: Bool, creates: Bool) throws(NamedRefusal) -> [String] {
    let lock = ManagementLock(files)
    defer { lock.release() }
    let what = "enable"
    let loaded = Loader.load(paths: paths)
    let given = loaded.files.filter { paths.contains($0.path) }
    let systems = given.filter { if case .system = $0.configuration { true } else { false } }
    let verdict = VerifyFirst.judge(loaded, isWanted: verifies)
    if verdict.status == 2, let refusal = VerifyFirst.refusal(what, verdict) { throw refusal }
    guard let system = systems.first, systems.count == 1 else {
      throw NamedRefusal(
        what,
        systems.isEmpty ? "no machine file is among the files" : "there are \(systems.count) machine files",
        code: "USAGE", remedies: ["give one machine file, and cells of that machine behind it"])
    }
    guard system.configuration.architecture == .x86 else {
      throw NamedRefusal(
        what, "\(system.path) is for another architecture", code: "EINVAL",
        causes: ["the loader is for x86"], remedies: ["give the file of this machine"])
    }
    if let refusal = VerifyFirst.refusal(what, verdict) { throw refusal }
    if running.isEnabled {
      throw NamedRefusal(
        what, "the hypervisor runs already", code: "EBUSY", remedies: ["`ostrog disable` first"])
    }
    if let refusal = Self.tooLong(what, system) { throw refusal }
    // Looked at before: afterwards root reaches what the file says, and what it lacks stops the CPU that looks.
    var changed: [String] = []
    if case .system(_, let machine) = system.configuration { changed = MachineFit(files, machine).changed }
    try issue(what, .enable(system.binary))
    var done = ["enabled: \(system.path)\(verifies ? ", verified" : ", NOT verified")"]
    var said = done
    said += changed.map { "changed since the file was made: \($0)" }
    do throws(Diagnostic) { try kept.keep(system: system) } catch { said += warning(error) }
    said += verdict.warnings
    guard creates else { return said }
    for cell in given where cell.path != system.path {
      do throws(NamedRefusal) {
        let created = try create(cell, isVerified: verifies)
        done += created.prefix(1)
        said += created
      } catch {
        // What was done is said: it stays.
        var both = error
        both.reason +=
          "; the hypervisor runs, and so does what was created before (\(done.joined(separator: "; ")))"
        both.remedies.append("`ostrog cell create` for what is missing, or `ostrog disable`")
        throw both
      }
    }
    return said
  }

  /// The loader and the hypervisor take so many bytes of a configuration (Kernel/loader/abi.h).
  private static let longest = 0x1_0000
  /// The refusal of a file that is longer.
  public static func tooLong(_ what: String, _ file: LoadedFile) -> NamedRefusal? {
    if file.binary.count <= longest { return nil }
    return NamedRefusal(
      what, "\(file.path) has \(file.binary.count) bytes in its binary form, and can have \(longest)",
      code: "E2BIG",
      causes: [
        "most of that are PCI functions (56 bytes, and 8 for each capability) and memory regions (32 bytes)"
      ],
      remedies: ["leave out functions that nobody uses: what no file names is nobody's"])
  }

  /// Ends all cells and the hypervisor.
  public func disable() throws(NamedRefusal) -> [String] {
    let lock = ManagementLock(files)
    defer { lock.release() }
    let ended = cells.filter { $0.id != 0 }.map(\.name)
    try issue("disable", .disable)
    kept.forgetAll()
    return ["disabled" + (ended.isEmpty ? "" : "; ended: \(ended.joined(separator: ", "))")]
  }
}
