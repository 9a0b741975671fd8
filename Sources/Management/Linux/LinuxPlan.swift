// SPDX-License-Identifier: Apache-2.0
// Where everything goes in the memory of a cell that is to run Linux, and what the kernel is told of it. All addresses are guest-physical.
//
//   0           first instructions            0x3000   command line
//   0x1000      boot parameters (zero page)    0xe0000  the firmware's tables
//   0x2000      what a kernel with CONFIG_JAILHOUSE_GUEST asks for
//   the kernel's preferred address             the kernel, and the room that it needs
//   as high as may be, else below the kernel   the initial file system

import CellConfig

/// What the user gives.
public struct LinuxFiles: Sendable {
  /// The kernel's file, and what stands in it.
  public var kernel: (path: String, bytes: [UInt8])
  /// The initial file system.
  public var initial: (path: String, bytes: [UInt8])?
  /// Added to the command line.
  public var append: String
  /// Makes one.
  public init(
    kernel: (path: String, bytes: [UInt8]), initial: (path: String, bytes: [UInt8])?, append: String
  ) {
    self.kernel = kernel
    self.initial = initial
    self.append = append
  }
}

/// Why a kernel cannot run in a cell: the reason, and what to do.
struct LinuxRefusal: Error, Equatable {
  var reason: String
  var remedy: String
}

/// The plan.
struct LinuxPlan {
  /// What is loaded.
  let images: [CellImage]
  let commandLine: String
  /// What the user should know.
  let warnings: [String]

  static let parameters: UInt64 = 0x1000
  static let setupData: UInt64 = 0x2000
  static let commandLinePlace: UInt64 = 0x3000
  static let tables: UInt64 = 0xe_0000
  private static let page: UInt64 = 0x1000

  /// For a cell's configuration. `machine`: the firmware's tables of the host, for the numbers of interrupt chips.
  init(
    _ files: LinuxFiles, in cell: CellDescription, processors: [UInt32], machines: UInt32?, tscKHz: UInt64?,
    machine: ACPITables
  ) throws(LinuxRefusal) {
    let image: KernelImage
    do throws(KernelError) { image = try KernelImage(files.kernel.bytes) } catch {
      throw LinuxRefusal(
        reason: "\(files.kernel.path) \(error.reason)", remedy: "give a kernel of a distribution, whole")
    }
    guard let first = processors.first else {
      throw LinuxRefusal(reason: "the cell has no CPU", remedy: "give it one in its file")
    }
    let memory = GuestMemory(cell)
    guard memory.holds(0, 1 << 20) else {
      throw LinuxRefusal(
        reason:
          "the cell has no memory at its addresses 0 to 0xfffff, of which a PC's kernel has always some",
        remedy: "give it `ram:` that begins at 0, and no communication region below 0x100000")
    }
    guard cell.cpuResetAddress == 0 else {
      throw LinuxRefusal(
        reason: "the cell begins at \(hexText(cell.cpuResetAddress)), and Linux' first instructions lie at 0",
        remedy: "say `reset-address: 0` in its file, or nothing")
    }
    let end = image.preferred + image.room
    guard image.preferred >= 1 << 20 else {
      throw LinuxRefusal(
        reason: "\(files.kernel.path) wants to be at \(hexText(image.preferred)), where what it is told lies",
        remedy: "give a kernel of a distribution, whole: theirs begin at 1M or above")
    }
    guard memory.holds(image.preferred, image.room) else {
      throw LinuxRefusal(
        reason:
          "the kernel needs \(Sizes.text(image.room)) at \(hexText(image.preferred)), and the cell has \(memory.text)",
        remedy: Self.roomRemedy(cell, image.preferred..<end))
    }
    var images: [CellImage] = []
    var place: UInt64?
    if let initial = files.initial {
      let size = UInt64(initial.bytes.count)
      place =
        memory.place(for: size, above: end, below: image.lastInitial + 1)
        ?? memory.place(for: size, above: 1 << 20, below: image.preferred)
      guard let place else {
        throw LinuxRefusal(
          reason:
            "\(initial.path), \(Sizes.text(size)), finds no room beside the kernel; the cell has \(memory.text)",
          remedy:
            "give the cell \(Sizes.text((end + size + (32 << 20)) & ~((1 << 20) - 1))) of `ram:` or more")
      }
      images.append(CellImage(name: initial.path, bytes: initial.bytes, target: place))
    }
    let hardware = Self.hardware(cell, processors, machines, machine)
    commandLine = Self.commandLine(cell, tscKHz, files.append)
    guard UInt64(commandLine.utf8.count) <= min(image.commandLine, 4095) else {
      throw LinuxRefusal(
        reason:
          "the command line has \(commandLine.utf8.count) bytes, and the kernel takes \(image.commandLine)",
        remedy: "say less behind --append")
    }
    let zeroPage = BootParameters.bytes(
      image, memory, initial: place.map { ($0, UInt64(files.initial?.bytes.count ?? 0)) })
    images += [
      CellImage(name: files.kernel.path, bytes: image.kernel, target: image.preferred),
      CellImage(
        name: "the firmware's tables", bytes: GuestTables(at: Self.tables, hardware).bytes,
        target: Self.tables),
      CellImage(
        name: "the command line", bytes: Array(commandLine.utf8) + [0], target: Self.commandLinePlace),
      CellImage(
        name: "what Jailhouse's guests ask for",
        bytes: JailhouseSetup.bytes(hardware, tscKHz: tscKHz ?? 0, timer: machine.timer),
        target: Self.setupData),
      CellImage(name: "the boot parameters", bytes: zeroPage, target: Self.parameters),
      CellImage(
        name: "the first instructions",
        bytes: BootStub.bytes(
          entry: UInt32(truncatingIfNeeded: image.preferred),
          parameters: UInt32(truncatingIfNeeded: Self.parameters), processor: first), target: 0),
    ]
    self.images = images
    warnings = Self.warnings(cell, hardware, tscKHz)
  }

