// SPDX-License-Identifier: Apache-2.0
// A cell's RAM and its communication region.

extension CellCompiler {
  /// Where the communication page appears unless the file says otherwise: where inmates look for it.
  static func defaultCommunicationAddress(_ architecture: Architecture) -> UInt64 {
    architecture == .x86 ? 0x10_0000 : 0x8000_0000
  }

  /// `communication-region:` active, passive, none, or `{at: 0x100000, mode: passive}`.
  private struct Communication {
    var address: UInt64
    var isPassive = false
    var position: TextPosition
  }

  private mutating func communication() -> Communication? {
    let key = "communication-region"
    var result = Communication(
      address: Self.defaultCommunicationAddress(architecture), position: fields.place(of: key))
    guard let node = fields[key] else {
      // Cells whose memory is placed by the compiler have one; hand-placed ones say what they want.
      guard fields.has("ram") else { return nil }
      result.position = fields.place(of: "ram")
      return result
    }
    var mode = node.scalar
    if case .map = node.value {
      let region = Fields(
        node, "`\(key)`", keys: ["at", "mode"], problems, example: "{at: 0x100000, mode: passive}")
      mode = region?.string("mode") ?? "active"
      if let address = region?.size("at") { result.address = address }
    }
    switch mode {
    case "none", "false":
      // Without a page it answers nobody: root must not wait for it.
      builder.cell.flags.insert(.passiveCommunication)
      return nil
    case "active", "true": return result
    case "passive":
      result.isPassive = true
      return result
    default:
      problems.error(
        .unknownName, "`\(key)` is `\((mode ?? node.kind).prefix(60))`",
        remedy: mode.map { remedy(for: $0, in: ["active", "passive", "none"]) }
          ?? "one of: active, passive, none",
        at: node.position)
      return nil
    }
  }

  /// Adds RAM and the communication region.
  mutating func addMemory() {
    let communication = communication()
    let ram = fields["ram"].flatMap { wish($0) }
    var rights: RegionFlags = [.read, .write, .execute, .loadable]
    if hasDMA { rights.insert(.dma) }
    if let ram { addRAM(ram, rights, hole: communication?.address) }
    guard let communication else { return }
    var flags: RegionFlags = [.read, .communication]
    if communication.isPassive {
      builder.cell.flags.insert(.passiveCommunication)
    } else {
      flags.insert(.write)
      builder.cell.messageReplyTimeout = Self.defaultTimeout
      builder.note(.messageTimeout, communication.position)
    }
    builder.add(
      MemoryRegion(virtualStart: communication.address, size: 4096, flags: flags), at: communication.position,
      name: "communication region")
  }

  /// RAM as wanted: host-physical start, guest-physical start, size.
  private struct RAM {
    var host: UInt64
    var guest: UInt64
    var size: UInt64
    var position: TextPosition
  }

  private func wish(_ node: TextNode) -> RAM? {
    var size: UInt64?
    var at: UInt64?
    var guest: UInt64 = 0
    var sizePosition = node.position
    if case .map = node.value {
      guard
        let ram = Fields(
          node, "`ram`", keys: ["size", "at", "guest"], problems, example: "{size: 64M, at: 0x3b000000}")
      else { return nil }
      size = ram.required("size", example: "64M").flatMap { problems.size($0, "size") }
      at = ram.size("at")
      guest = ram.size("guest") ?? 0
      sizePosition = ram.place(of: "size")
    } else {
      size = problems.size(node, "ram")
    }
    guard let size else { return nil }
    let limit: UInt64 = 1 << 52
    guard size > 0, size % 4096 == 0, guest % 4096 == 0, (at ?? 0) % 4096 == 0, size <= limit, guest <= limit,
      at ?? 0 <= limit
    else {
      problems.error(
        .outOfRange, "`ram` is not made of whole pages below 2⁵²", remedy: "use multiples of 4K",
        at: sizePosition)
      return nil
    }
    if let at { return RAM(host: at, guest: guest, size: size, position: node.position) }
    guard let context = machine(for: "ram") else { return nil }
    guard let reserved = context.plan.memory[cellName] else {
      let names = context.machine.cells.map(\.name)
      problems.error(
        .placement, "machine \(context.machine.name) reserves no memory for `\(cellName)`",
        remedy: nearest(to: cellName, in: names).map { "did you mean to call the cell `\($0)`?" }
          ?? "add `\(cellName): \(Sizes.text(size))` under `cells:` in \(context.path), or say `ram: {size: …, at: …}`",
        at: node.position)
      return nil
    }
    guard size <= reserved.size else {
      problems.error(
        .placement,
        "machine \(context.machine.name) reserves \(Sizes.text(reserved.size)) for `\(cellName)`, "
          + "the cell wants \(Sizes.text(size))",
        remedy: "raise `\(cellName)` under `cells:` in \(context.path)", at: sizePosition)
      return nil
    }
    return RAM(host: reserved.start, guest: guest, size: size, position: node.position)
  }

  /// Adds RAM in one piece, or in two with the communication page between them. The second begins at the next
  /// 2 MiB boundary, so that its pages can be large.
  private mutating func addRAM(_ ram: RAM, _ rights: RegionFlags, hole: UInt64?) {
    func add(_ offset: UInt64, _ guest: UInt64, _ size: UInt64, _ name: String) {
      builder.add(
        MemoryRegion(physicalStart: ram.host + offset, virtualStart: guest, size: size, flags: rights),
        at: ram.position, name: name)
    }
    if fields["reset-address"] == nil {
      builder.cell.cpuResetAddress = ram.guest
      builder.note(.resetAddress, ram.position)
    }
    guard let hole, hole >= ram.guest, hole - ram.guest < ram.size else {
      add(0, ram.guest, ram.size, "RAM")
      return
    }
    let low = hole - ram.guest
    let resume = (hole + 4096 + (2 << 20) - 1) & ~((2 << 20) - 1)
    if low > 0 { add(0, ram.guest, low, "low RAM") }
    add(low, resume, ram.size - low, low > 0 ? "high RAM" : "RAM")
  }
}
