// SPDX-License-Identifier: Apache-2.0
// Theorem. Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared
// channels aside, and no living cell has its name; its CPUs were root's and are parked; what it takes is cleared unless it
// is a channel that somebody uses. Success means that the ledger holds exactly the claims of every other cell, root and
// the hypervisor, as they were, and the claim of every item of the configuration, as its bytes say: no region, cache share,
// line, port, function, stream or CPU less and none more; and that no guest-physical address has two meanings. No trap is
// reachable; a refusal changes nothing and clears nothing (P19); success keeps the core's invariant and is exactly the
// model's `Create`.

import Core
import Symbolic

extension Lifecycle {
  static let create = CoreTheorem(
    name: "create",
    statement: """
      Create admits a cell whatever root hands over, or refuses: what it claims nobody else claims, declared \
      channels aside, and no living cell has its name; its CPUs were root's and are parked; what it takes is \
      cleared unless it is a channel that somebody uses. The ledger then holds exactly what others had and the \
      claim of every item of the configuration, as its bytes say, and no guest-physical address of the cell has \
      two meanings. No trap is reachable; a refusal changes nothing and clears nothing (P19); success keeps the \
      core's invariant and is exactly the model's `Create`.
      """,
    properties: ["P1", "P2", "P8", "P9", "P14", "P15", "P17", "P18", "P19"],
    refusals: [.dryRun, .cellLocked, .nameExists, .tooLarge, .channelPartlyUsed],
    loops: [.takeOver, .channelCheck, .channelUse, .nameCheck],
    prepare: { Refinement.followCreate($0) },
    run: { m throws(Refusal<SymbolicWord>) in
      try m.create(
        m.argument("address"), size: m.argument("size"), as: m.argument("cell"),
        caller: m.argument("caller"))
    },
    success: { proof in
      proof.assumeInvariant(at: [
        proof.machine.peek(.currentSource, proof.first), proof.machine.peek(.currentSource, proof.second),
      ])
      proveNameIsNew(proof)
      proof.prove("it is no dry run") { proof.machine.peek(.platform, 4) .== 0 }
    },
    refines: {
      Refinement.showCreate($0)
      $0.showCell(gone: $0.machine.argument("cell"))
    })

  /// The new cell has a name that no other living cell has, root included.
  private static func proveNameIsNew(_ proof: PathProof) {
    let machine = proof.machine
    let (cell, other) = (machine.argument("cell"), proof.oldRow)
    proof.prove("the name is new") {
      let names: [Table] = [.name0, .name1, .name2, .name3]
      let isSame = names.reduce(SymbolicTruth.known(true)) {
        $0 .& (machine.peek($1, other) .== machine.peek($1, cell))
      }
      let isOther =
        (other .!= cell) .& (other .< machine.capacity(.phase))
        .& (machine.peek(.phase, other) .!= SymbolicWord(known: Phase.absent))
      return isOther ==> .!isSame
    }
  }
}
