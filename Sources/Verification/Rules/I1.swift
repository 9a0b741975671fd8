// SPDX-License-Identifier: Apache-2.0
// I1: a port range past 0xffff.

extension Rule {
  /// Port ranges end at 0xffff.
  static let i1 = Rule(
    "I1", .ports, .error, "A port range ends at 0xffff or below.",
    why: """
      There are 65,536 ports, and the hypervisor's bitmap has as many bits. A longer range is a typing error at best; \
      Jailhouse writes past its bitmap there, into its own memory.
      """,
    example: "Base 0xfff8, length 16.", remedy: "Correct the base or the length."
  ) { set in
    set.members.flatMap { member in
      member.cell.ports.enumerated().compactMap { index, range in
        let end = UInt64(range.base) + UInt64(range.length)
        guard end > 0x10000 else { return nil }
        return Finding(
          "I1", .error, "\(member.title)'s port range \(index) runs past port 0xffff",
          at: set.side(member.index, .port(index)),
          witness: Witness(
            .port, 0x10000, last: end - 1,
            "port 0x10000 does not exist, and the range ends at \(hex(end - 1))"),
          consequence:
            "A hypervisor that does not check this clears bits behind its port bitmap: memory corruption "
            + "chosen by a configuration file.",
          remedy: "Set the length to at most \(0x10000 - UInt64(range.base)).")
      }
    }
  }
}
