// SPDX-License-Identifier: Apache-2.0
// `config create`: a machine file, with the least that root can live with, and from where each line comes.

import CellConfig

/// What the user decides.
public struct MachineWish: Sendable {
  /// The machine's name; nil: made of the product's.
  public var name: String?
  /// Bytes for the hypervisor, for cells; nil: what memmap= says, or a proposal.
  public var hypervisor: UInt64?
  public var cells: UInt64?
  /// No wish.
  public init(name: String? = nil, hypervisor: UInt64? = nil, cells: UInt64? = nil) {
    self.name = name
    self.hypervisor = hypervisor
    self.cells = cells
  }
}

/// Writes machine files.
public struct MachineWriter {
  let facts: MachineFacts
  let place: HypervisorPlace
  let wish: MachineWish
  let names: [PCIFunction: String]

  /// A writer for a machine; refuses one that has no room.
  public init(_ facts: MachineFacts, _ wish: MachineWish) throws(NamedRefusal) {
    self.facts = facts
    self.wish = wish
    names = FunctionNames.of(facts.functions)
    guard let place = HypervisorPlace(facts, hypervisor: wish.hypervisor, cells: wish.cells) else {
      throw NamedRefusal(
        "config create", "there is no room for the hypervisor and cells", code: "ENOMEM",
        causes: ["no range of RAM below 4 GiB is large enough, and memmap= keeps none off Linux"],
        remedies: ["--cell-memory 16M, or memmap=SIZE$START on the kernel's command line"])
    }
    guard place.hypervisor <= HypervisorPlace.most else {
      throw NamedRefusal(
        "config create",
        "the hypervisor would have \(Sizes.text(place.hypervisor)) of memory, for \(facts.cpus.count) CPUs, and can have \(Sizes.text(HypervisorPlace.most))",
        code: "ENOMEM", causes: ["so much address space is left to it beside Linux"],
        remedies: [
          "--hypervisor-memory \(Sizes.text(HypervisorPlace.most)) or less; CPUs that are offline are not counted"
        ])
    }
    self.place = place
  }

  /// What has to be done before the file can be enabled; empty where nothing is.
  public var advice: [String] {
    let watchdog =
      facts.ports.contains { $0.name.hasPrefix("iTCO_wdt") }
      ? [
        "a watchdog (iTCO_wdt) resets the machine for whoever has its ports, and root has: where root is not to be able to, take `watchdog` out of this file, and blacklist iTCO_wdt"
      ] : []
    if place.isReserved { return watchdog }
    return watchdog + [
      "boot Linux with \(place.parameter) before `ostrog enable`",
      "in /etc/default/grub: GRUB_CMDLINE_LINUX=\"… \(place.parameter.replacing("$", "\\\\\\$"))\", then update-grub",
    ]
  }

  /// The file.
  public var text: String {
    (head + fingerprint + processor + hypervisor + platform + iommus + memory + cells + chips + devices
      + functions
      + power).joined(separator: "\n") + "\n"
  }

  private var name: String {
    if let name = wish.name { return name }
    let plain = PortPlan.plain(facts.product.split(separator: ",").dropFirst().first.map(String.init) ?? "")
    return plain.isEmpty ? "machine" : plain
  }

  private var head: [String] {
    var lines = [
      "# Written by `ostrog config create`. Each line says from where it comes. Root gets what Linux uses now, and nothing else:",
      "# what a driver that is loaded later wants has to be added. `verify` says what the file is worth, `ostrog explain` what it lacks.",
    ]
    if !facts.product.isEmpty { lines.append("# \(facts.product.filter { !$0.isNewline })") }
    lines += ["# \(facts.processor)", "# ACPI tables read: \(facts.tables.found.joined(separator: ", "))"]
    for advice in advice { lines.append("# To do: \(advice)") }
    return lines + ["", "machine: \(name)", ""]
  }

  private var fingerprint: [String] {
    if facts.fingerprint.facts.isEmpty { return [] }
    return [
      "# What this machine is: `ostrog enable` says what has changed since. Nothing is decided by it.",
      "fingerprint:",
    ]
      + facts.fingerprint.facts.map { "  - \(MachineWriter.scalar($0.text))" } + [""]
  }

  private var processor: [String] {
    let list = MachineWriter.list(facts.cpus)
    var lines: [String] = []
    if facts.siblings.isEmpty, !facts.leaks {
      lines.append("cpus: \(list)  # /sys/devices/system/cpu/online")
    } else {
      lines += ["cpus:", "  present: \(list)  # /sys/devices/system/cpu/online"]
      if !facts.siblings.isEmpty {
        let cores = facts.siblings.map { "[\($0.map(String.init).joined(separator: ", "))]" }
        lines.append("  siblings: [\(cores.joined(separator: ", "))]  # topology/thread_siblings_list")
      }
      if facts.leaks { lines.append("  leaks-between-threads: true  # vulnerabilities/l1tf, mds") }
    }
    if let ways = facts.cacheWays { lines.append("cache: {ways: \(ways)}  # resctrl: L3/cbm_mask") }
    return lines + [""]
  }