  /// Base ports of a PC's UARTs, with their lines: ttyS0 to ttyS3.
  static let uarts: [(port: UInt16, line: UInt32)] = [(0x3f8, 4), (0x2f8, 3), (0x3e8, 4), (0x2e8, 3)]

  /// The cell's share of what tables speak of.
  private static func hardware(
    _ cell: CellDescription, _ processors: [UInt32], _ machines: UInt32?, _ machine: ACPITables
  ) -> GuestHardware {
    var chips: [FirmwareChip] = []
    var lines: Set<UInt32> = []
    for chip in cell.interruptChips {
      let known = machine.chips.first { $0.address == chip.address }
      let shown = known ?? FirmwareChip(id: UInt8(chips.count & 0xf), address: chip.address, first: 0)
      if !chips.contains(where: { $0.address == shown.address }) { chips.append(shown) }
      for pin in 0..<UInt32(128) where chip.pins[Int(pin / 32)] & (1 << (pin % 32)) != 0 {
        // What overflows is no interrupt of anybody's.
        lines.insert(shown.first &+ chip.pinBase &+ pin)
      }
    }
    let found = uarts.filter { owns(cell, $0.port) }.map {
      (port: $0.port, interrupt: lines.contains($0.line) ? $0.line : nil)
    }
    return GuestHardware(processors: processors, machines: machines, chips: chips, uarts: found)
  }
  /// All eight ports from `base` on are the cell's.
  private static func owns(_ cell: CellDescription, _ base: UInt16) -> Bool {
    (UInt32(base)..<UInt32(base) + 8).allSatisfy { port in
      cell.ports.contains { UInt32($0.base) <= port && port < UInt32($0.base) + UInt32($0.length) }
    }
  }

  /// How the kernel finds its room: what of the cell's lies there instead is moved, or more memory given.
  private static func roomRemedy(_ cell: CellDescription, _ room: Range<UInt64>) -> String {
    let other = cell.regions.first {
      $0.size > 0 && GuestMemory.extent($0).overlaps(room)
        && !GuestMemory.isMemory($0)
    }
    switch other {
    case let region? where region.flags.contains(.communication):
      return
        "the communication region lies there: say `communication-region: none`, or give it another place (`at:`)"
    case let region?:
      return "another region of the cell lies there, from \(hexText(region.virtualStart)) on: move it"
    case nil:
      return
        "give the cell \(Sizes.text((room.upperBound + (16 << 20)) & ~((1 << 20) - 1))) of `ram:` or more, from 0 on"
    }
  }

  /// Console and clock, then what the user says, which may say otherwise.
  private static func commandLine(_ cell: CellDescription, _ tscKHz: UInt64?, _ append: String) -> String {
    var words: [String] = []
    let isPort = cell.console.type == 2 && !cell.console.flags.contains(.mmio)
    if let number = uarts.firstIndex(where: {
      owns(cell, $0.port) && (!isPort || UInt64($0.port) == cell.console.address)
    }) {
      words.append("console=ttyS\(number),115200")
    } else if isPort, cell.console.address > 0 {
      words.append("console=uart,io,\(hexText(cell.console.address)),115200n8")
    }
    // There is no timer that a kernel could measure by.
    if let tscKHz, tscKHz > 0 { words += ["tsc_early_khz=\(tscKHz)", "tsc=reliable"] }
    return (words + [append]).filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static func warnings(
    _ cell: CellDescription, _ hardware: GuestHardware, _ tscKHz: UInt64?
  ) -> [String] {
    var warnings: [String] = []
    if !cell.flags.contains(.openBus) {
      warnings.append(
        "warning: a stock kernel looks for hardware by its ports, and the first that is not the cell's stops it; say `open-bus: true` in the cell's file"
      )
    }
    if cell.regions.contains(where: { $0.flags.contains(.communication) }),
      !cell.flags.contains(.passiveCommunication)
    {
      warnings.append(
        "warning: root will wait for an answer before it stops the cell, and a stock kernel gives none; say `communication-region: passive`"
      )
    }
    if hardware.uarts.isEmpty {
      warnings.append("warning: the cell has no UART of a PC, so nothing will be seen of it")
    }
    if (tscKHz ?? 0) == 0 {
      warnings.append("warning: the loader does not say how fast the TSC is; add tsc_early_khz=… by --append")
    }
    return warnings
  }
}
