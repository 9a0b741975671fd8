// SPDX-License-Identifier: Apache-2.0
// A stop in words: what was touched, whose that is, by which instruction, what would allow it, and what that would cost.

import CellConfig
import Core
import Verification

/// A violation, explained.
public struct Explanation: Sendable, Equatable {
  /// Who did what.
  public var what: String
  /// Whose it is.
  public var whose: String
  /// The instruction's address.
  public var instruction: String
  /// The lines that would allow it, with where they go; empty where nothing can.
  public var allow: [String]
  /// What that would cost.
  public var cost: String

  /// The lines to print.
  public var lines: [String] {
    [what, "    whose: \(whose)", "    instruction: \(instruction)"]
      + (allow.isEmpty ? ["    cannot be allowed"] : ["    would allow it:"] + allow.map { "        \($0)" })
      + ["    cost: \(cost)"]
  }

  /// The same as JSON.
  public var json: JSON {
    .object([
      ("what", .string(what)), ("whose", .string(whose)), ("instruction", .string(instruction)),
      ("allow", .array(allow.map(JSON.string))), ("cost", .string(cost)),
    ])
  }
}

extension ViolationSet {
  /// Explains a violation; `code` is where the instruction is looked up.
  public func explain(_ violation: Violation, code: StoppedCode = StoppedCode()) -> Explanation {
    let cell = cell(of: violation)
    let verb = violation.isDryRun ? "would be stopped (dry run)" : "was stopped"
    let begin = "CPU \(violation.cpu) of \(title(cell)) \(verb): it "
    let instruction = code.words(violation, of: cell == 0 ? nil : cells[cell].name)
    switch violation.stop {
    case Stop.memory: return memory(violation, cell, begin, instruction)
    case Stop.port: return port(violation, cell, begin, instruction)
    case Stop.apic, Stop.chip:
      let what = violation.stop == Stop.apic ? "its local APIC's page" : "an I/O APIC's page"
      return Explanation(
        what: begin + "touched \(what) at \(hexText(violation.address)) in a way that no handler answers",
        whose: "the hypervisor's, which answers MOV, MOVZX and MOVSX of aligned 32-bit words there",
        instruction: instruction, allow: [],
        cost:
          "whoever writes there raises any vector on any CPU; the program has to use plain 32-bit accesses")
    case Stop.function:
      let bdf = UInt16(truncatingIfNeeded: violation.address >> 8)
      let function = PCIFunction(bdf: bdf)
      return Explanation(
        what: begin + "wrote to PCI function \(function), register \(hexText(violation.address & 0xfc))",
        whose: "not \(title(cell))'s", instruction: instruction,
        allow: cell == 0
          ? ["\(function): {}   under `pci:` of the machine file"] : ["devices: [\(function)]   in its file"],
        cost:
          "who has a function moves its BARs and makes it a master of the bus: without an IOMMU its DMA reaches all memory"
      )
    case Stop.machine:
      return Explanation(
        what: begin
          + "asked for something that changes the machine for all (reset, sleep, a bridge to host or ISA)",
        whose: "nobody's", instruction: instruction, allow: [],
        cost: "one cell would end all others; end the hypervisor first: `ostrog disable`")
    case Stop.tripleFault:
      return Explanation(
        what: begin + "met a fault in the handler of a fault in the handler of a fault",
        whose: "its own", instruction: instruction, allow: [],
        cost: "nothing is to be allowed: the program, its image or its load address is wrong")
    case Stop.entry:
      return Explanation(
        what: begin + "is in a state that the processor does not enter", whose: "its own",
        instruction: instruction, allow: [],
        cost: "an error of the hypervisor's; report it with the whole line")
    default:
      return Explanation(
        what: begin
          + "did what no handler allows: exit reason \(violation.reason & 0xffff) (\(Self.exitName(violation.reason)))",
        whose: "the hypervisor's to refuse", instruction: instruction, allow: [],
        cost: "there is no right for this; the program has to do without")
    }
  }

  private static func exitName(_ reason: UInt64) -> String {
    switch reason & 0xffff {
    case ExitReason.controlRegister: "control register"
    case ExitReason.port: "string instruction on ports"
    case 9: "task switch"
    case 13: "INVD"
    case ExitReason.xsetbv: "XSETBV"
    default: "SDM vol. 3D, appendix C"
    }
  }

  // MARK: Memory

