// SPDX-License-Identifier: Apache-2.0
// R16: does the hypervisor's memory suffice for the tables of this set?

import CellConfig

extension Rule {
  /// The page pool holds the tables of the whole set, in both generations.
  static let r16 = Rule(
    "R16", .practice, .error,
    "The hypervisor's memory holds the image, the per-CPU data and the tables of the whole set.",
    why: """
      Page tables, bitmaps and per-CPU pages come from one pool inside the hypervisor's memory. When it is used up, creating a \
      cell fails with a bare ENOMEM, which users searched for up to twelve days. The bound is an upper one: a set that \
      passes fits; near the limit it may fit although it does not pass.
      """,
    example: "Eight cells with many unaligned regions, and 1 MiB of hypervisor memory.",
    remedy:
      "Reserve more memory for the hypervisor (memmap= on the kernel command line, and the machine file)."
  ) { set in
    guard set.hypervisor != nil else { return [] }
    let budget = PagePool.budget(of: set)
    guard budget.needed > budget.available else { return [] }
    let bytes = (budget.needed * 4096 + 0xf_ffff) & ~0xf_ffff
    return [
      Finding(
        "R16", .error,
        "the hypervisor's memory has \(counted(budget.available, "page")), this set can need \(budget.needed)",
        at: set.side(0, .hypervisorMemory),
        witness: Witness(.number, budget.needed, "\(budget.needed) pages needed: \(budget.text)"),
        consequence: "Creating one of the cells fails with ENOMEM.",
        remedy: "Reserve at least \(sizeText(bytes)) for the hypervisor.")
    ]
  }
}
