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
    Explanation(
      code: "X4",
      statement:
        "The tables that the core builds are what the configuration grants, for every address and port.",
      why: """
        On x86, `verify` has the real core build page tables, I/O bitmaps and the MSR bitmap, through several lives \
        of the cells: created in file order, each taken through loadable, loaded, running, shut down, restarted and \
        loadable again, and destroyed; created in reverse order, all loadable at once, each replaced while the \
        others run; and, with up to four cells, every set of cells and every set of loadable ones. After each \
        request all tables in force are read back by a walker written from the processor manual. Z3 is asked for a \
        guest-physical address at which they grant another right or lead elsewhere than the files say at that \
        moment, or reach the hypervisor's memory, a table, a page that nobody may reach, or what another cell has \
        for itself; and for a port or an MSR that is open and should not be, or the other way round. It must find \
        none; "unknown" counts as a failure. A refusal that comes only with tables, and more pages than R16 \
        calculates with, are reported here, too. These states suffice because tables depend on nothing but the \
        claims in force, the order of their rows, who is loadable, and which pages are free, and each of these \
        differs in these lives; what is met by no life is what the theorems "trees-are-the-ledger" and "tables- \
        after-…" are about. With more than eight cells all are created, made loadable, started and destroyed \
        together, and tables are read back when half of them and when all are so far.
        """,
      example: "A region that may be written and not read: the ledger can say it, page tables of x86 cannot.",
      remedy:
        "Correct what a refusal names. Everything else here is an error of Ostrog: report it with the files."),
  ]
}