  private func memory(_ violation: Violation, _ cell: Int, _ begin: String, _ instruction: String)
    -> Explanation
  {
    // SDM vol. 3C, table 28-7: bits 2:0 what was done.
    let deeds = [(UInt64(1), "read"), (2, "wrote"), (4, "fetched code from")].filter {
      violation.qualification & $0.0 != 0
    }
    let deed = deeds.map(\.1).joined(separator: " and ")
    let wanted: RegionFlags = RegionFlags(rawValue: violation.qualification & 7)
    let address = violation.address
    let what = begin + "\(deed.isEmpty ? "touched" : deed) guest-physical \(hexText(address))"
    let rights = deedRights(wanted)
    if let region = cells[cell].cell.regions.first(where: {
      address >= $0.virtualStart && address - $0.virtualStart < $0.size
    }) {
      return Explanation(
        what: what,
        whose:
          "its own, but not for that: the region at \(hexText(region.virtualStart)) has not the rights \(rights)",
        instruction: instruction,
        allow: ["the right \(rights) for that region   in \(cell == 0 ? "the machine file" : "its file")"],
        cost: wanted.contains(.execute)
          ? "memory that is written and executed lets a fault in the program become code"
          : "no other cell's: it is in its own memory")
    }
    // Root and devices are 1:1.
    let owner = owner(ofMemory: address)
    var whose = owner.owner.map { "\($0)'s" } ?? "nobody's"
    if let name = owner.name { whose += " (\(name))" }
    if cell != 0 { whose = "nothing is there in this cell; host-physical \(hexText(address)) is \(whose)" }
    guard !owner.isProtected else {
      return Explanation(
        what: what, whose: whose, instruction: instruction, allow: [],
        cost: "who writes there rules the machine; the core refuses every such configuration")
    }
    let page = "at: \(hexText(address & ~0xfff)), size: 4K"
    var allow: [String]
    if cell == 0 {
      allow = [
        "- {name: \(owner.name ?? "found by explain"), \(page), kind: device}   under `memory:` of the machine file"
      ]
    } else if owner.isDevice, let name = owner.name {
      allow = ["devices: [\(name)]   in its file"]
    } else {
      allow = ["- {\(page), rights: \(rights)}   under `memory:` in its file"]
    }
    if let other = owner.owner, other != "the root cell", other != title(cell) {
      allow.append("and the same taken out of \(other)'s file: two owners are refused")
    }
    return Explanation(
      what: what, whose: whose, instruction: instruction, allow: allow, cost: cost(owner, cell))
  }

  private func deedRights(_ wanted: RegionFlags) -> String {
    let words = [(RegionFlags.read, "read"), (.write, "write"), (.execute, "execute")].filter {
      wanted.contains($0.0)
    }.map(\.1)
    // Page tables cannot say: written, not read.
    let all = words.contains("read") ? words : ["read"] + words
    return "[\(all.joined(separator: ", "))]"
  }

  // MARK: Ports

  private func port(_ violation: Violation, _ cell: Int, _ begin: String, _ instruction: String)
    -> Explanation
  {
    // SDM vol. 3C, table 28-5.
    let q = violation.qualification
    let (port, width, isInput, isString) = (q >> 16 & 0xffff, (q & 7) + 1, q & 8 != 0, q & 16 != 0)
    let owner = owner(ofPort: port)
    let what =
      begin
      + "\(isInput ? "read" : "wrote") \(width == 1 ? "a byte" : "\(width) bytes") \(isInput ? "from" : "to") port \(hexText(port))"
    var whose = owner.owner.map { "\($0)'s" } ?? "nobody's"
    if let name = owner.name { whose += " (\(name))" }
    guard !owner.isProtected else {
      return Explanation(
        what: what, whose: whose, instruction: instruction, allow: [],
        cost:
          "this port resets the machine, puts it to sleep, calls firmware or reaches PCI's configuration (docs/ports.md)"
      )
    }
    let range = width == 1 ? hexText(port) : "\(hexText(port))-\(hexText(port + width - 1))"
    var allow: [String]
    if let name = owner.name, owner.isDevice, cell != 0 {
      allow = ["devices: [\(name)]   in its file"]
    } else if cell == 0 {
      allow = ["found-by-explain: {ports: \(range)}   under `devices:` of the machine file"]
    } else {
      allow = ["ports: [\(range)]   in its file"]
    }
    if let other = owner.owner, other != "the root cell", other != title(cell) {
      allow.append("and the same taken out of \(other)'s file: two owners are refused")
    }
    var text = cost(owner, cell)
    if isString { text += "; INS and OUTS are answered on a cell's own ports alone" }
    return Explanation(what: what, whose: whose, instruction: instruction, allow: allow, cost: text)
  }

  private func cost(_ owner: Ownership, _ cell: Int) -> String {
    let device = inventory.devices.first { $0.name == owner.name }
    if device?.function != nil {
      return
        "a PCI function is a master of the bus: without an IOMMU its DMA reaches all memory, and its MSIs every CPU"
    }
    switch owner.owner {
    case nil:
      return cell == 0
        ? "root gets what no file has listed: make sure that no cell is to have it"
        : "what no file lists may be anything; the machine file should name it first"
    case "the root cell"?:
      return cell == 0
        ? "none: it is root's"
        : "root loses it while the cell is there; Linux' driver has to be unbound, or root is stopped at its next access"
    default: return "it cannot be in two cells but as a declared channel; the other cell loses it"
    }
  }
}
