// SPDX-License-Identifier: Apache-2.0
// `ostrog config create`, `ostrog config collect`

import ArgumentParser
import CellConfig
import Management
import Verification

/// Writes the machine file of a machine.
struct ConfigCreate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create", abstract: "Writes the machine file of this machine, or of one that was collected.",
    discussion: """
      It is made from /proc/iomem, /proc/ioports, /sys/bus/pci, the firmware's ACPI tables and /proc/cpuinfo; root gets what Linux uses, and \
      each line says from where it comes. The result is verified.

      Examples:
        ostrog config create -o machine.cell
        ostrog config create --from collected/ --machine line-3 -o line-3.cell
      """)

  @Option(name: .shortAndLong, help: "Where to write; - is the standard output.")
  var output = "-"

  @Option(
    name: .customLong("from"),
    help: ArgumentHelp("What `ostrog config collect` has copied.", valueName: "folder"),
    completion: .directory)
  var folder: String?

  @Option(help: "The machine's name (default: after the product).")
  var machine: String?

  @Option(help: ArgumentHelp("Memory for the hypervisor, such as 8M.", valueName: "size"))
  var hypervisorMemory: String?

  @Option(help: ArgumentHelp("Memory for cells, such as 256M.", valueName: "size"))
  var cellMemory: String?

  func validate() throws {
    for size in [hypervisorMemory, cellMemory].compactMap({ $0 }) where sizeInBytes(size) == nil {
      throw ValidationError("`\(size)` is no size; write 6M.")
    }
  }

  func run() throws {
    let facts = try MachineFacts(SystemFiles(folder ?? ""))
    let wish = MachineWish(
      name: machine, hypervisor: hypervisorMemory.flatMap { sizeInBytes($0) },
      cells: cellMemory.flatMap { sizeInBytes($0) })
    let writer = try MachineWriter(facts, wish)
    let text = writer.text
    try Output.write(Array(text.utf8), to: output, inputs: [])
    let path = output == "-" ? "machine.cell" : output
    let loaded = Loader.load(bytes: Array(text.utf8), path: path)
    let outcome = Verification.verify(loaded.files, problems: loaded.problems)
    Output.complain(
      [TextReport.render(outcome, style: Style(colours: false), detail: .quiet)]
        + writer.advice.map { "to do: \($0)" })
    if let file = loaded.files.first, let refusal = Manager.tooLong("config create", file) { throw refusal }
    let status = outcome.status(strict: false)
    if status != 0 { throw ExitCode(status) }
  }
}

/// Copies what `create` reads.
struct ConfigCollect: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "collect", abstract: "Copies what `config create` reads of this machine into a folder.",
    discussion: """
      Run as root: others see no addresses. Nothing is copied but /proc and /sys files on memory, ports, PCI functions, CPUs and firmware tables.

      Example: ostrog config collect line-3; elsewhere: ostrog config create --from line-3
      """)

  @Argument(help: "The folder.", completion: .directory)
  var folder: String

  func run() throws {
    let count = try Collecting.collect(Tool.files, into: folder)
    Output.print("\(count) files: \(folder)")
  }
}
