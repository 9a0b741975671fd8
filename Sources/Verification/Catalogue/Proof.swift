// SPDX-License-Identifier: Apache-2.0
// Codes that are not rules over files: input that cannot be used, and what the core or Z3 say.

/// A code that findings use and that `verify --explain` knows, without being a check of its own.
public struct Explanation: Sendable {
  /// Stable code.
  public var code: String
  /// What it says, in one sentence.
  public var statement: String
  /// Why.
  public var why: String
  /// An example, in words.
  public var example: String
  /// What to do about it.
  public var remedy: String
  /// How grave it is.
  public var severity: Severity = .error
}

extension Catalogue {
  /// Codes of files that cannot be grouped into machines. Exit status 2.
  public static let grouping: [Explanation] = [
    Explanation(
      code: "S1", statement: "Every cell's machine is given.",
      why:
        "What a cell may have depends on what the machine has and what the hypervisor needs, which the system file says.",
      example: "verify rtos.cell, without the machine's system file.",
      remedy: "Give the system file too: verify qemu-q35.cell rtos.cell"),
    Explanation(
      code: "S2", statement: "A machine has one system file.",
      why:
        "Two descriptions of one machine cannot both be right, and cells of that machine belong to neither.",
      example: "verify qemu-q35.cell old/qemu-q35.cell",
      remedy: "Give one of them, or compare them with --diff."),
    Explanation(
      code: "S3", statement: "A cell says which machine it is for, where several are given.",
      why:
        "Binary files have no field for it: with one system file they belong to that one, with several nobody knows.",
      example: "verify board-a.cell board-b.cell rtos.cell, with a binary rtos.cell.",
      remedy: "Verify one machine at a time, or use the text form with `machine:`."),
    Explanation(
      code: "S4", statement: "With --alternatives, a machine's cells have at most 64 maximal combinations.",
      why:
        "Every combination is verified by itself; so many are a sign that unrelated files were given together.",
      example: "Twelve pairs of cells, the two of each pair on the same memory: 4096 combinations.",
      remedy: "Verify the combinations that you mean, each by itself."),
  ]

  /// Codes of the proof itself.
  public static let proof: [Explanation] = [
    Explanation(
      code: "X1", statement: "The hypervisor admits every file of the set.",
      why: """
        `verify` hands the bytes to the real core, running on a simulated machine, and takes every cell through create, \
        set-loadable, load, start, shutdown and destroy, in both orders. A refusal that no rule explains better is reported \
        under this code, with the core's own reason and errno.
        """, example: "On ARM, a cell with an interrupt chip at an address above 2^48.",
      remedy: "Correct what the reason names."),
    Explanation(
      code: "X2", statement: "The core keeps its promises on this set.",
      why: """
        The run is watched from outside: a refused request changes nothing, creating a cell changes no other owner's claims, \
        the order of creation does not matter, what a destroyed cell had by its file's bytes is scrubbed, and no more. A \
        violation is an error of Ostrog.
        """, example: "None known.", remedy: "Report it with the files."),
    Explanation(
      code: "X3",
      statement: "Z3 confirms the ledger for every address, port, CPU, function and interrupt line.",
      why: """
        Independent of the core's own admission, Z3 is asked for a resource that breaks a property: P1 (one owner), P2 (the \
        hypervisor's memory is out of reach), P14 (what must be trapped is mapped to nobody, and no cell has a chip or a \
        cache bit that root lacks), P15 (whatever two cells reach, both declare), P5 (the ledger holds what the files' bytes \
        name, which are read here once more, and no more). It must find none; "unknown" counts as a failure.
        """, example: "host-physical 0x3b000000 is claimed by cell rtos and cell vision.",
      remedy: "Take the resource from all but one of the owners."),
  ]
}
