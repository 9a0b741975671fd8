// SPDX-License-Identifier: Apache-2.0
// A cell's devices and console, by name.

/// An item of `devices:`, resolved.
struct DeviceWish {
  /// What the name stands for.
  enum Target {
    case device(MachineDevice)
    case function(MachineFunction)
  }
  var target: Target
  /// The user accepts that the hypervisor uses the same device.
  var isShared = false
  var wantsInterrupts = true
  var position: TextPosition

  /// The device's name in the machine file.
  var name: String {
    switch target {
    case .device(let device): device.name
    case .function(let function): function.function.description
    }
  }
}

extension CellCompiler {
  /// The items of `devices:` that can be resolved; the others are errors.
  func wishes() -> [DeviceWish] {
    var seen: Set<String> = []
    return fields.list("devices").compactMap { node -> DeviceWish? in
      guard let wish = wish(node) else { return nil }
      if seen.insert(wish.name).inserted { return wish }
      problems.error(
        .duplicate, "`\(wish.name)` stands twice in `devices`", remedy: "remove one", at: node.position)
      return nil
    }
  }

  private func wish(_ node: TextNode) -> DeviceWish? {
    var nameNode = node
    var isShared = false
    var wantsInterrupts = true
    if case .map = node.value {
      guard
        let fields = Fields(
          node, "this device", keys: ["device", "shared", "interrupts"], problems,
          example: "{device: ttyS0, shared: true}"), let name = fields.required("device", example: "ttyS1")
      else { return nil }
      nameNode = name
      isShared = fields.bool("shared") ?? false
      wantsInterrupts = fields.bool("interrupts") ?? true
    }
    guard let word = problems.string(nameNode, "devices"), let context = machine(for: "devices"),
      let target = target(word, context.machine, at: nameNode.position)
    else { return nil }
    return DeviceWish(
      target: target, isShared: isShared, wantsInterrupts: wantsInterrupts, position: nameNode.position)
  }

  private func target(_ word: String, _ machine: MachineFile, at position: TextPosition) -> DeviceWish.Target?
  {
    if let device = machine.devices.first(where: { $0.name == word }) { return .device(device) }
    let function = PCIFunction(word)
    if let found = machine.functions.first(where: { $0.name == word || $0.function == function }) {
      return .function(found)
    }
    problems.error(
      .unknownName, "machine \(machine.name) has no device `\(word.prefix(60))`",
      remedy: remedy(for: word, in: machine.deviceNames), at: position)
    return nil
  }

  /// Adds what a device consists of.
  mutating func add(_ wish: DeviceWish) {
    guard let machine = context?.machine else { return }
    owned.insert(wish.name)
    switch wish.target {
    case .device(let device):
      if device.name == machine.hypervisor.consoleDevice, !wish.isShared {
        problems.error(
          .contradiction, "`\(device.name)` is the hypervisor's console",
          remedy:
            "choose another device, or accept mixed output with `{device: \(device.name), shared: true}`",
          at: wish.position)
      }
      expansion?.add(device, to: &builder, at: wish.position, pins: wish.wantsInterrupts)
    case .function(let function):
      if function.device.type == 2 {
        problems.error(
          .contradiction, "\(function.label) is a bridge and stays with the root cell",
          remedy: "name the functions behind it", at: wish.position)
      }
      if function.device.msiVectors == 0, function.device.msixVectors == 0 {
        problems.warning(
          .noInterrupt, "\(function.label) has neither MSI nor MSI-X: its interrupts will not reach the cell",
          remedy: "drive it by polling; legacy lines are shared between functions and are never given away",
          at: wish.position)
      }
      expansion?.add(function, to: &builder, at: wish.position)
    }
  }

  /// `console:` names a device, which the cell then also owns; or the virtual console; or is placed by hand.
  mutating func addConsole(_ devices: [DeviceWish]) {
    guard let node = fields["console"],
      let choice = ConsoleChoice.read(node, problems, extraKeys: ["shared"])
    else { return }
    builder.note(.console, node.position)
    switch choice.source {
    case .raw(let console): builder.cell.console = console
    case .virtual: builder.cell.flags.formUnion([.virtualConsolePermitted, .virtualConsoleActive])
    case .device(let name):
      guard let machine = machine(for: "console")?.machine else { return }
      guard let console = choice.console(of: machine, problems) else { return }
      builder.cell.console = console
      builder.note(.console, node.position, name: name)
      guard !owned.contains(name), let device = machine.devices.first(where: { $0.name == name }) else {
        return
      }
      add(DeviceWish(target: .device(device), isShared: choice.isShared, position: choice.position))
    }
  }
}
