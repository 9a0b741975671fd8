// SPDX-License-Identifier: Apache-2.0
// D1: a PCI function in two places.

import CellConfig

extension Rule {
  /// A PCI function has one owner.
  static let d1 = Rule(
    "D1", .devices, .error,
    "A PCI function (domain and bus/device/function) belongs to one non-root cell, is listed once there, and is in root's "
      + "list, with the same type.",
    why: """
      Two cells with one function reprogram it under each other, and its DMA carries data of both. Functions are compared \
      by domain and number; Jailhouse leaves the domain out. Virtual links (type 3) carry the same number in all cells \
      that they connect: they count only within a cell. A function that root does not list goes back to nobody: a warning. \
      The type says whether a function does DMA; one that root lists as a function and a cell as a bridge escapes rule D3.
      """,
    example: "Cells rtos and vision both list 0000:00:19.0.",
    remedy: "Give the function to one cell."
  ) { set in
    var found: [Finding] = []
    var owners: [UInt32: (member: Int, index: Int)] = [:]
    let rootList = Dictionary(
      set.root.cell.devices.enumerated().map {
        ($0.element.function, (index: $0.offset, type: $0.element.type))
      },
      uniquingKeysWith: { first, _ in first })
    for member in set.members {
      var here: [UInt32: Int] = [:]
      for (index, device) in member.cell.devices.enumerated() {
        let function = device.function
        let title = set.naming.functionTitle(function)
        let witness = { (text: String) in Witness(.function, UInt64(function), text) }
        if let other = here[function] {
          found.append(
            Finding(
              "D1", .error, "\(title) is listed twice in \(member.title)",
              at: set.side(member.index, .device(index)), against: set.side(member.index, .device(other)),
              witness: witness("\(functionText(function)) is entry \(other) and entry \(index)"),
              consequence: "Which entry's BAR masks, capabilities and MSI-X table apply is left to chance.",
              remedy: "Remove one entry; give a virtual link a number that no physical function has."))
          continue
        }
        here[function] = index
        if member.isRoot || device.isLink { continue }
        if let other = owners[function] {
          let name = set.members[other.member].name
          found.append(
            Finding(
              "D1", .error, "\(title) is given to cells \(name) and \(member.name)",
              at: set.side(member.index, .device(index)),
              against: set.side(other.member, .device(other.index)),
              witness: witness("\(functionText(function)) is owned by cells \(name) and \(member.name)"),
              consequence:
                "Each cell can aim the device's DMA at its own memory while the other uses the device, and "
                + "read what it transfers.",
              remedy: "Give \(title) to one of the two cells."))
        } else {
          owners[function] = (member.index, index)
        }
        if let known = rootList[function] {
          if known.type != device.type {
            found.append(
              Finding(
                "D1", .error, "\(title) in \(member.title) has another type than in the root cell",
                at: set.side(member.index, .device(index)), against: set.side(0, .device(known.index)),
                witness: witness(
                  "\(functionText(function)) has type \(device.type) here, \(known.type) in the root cell"),
                consequence:
                  "A function listed as a bridge does its DMA without the IOMMU that a function must have.",
                remedy: "Give the function the type that the device has, 1 or 2, in both files."))
          }
        } else {
          found.append(
            Finding(
              "D1", .warning, "\(title) in \(member.title) is not in the root cell's list",
              at: set.side(member.index, .device(index)), against: set.side(0, .name),
              witness: witness("\(functionText(function)) is in no entry of the root cell"),
              consequence:
                "The function cannot return to Linux when the cell is destroyed; a typing error in its "
                + "number would go unnoticed.",
              remedy: "Add the function to the root cell, or correct its number."))
        }
      }
    }
    return found
  }
}
