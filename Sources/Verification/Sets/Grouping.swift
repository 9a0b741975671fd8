// SPDX-License-Identifier: Apache-2.0
// Which files belong together: a system file, and the cells that name its machine.

import CellConfig

/// Sorts files into machines.
public enum Grouping {
  /// Groups files by machine. A cell that names no machine belongs to the only system file there is; where that is not
  /// clear, a message says what to do.
  public static func group(_ files: [LoadedFile]) -> (sets: [MachineSet], problems: [Diagnostic]) {
    let systems = files.filter(\.isSystem)
    var problems: [Diagnostic] = []
    func refuse(_ code: String, _ file: LoadedFile, _ message: String, _ remedy: String) {
      problems.append(
        Diagnostic(
          code: code, message: message, remedy: remedy,
          place: file.places[.file] ?? Place(file: file.path)))
    }
    var byName: [String: Int] = [:]
    for (index, system) in systems.enumerated() {
      let name = system.machine
      if let other = byName[name] {
        refuse(
          "S2", system, "\(systems[other].path) describes the machine \(name) too",
          "verify one of the two, or give them different names")
      } else {
        byName[name] = index
      }
    }
    var cells = [[LoadedFile]](repeating: [], count: systems.count)
    for file in files where !file.isSystem {
      if let name = file.machineName {
        if let index = byName[name] {
          cells[index].append(file)
        } else {
          refuse(
            "S1", file, "the cell is for machine \(name), and no system file of that name is given",
            systems.isEmpty
              ? "give the machine's system file too: verify \(name).cell \(file.path)"
              : "add its system file; given are \(listed(byName.keys.sorted()))")
        }
      } else if systems.count == 1 {
        cells[0].append(file)
      } else if systems.isEmpty {
        refuse(
          "S1", file, "no system file is given, so nothing says what the machine has",
          "give the machine's system file too: verify SYSTEM.cell \(file.path)")
      } else {
        refuse(
          "S3", file, "the cell names no machine, and \(systems.count) system files are given",
          "verify one machine at a time, or add `machine:` in the text form (one of "
            + "\(listed(byName.keys.sorted())))")
      }
    }
    let sets = zip(systems, cells).compactMap { system, cells in MachineSet(system: system, cells: cells) }
    return (sets, problems)
  }
}

extension LoadedFile {
  /// True for a system (machine) file.
  var isSystem: Bool { if case .system = configuration { true } else { false } }
  /// The name of the machine that a system file describes.
  var machine: String {
    if let name = inventory.machine ?? machineName { return name }
    let name = configuration.cell.name
    return name.isEmpty ? baseName(path) : name
  }
}
