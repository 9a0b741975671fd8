// SPDX-License-Identifier: Apache-2.0
// `console: ttyS1`, `console: {device: ttyS1, baud: 9600}`, `console: virtual`, or a console field by field.

/// Which console a cell or the hypervisor wants.
struct ConsoleChoice {
  /// The three ways to say it.
  enum Source {
    case device(String)
    case virtual
    case raw(Console)
  }
  var source: Source
  /// Bits per second; nil: 115200.
  var baud: UInt32?
  /// The user accepts that another party has the same device.
  var isShared = false
  var position: TextPosition

  /// Reads a choice; `extraKeys` are the words for sharing that are allowed here.
  static func read(_ node: TextNode, _ problems: Problems, extraKeys: [String]) -> ConsoleChoice? {
    if let word = node.scalar {
      return ConsoleChoice(
        source: word == "virtual" ? .virtual : .device(word), position: node.position)
    }
    guard case .map(let entries) = node.value, entries.contains(where: { $0.key == "device" }) else {
      return ConsoleSyntax.console(node, problems).map {
        ConsoleChoice(source: .raw($0), position: node.position)
      }
    }
    let fields = Fields(
      entries, "`console`", keys: ["device", "baud"] + extraKeys, problems, at: node.position)
    guard let name = fields.string("device") else { return nil }
    var choice = ConsoleChoice(source: .device(name), position: fields.place(of: "device"))
    choice.baud = fields.number("baud")
    choice.isShared = extraKeys.contains { fields.bool($0) ?? false }
    if let baud = choice.baud, baud == 0 || 115200 % baud != 0 {
      problems.error(
        .outOfRange, "\(baud) is no rate of this UART", remedy: "use 115200, 57600, 38400, 19200 or 9600",
        at: fields.place(of: "baud"))
      choice.baud = nil
    }
    return choice
  }

  /// The console structure for a device of `machine`; nil, and an error, where it cannot be one.
  func console(of machine: MachineFile, _ problems: Problems) -> Console? {
    guard case .device(let name) = source else { return nil }
    guard let device = machine.devices.first(where: { $0.name == name }) else {
      problems.error(
        .unknownName, "machine \(machine.name) has no device `\(name.prefix(60))` that could be a console",
        remedy: remedy(for: name, in: machine.devices.map(\.name)), at: position)
      return nil
    }
    var console: Console
    if let uart = device.uart {
      console = uart
      if console.address == 0 {
        console.address = device.ports.first?.lowerBound ?? device.memory.first?.start ?? 0
      }
      if console.size == 0, console.flags.contains(.mmio), let window = device.memory.first {
        console.size = UInt32(truncatingIfNeeded: window.size)
      }
    } else if let ports = device.ports.first {
      console = Console()
      console.type = 2
      console.address = ports.lowerBound
    } else {
      problems.error(
        .contradiction, "`\(name)` has no ports, so how it is driven must be said",
        remedy: "add `uart: {type: pl011, flags: [mmio, distance-4]}` to it in machine \(machine.name)",
        at: position)
      return nil
    }
    if let baud { console.divider = 115200 / baud } else if console.divider == 0 { console.divider = 1 }
    return console
  }
}