  private var hypervisor: [String] {
    let source = place.isReserved ? "memmap= of the kernel's command line" : "a proposal; not reserved yet"
    var lines = [
      "hypervisor:",
      "  memory: {at: \(hexText(place.start)), size: \(Sizes.text(place.hypervisor))}  # \(source)",
    ]
    let console = facts.serials.first { serial in
      facts.commandLine.contains { $0.hasPrefix("console=\(serial.name)") }
    }
    if let console {
      lines.append(
        "  console: {device: \(console.name), shared-with-root: true}  # console= of the kernel's command line"
      )
    }
    return lines + ["  flags: virtual-debug-console  # `ostrog console` shows the log", ""]
  }

  private var platform: [String] {
    var lines: [String] = []
    if let window = facts.tables.mmconfig {
      lines.append("mmconfig: {at: \(hexText(window.base)), last-bus: \(window.last)}  # MCFG")
    }
    if facts.tables.timer != 0 {
      lines.append("pm-timer: \(hexText(UInt64(facts.tables.timer)))  # FADT: PM_TMR_BLK")
      if let control = facts.tables.control.first, control &+ 4 != facts.tables.timer {
        lines.append(
          "# PM1 control is at \(hexText(UInt64(control))), not 4 below the PM timer: the hypervisor does not know it there, and does not "
            + "stop root from putting the machine to sleep.")
      }
    }
    if facts.tables.remapsInterrupts, !facts.tables.iommus.isEmpty {
      lines.append("interrupt-remapping-entries: 256  # DMAR: INTR_REMAP")
    }
    return lines.isEmpty ? [] : lines + [""]
  }

  private var cells: [String] {
    [
      "# What cells and links get their memory from.",
      "cell-memory: {at: \(hexText(place.start + place.hypervisor)), size: \(Sizes.text(place.cells))}", "",
      "# What each cell may have, for example:", "# cells:", "#   control: 4M", "",
    ]
  }

  private var memory: [String] {
    // Linux' text console draws there, also on a display that is on no bus that it knows.
    let hasVGA =
      facts.functions.contains { $0.classCode >> 8 == 0x0300 }
      || facts.ports.contains { $0.name.hasPrefix("vga") }
    let ranges = MemoryPlan(resources: facts.memory, hasVGA: hasVGA).ranges
    // What is kept off Linux is the hypervisor's and the cells'.
    let kept = facts.reserved.map { (first: $0.start, last: $0.start + $0.size - 1) }
    let others = ranges.filter { range in
      !kept.contains { $0.first <= range.first && range.last <= $0.last && range.kind != "ram" }
    }
    return ["memory:"]
      + others.map { range in
        "  - {name: \(MachineWriter.scalar(range.name)), at: \(hexText(range.first)), size: \(MachineWriter.size(range.size)), kind: \(range.kind)}"
          + "  # \(range.source)"
      } + [""]
  }

  private var power: [String] {
    var ports: [(UInt16, UInt16, String)] = [(0xcf9, 1, "reset control"), (0x92, 1, "fast reset")]
    for control in facts.tables.control { ports.append((control, 2, "FADT: PM1 control")) }
    if facts.tables.smiCommand != 0 { ports.append((facts.tables.smiCommand, 2, "FADT: SMI_CMD")) }
    if facts.tables.reset != 0, facts.tables.reset != 0xcf9 {
      ports.append((facts.tables.reset, 1, "FADT: RESET_REG"))
    }
    return ["# Ports that reset the machine, switch it off or call its firmware.", "power-ports:"]
      + ports.map { first, count, source in
        let range = UInt64(first)...UInt64(first) + UInt64(count) - 1
        return "  - \(MachineWriter.ports([range]))  # \(source)"
      }
  }

  /// `0-3,8`
  static func list(_ numbers: [Int]) -> String {
    var runs: [(Int, Int)] = []
    for number in numbers.sorted() {
      if let last = runs.last, last.1 + 1 == number {
        runs[runs.count - 1].1 = number
      } else {
        runs.append((number, number))
      }
    }
    return runs.map { $0.0 == $0.1 ? "\($0.0)" : "\($0.0)-\($0.1)" }.joined(separator: ",")
  }

  /// `0x3f8-0x3ff`, `[0x60, 0x64]`
  static func ports(_ ranges: [ClosedRange<UInt64>]) -> String {
    let words = ranges.map {
      $0.count == 1 ? hexText($0.lowerBound) : "\(hexText($0.lowerBound))-\(hexText($0.upperBound))"
    }
    return words.count == 1 ? words[0] : "[\(words.joined(separator: ", "))]"
  }

  /// A text as YAML takes it for one: in quotes where it has more than letters, digits and what means nothing there.
  static func scalar(_ text: String) -> String {
    let isPlain =
      text.first?.isLetter == true
      && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || " ._-/'".contains($0)) }
    if isPlain { return text }
    let letters = text.map {
      $0 == "\"" || $0 == "\\" ? "\\\($0)" : $0.isASCII && !$0.isNewline ? String($0) : "?"
    }
    return "\"\(letters.joined())\""
  }

  /// With a unit where that is shorter to read.
  static func size(_ bytes: UInt64) -> String {
    let text = Sizes.text(bytes)
    return text.utf8.count <= 5 ? text : hexText(bytes)
  }
}

extension String {
  /// Another text for each place of a part.
  fileprivate func replacing(_ part: Character, _ other: String) -> String {
    map { $0 == part ? other : String($0) }.joined()
  }
}
