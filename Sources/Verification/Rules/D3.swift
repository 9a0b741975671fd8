// SPDX-License-Identifier: Apache-2.0
// D3: a device that can write memory, and no IOMMU that stops it.

import CellConfig

extension Rule {
  /// A cell's physical functions sit behind an IOMMU unit.
  static let d3 = Rule(
    "D3", .devices, .error,
    "Every physical PCI function and every stream id of a non-root cell is covered by a configured IOMMU unit.",
    why: """
      A PCI function can read and write all memory unless an IOMMU translates its accesses, and the cell programs it. On a \
      machine without an IOMMU the root cell's devices can do the same: that is no finding, since nothing can be done about \
      it in the configuration, but every report says so. Bridges (type 2) and virtual links (type 3) do no DMA of their own. \
      A stream id (ARM) stands for a device that does DMA: without an SMMU nothing reads the id, and nothing stops the device.
      """,
    example: "A cell has an Ethernet function, and the machine file lists no IOMMU unit.",
    remedy:
      "List the IOMMU units in the machine file, correct the unit's index, or leave the function to root."
  ) { set in
    let units = set.system.iommuUnits.count
    let reached = hex(set.hypervisor?.first ?? 0) + (set.hypervisor == nil ? "" : ", the hypervisor's memory")
    let functions: [Finding] = set.cells.flatMap { member in
      member.cell.devices.enumerated().compactMap { index, device -> Finding? in
        guard device.type == 1, Int(device.iommu) >= units else { return nil }
        let title = set.naming.functionTitle(device.function)
        let state =
          units == 0 ? "this machine has no IOMMU" : "unit \(device.iommu) is not one of the \(units)"
        return Finding(
          "D3", .error, "\(title) in \(member.title) can write all memory: \(state)",
          at: set.side(member.index, .device(index)),
          against: units == 0 ? set.side(0, .header) : set.side(0, .iommu(units - 1)),
          witness: Witness(
            .function, UInt64(device.function),
            "\(functionText(device.function)) can write host-physical \(reached)"),
          consequence: "The cell programs the device's DMA and reaches every byte of the machine with it.",
          remedy: units == 0
            ? "List the machine's IOMMU units in its file; if it has none, leave the function to the root cell."
            : "Set the index to the unit that the function sits behind (0-\(units - 1)).")
      }
    }
    if units > 0 { return functions }
    let streams: [Finding] = set.cells.flatMap { member in
      member.cell.streamIDs.enumerated().map { index, stream in
        Finding(
          "D3", .error,
          "the device of stream id \(hex(stream)) in \(member.title) can write all memory: this machine has no IOMMU",
          at: set.side(member.index, .stream(index)), against: set.side(0, .header),
          witness: Witness(
            .stream, UInt64(stream), "the device of stream \(hex(stream)) can write host-physical \(reached)"),
          consequence: "The cell programs the device's DMA and reaches every byte of the machine with it.",
          remedy:
            "List the machine's IOMMU units in its file; if it has none, leave the device to the root cell.")
      }
    }
    return functions + streams
  }
}
