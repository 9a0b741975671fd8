// SPDX-License-Identifier: Apache-2.0
// A machine as cell files see it.

/// A machine that cell files are compiled against.
struct MachineContext {
  var machine: MachineFile
  var plan: MachinePlan
  var inventory: Inventory
  /// Devices, ready to be added to a cell.
  var expansion: DeviceExpansion
  /// Links by the cells at their ends.
  var links: [Set<String>: Int]
  /// The machine file's path, for remedies.
  var path: String

  /// Takes a compiled machine.
  init(_ machine: MachineFile, _ plan: MachinePlan, _ inventory: Inventory, path: String) {
    self.machine = machine
    self.plan = plan
    self.inventory = inventory
    self.path = path
    expansion = DeviceExpansion(machine)
    links = Dictionary(
      machine.links.enumerated().map { (Set($0.element.between), $0.offset) },
      uniquingKeysWith: { first, _ in first })
  }
}
