// SPDX-License-Identifier: Apache-2.0
// What a report does not cover. Every report says it; the list is never empty.

import CellConfig

/// Something that isolation rests on and that was not proved.
public struct Uncovered: Sendable, Hashable {
  /// In a few words.
  public var title: String
  /// What it means for this set.
  public var text: String
}

extension MachineSet {
  /// What the proof of this set does not cover, with or without its tables.
  public func uncovered(tablesBuilt: Bool) -> [Uncovered] {
    var list: [Uncovered] = []
    func add(_ title: String, _ text: String) { list.append(Uncovered(title: title, text: text)) }
    let physical = root.cell.devices.count { !$0.isLink && $0.type == 1 }
    if system.iommuUnits.isEmpty {
      add(
        "DMA of root's devices",
        "This machine has no IOMMU. \(physical == 0 ? "Any device" : counted(physical, "PCI function") + " and any other device") "
          + "that root drives can read and write all memory, the hypervisor's too. Isolation rests on root's devices not writing "
          + "where they were not told to.")
    } else {
      add(
        "DMA tables",
        "\(counted(system.iommuUnits.count, "IOMMU unit")) configured. The ledger says whose devices may reach what; "
          + "the tables that enforce it are not built by this version.")
    }
    if tablesBuilt {
      add(
        "what the processor is told",
        "The page tables and bitmaps of this set were built and confirmed as they stand between two requests. That the image hands them to "
          + "the processor, and what it does at an exit, is a matter of the theorems and of the image's tests."
      )
    } else {
      add(
        "page tables and bitmaps",
        "Proved is the ledger that they are compiled from. The tables of this set were not built.")
    }
    let partitioned = cells.filter { !$0.cell.caches.isEmpty }.map(\.name)
    add(
      "shared cache and memory bus",
      partitioned.isEmpty
        ? "No cell has a share of the L3 cache: cells evict each other's lines, and all share the memory bus."
        : "L3 shares: \(listed(partitioned)). Other cells share the rest; all share the memory bus and smaller "
          + "shared structures.")
    add("hyper-threads", threads)
    add(
      "firmware and SMM",
      architecture == .x86
        ? "Code in system management mode runs above the hypervisor and is trusted; so are microcode and the management engine."
        : "Firmware at EL3 runs above the hypervisor and is trusted, and so is what it does on calls of a cell."
    )
    if case .x86(let timer, _, _, _, _) = system.platform, timer < 4 {
      // The core knows the control block by the timer, which stands four bytes behind it.
      add(
        "power control",
        "The machine file names no PM timer, so the hypervisor does not know where the power management control block is "
          + "(PM1_CNT: sleep, switch off) and protects no port for it: root, and any cell whose ports contain it, can "
          + "stop the whole machine."
          + (inventory.powerPorts.isEmpty
            ? "" : " Rule I3 has compared the cells with the power ports that the machine file lists."))
    }
    add(
      "timing and power", "Timing channels, frequency and thermal coupling between cells are not considered.")
    add(
      "the machine itself",
      "The files were not compared with the hardware: an address that names another device than its author thinks is not noticed."
    )
    let shared = regions.filter { $0.member != 0 && $0.isShared && !$0.isCommunication }
    if !shared.isEmpty {
      let names = Set(shared.map { members[$0.member].name }).sorted()
      add(
        "what flows through channels",
        "\(counted(shared.count, "shared region")) (\(listed(names))) \(shared.count == 1 ? "is a declared flow" : "are declared flows"): "
          + "what the cells say to each other there is theirs.")
    }
    add(
      "the tools",
      "Trusted are the Swift compiler, Z3, and the transcription of the processor manual; see CAVEATS.md.")
    return list
  }

  private var threads: String {
    if inventory.coreSiblings.isEmpty {
      return
        "The machine file does not say which CPUs are hyper-threads of one core: a core may be divided between cells."
    }
    let owners = cpuOwners
    let divided = inventory.coreSiblings.filter { Set($0.compactMap { owners[$0] }).count > 1 }
    return divided.isEmpty
      ? "No core is divided between cells; threads of one cell still share their core."
      : "\(counted(divided.count, "core")) divided between cells (rule C2): "
        + divided.map { "CPUs \(cpuText($0.sorted()))" }.joined(separator: "; ") + "."
  }
}
