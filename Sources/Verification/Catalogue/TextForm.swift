// SPDX-License-Identifier: Apache-2.0
// Codes of the reader of the text form; docs/cell-format.md describes the form.

extension Catalogue {
  /// Codes of messages about the text form. Exit status 2; Y14 is a warning.
  public static let text: [Explanation] = [
    Explanation(
      code: "Y1", statement: "The text form is YAML without the parts that configurations do not need.",
      why:
        "Anchors, several documents in one file and more than 32 levels are refused, because people and tools read them differently.",
      example: "A tab as indentation.",
      remedy:
        "Correct the syntax at the place shown; an editor with the schema (docs/cell.schema.json) finds it while you type."
    ),
    Explanation(
      code: "Y2", statement: "Every key is known.",
      why: "A misspelt key would silently leave out what it was meant to say.",
      example: "cpu: 2 instead of cpus: 2",
      remedy: "Use the key that the message proposes; docs/cell-format.md lists all of them."),
    Explanation(
      code: "Y3", statement: "Nothing stands twice.",
      why: "Of two values for one key, one would silently win.",
      example: "Two entries `ram:` in one cell.",
      remedy: "Remove one of them."),
    Explanation(
      code: "Y4", statement: "A value has the kind that its key demands: mapping, list or single value.",
      why: "A list where one value is expected has no meaning.",
      example: "ram: [64M]",
      remedy: "Write the value in the form that the message shows."),
    Explanation(
      code: "Y5", statement: "Numbers, sizes, ranges, functions and names can be read.",
      why: "What cannot be read cannot be checked.",
      example: "ram: 64Q",
      remedy: "Write sizes as 64M, ranges as 2-3, ports in hexadecimal, functions as 00:1f.6."),
    Explanation(
      code: "Y6", statement: "Values are within their limits.",
      why: "A value outside would be cut to its field and mean something else.",
      example: "A port above 0xffff.",
      remedy: "Correct the value; the message names the limits."),
    Explanation(
      code: "Y7", statement: "Nothing that must be there is missing.",
      why: "There is no sensible default for it.",
      example: "A cell without `cpus`.",
      remedy: "Add the key that the message names."),
    Explanation(
      code: "Y8", statement: "Names are known: flags, types, devices, CPUs, links, IOMMU units.",
      why: "Cells name what the machine file describes; a misspelt device would be left out.",
      example: "devices: [tyyS1]",
      remedy: "Use the name that the message proposes, or add the device to the machine file."),
    Explanation(
      code: "Y9", statement: "There is room for what is asked for.",
      why:
        "The compiler places cells and links in the memory, cache ways and device numbers that the machine file reserves.",
      example: "Three cells of 64M in 128M of cell-memory.",
      remedy: "Reserve more, or ask for less."),
    Explanation(
      code: "Y10", statement: "No two statements exclude each other.",
      why: "One of them would silently win.",
      example: "An ARM machine with a PM timer.",
      remedy: "Remove one of the two."),
    Explanation(
      code: "Y11", statement: "A cell's machine is known, and its file is right.",
      why: "What a cell may name stands in the machine file.",
      example: "machine: qemu-q53",
      remedy: "Correct the name, give the machine's file too, or repair it first."),
    Explanation(
      code: "Y12", statement: "One file describes a machine.",
      why: "Two descriptions of one machine cannot both be right.",
      example: "Two files with machine: qemu-q35.",
      remedy: "Give one of them, or compare them with --diff."),
    Explanation(
      code: "Y13", statement: "Files can be read and written.",
      why: "Nothing is known of a file that cannot be read.",
      example: "A path that does not exist.",
      remedy: "Check path and permissions; a configuration has at most 16 MiB."),
    Explanation(
      code: "Y14", statement: "A PCI function of a cell has MSI or MSI-X (a warning).",
      why:
        "Legacy interrupt lines are shared between functions and are never given away: without MSI the cell is not interrupted.",
      example: "A function without `msi` in the machine file.",
      remedy: "Drive the device by polling, or list its MSI capability in the machine file.",
      severity: .warning),
  ]
}
