// SPDX-License-Identifier: Apache-2.0
// One step of a life: a request to the core, or something that a cell does. A value, so that a life can be written
// down, repeated and shortened.

/// A step.
enum Operation: Sendable {
  case enable(SystemWish, caller: UInt64)
  case create(Wish, id: UInt64, caller: UInt64)
  case setLoadable(UInt64, caller: UInt64)
  case load(UInt64, target: UInt64, size: UInt64, caller: UInt64)
  case start(UInt64, caller: UInt64)
  case shutDown(by: UInt64)
  case failCPU(UInt64)
  case fail(UInt64)
  case destroy(UInt64, caller: UInt64)
  case disable(caller: UInt64)
  /// What the cell's communication page says from now on.
  case say(UInt64, state: UInt64, reply: UInt64)
  /// The cell, root included, writes there if it can: the model alone knows of it.
  case write(UInt64, place: Int)

  /// Its kind, for counting.
  var kind: String {
    switch self {
    case .enable: "enable"
    case .create: "create"
    case .setLoadable: "set-loadable"
    case .load: "load"
    case .start: "start"
    case .shutDown: "shut-down"
    case .failCPU: "fail-cpu"
    case .fail: "fail"
    case .destroy: "destroy"
    case .disable: "disable"
    case .say: "say"
    case .write: "write"
    }
  }

  /// In words.
  var words: String {
    switch self {
    case .enable(let system, let caller): "enable from CPU \(caller): \(system.words)"
    case .create(let wish, let id, let caller): "create cell \(id) from CPU \(caller): \(wish.words)"
    case .setLoadable(let id, let caller): "set cell \(id) loadable from CPU \(caller)"
    case .load(let id, let target, let size, let caller):
      "load \(hex(size)) bytes into cell \(id) at guest address \(hex(target)) from CPU \(caller)"
    case .start(let id, let caller): "start cell \(id) from CPU \(caller)"
    case .shutDown(let cpu): "the cell on CPU \(cpu) shuts itself down"
    case .failCPU(let cpu): "CPU \(cpu) fails"
    case .fail(let id): "cell \(id) fails"
    case .destroy(let id, let caller): "destroy cell \(id) from CPU \(caller)"
    case .disable(let caller): "disable from CPU \(caller)"
    case .say(let id, let state, let reply): "the page of cell \(id) says: state \(state), reply \(reply)"
    case .write(let id, let place): "cell \(id) writes \(Place.all[place].name)"
    }
  }
}

func hex(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }

extension Wish {
  /// In words.
  var words: String {
    var parts = ["name \(name)", "CPUs \(cpus)"]
    if architecture != 0 { parts.append("architecture \(architecture)") }
    if isConfidential { parts.append("confidential") }
    if isPassive { parts.append("passive") }
    if timeout != 0 { parts.append("answers looked for \(timeout) times") }
    for region in regions {
      parts.append(
        "memory \(hex(region.physical)) + \(hex(region.size)) at \(hex(region.guest)), flags \(hex(region.flags))"
      )
    }
    for port in ports { parts.append("ports \(hex(port.base)) + \(port.length)") }
    if !functions.isEmpty { parts.append("functions \(functions)") }
    if !lines.isEmpty { parts.append("lines \(lines)") }
    if let ways {
      parts.append("cache ways \(ways.start) + \(ways.count)\(ways.isShared ? ", shared" : "")")
    }
    if !streams.isEmpty { parts.append("streams \(streams)") }
    if let defect { parts.append("broken on purpose: \(defect.rawValue)") }
    return parts.joined(separator: "; ")
  }
}

extension SystemWish {
  /// In words.
  var words: String {
    root.words + (hasConsole ? "; console" : "; no console")
      + (pmTimer == 0 ? "" : "; PM timer \(hex(pmTimer))")
  }
}
