// SPDX-License-Identifier: Apache-2.0
// M9: a root region that is not mapped one to one.

extension Rule {
  /// The root cell sees memory at its host-physical address.
  static let m9 = Rule(
    "M9", .memory, .error,
    "Every region of the root cell has the same host-physical and guest-physical start.",
    why: """
      Linux was running before the hypervisor and goes on at the addresses it had: its page tables, its devices' DMA \
      addresses and its ACPI tables all mean host-physical addresses. Taking memory away from root also relies on it.
      """,
    example: "A root region with physical start 0x80000000 and virtual start 0.",
    remedy: "Set the virtual start to the physical start."
  ) { set in
    set.regions.filter { $0.member == 0 && !$0.isCommunication && $0.first != $0.guestFirst }.map { region in
      Finding(
        "M9", .error, "the root cell's \(set.regionName(region)) is not mapped one to one",
        at: set.side(region),
        witness: Witness(
          .guestPhysical, region.guestFirst,
          "guest-physical \(hex(region.guestFirst)) of root leads to host-physical \(hex(region.first))"),
        consequence:
          "Linux would find other memory at its addresses and crash or corrupt data at enable, and memory "
          + "given to a cell would be taken from the wrong place.",
        remedy: "Set the virtual start to \(hex(region.first)).")
    }
  }
}
