// SPDX-License-Identifier: Apache-2.0
// Theorems about what stands in for a guest's memory: which memory may be read to find the instruction that left, and what that
// instruction can be. Exits are proved on top of these ("exits-stay-inside").

import Core
import Symbolic

/// Theorems about accesses that the hypervisor answers.
enum GuestAccess {
  typealias W = SymbolicWord

  static let granted = Steps.make(
    .granted, "granted-is-the-tree",
    "Whatever tree and address: what is granted is what the tree says of that address, and can be read; or nothing; no trap."
  ) { m throws(Refusal<W>) in
    _ = m.granted(m.any("root"), m.any("address"))
  }

  static let decode = Steps.make(
    .decode, "instructions-are-sound",
    "Whatever the bytes and the code's size: an instruction is refused, or it has 1 to 15 bytes, moves 1, 2, 4 or 8, and names a register that there is; no trap."
  ) { m throws(Refusal<W>) in
    _ = m.decode(Code(low: m.any("low"), high: m.any("high"), size: m.any("size")))
  }
}
