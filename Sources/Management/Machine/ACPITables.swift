// SPDX-License-Identifier: Apache-2.0
// What the firmware's tables say of interrupt chips, configuration space, IOMMUs and power (ACPI 6.5, 5.2; VT-d 4.1, 8).

/// An I/O APIC of the MADT.
public struct FirmwareChip: Sendable, Equatable {
  public var id: UInt8
  public var address: UInt64
  /// The first global interrupt.
  public var first: UInt32
}

/// A remapping unit of the DMAR.
public struct FirmwareIOMMU: Sendable, Equatable {
  /// What a unit is named to cover.
  public struct Scope: Sendable, Equatable {
    /// 1 endpoint, 2 bridge, 3 I/O APIC, 4 HPET.
    public var type: UInt8
    /// Of an I/O APIC: its number.
    public var id: UInt8
    public var bus: UInt8
    /// Device and function, step by step through bridges.
    public var path: [(device: UInt8, function: UInt8)]

    public static func == (a: Scope, b: Scope) -> Bool {
      a.type == b.type && a.id == b.id && a.bus == b.bus && a.path.elementsEqual(b.path) { $0 == $1 }
    }
  }
  public var address: UInt64
  public var segment: UInt16
  /// Covers all that no other unit names.
  public var coversOthers: Bool
  public var scopes: [Scope]
}

/// What the tables say.
public struct ACPITables: Sendable {
  /// I/O APICs, by first interrupt.
  public var chips: [FirmwareChip] = []
  /// Address of the local APICs.
  public var localAPIC: UInt64?
  /// Memory-mapped configuration space: base, first and last bus.
  public var mmconfig: (base: UInt64, first: UInt8, last: UInt8)?
  public var iommus: [FirmwareIOMMU] = []
  /// The DMAR says that interrupts can be remapped.
  public var remapsInterrupts = false
  /// Port of the PM timer; 0: none.
  public var timer: UInt16 = 0
  /// Ports of PM1 control, SMI command and reset, where they are ports.
  public var control: [UInt16] = []
  public var smiCommand: UInt16 = 0
  public var reset: UInt16 = 0
  /// Which tables were found.
  public var found: [String] = []

  static let folder = "/sys/firmware/acpi/tables"

  /// Reads the tables of a machine.
  public init(_ files: SystemFiles) {
    func table(_ name: String, _ read: ([UInt8]) -> Void) {
      guard let bytes = files.bytes("\(Self.folder)/\(name)"), bytes.count >= 36 else { return }
      let length = Int(bytes.u32(4))
      guard length <= bytes.count, bytes.starts(with: Array(name.utf8)) else { return }
      found.append(name)
      read(Array(bytes[..<length]))
    }
    table("APIC") { readMADT($0) }
    table("MCFG") { readMCFG($0) }
    table("FACP") { readFADT($0) }
    table("DMAR") { readDMAR($0) }
  }

  /// Structures of type, length and body, from `start` on.
  private static func structures(_ bytes: [UInt8], from start: Int, wide: Bool) -> [[UInt8]] {
    var (place, all): (Int, [[UInt8]]) = (start, [])
    while place + 4 <= bytes.count {
      let length = wide ? Int(bytes.u16(place + 2)) : Int(bytes.u8(place + 1))
      guard length >= 2, place + length <= bytes.count else { break }
      all.append(Array(bytes[place..<place + length]))
      place += length
    }
    return all
  }

  private mutating func readMADT(_ bytes: [UInt8]) {
    localAPIC = UInt64(bytes.u32(36))
    for part in Self.structures(bytes, from: 44, wide: false) where part[0] == 1 && part.count >= 12 {
      chips.append(FirmwareChip(id: part.u8(2), address: UInt64(part.u32(4)), first: part.u32(8)))
    }
    chips.sort { $0.first < $1.first }
  }

  /// Of segment 0 alone: the format has one window.
  private mutating func readMCFG(_ bytes: [UInt8]) {
    for place in stride(from: 44, to: bytes.count - 15, by: 16) where bytes.u16(place + 8) == 0 {
      mmconfig = (bytes.u64(place), bytes.u8(place + 10), bytes.u8(place + 11))
      return
    }
  }

  private mutating func readFADT(_ bytes: [UInt8]) {
    /// The port of a block: of the extended address where there is one in port space, else of the old field.
    func port(_ old: Int, _ extended: Int) -> UInt16 {
      let wide = bytes.u64(extended + 4)
      if bytes.count >= extended + 12, wide != 0 {
        return bytes.u8(extended) == 1 ? UInt16(truncatingIfNeeded: wide) : 0
      }
      return UInt16(truncatingIfNeeded: bytes.u32(old))
    }
    timer = port(76, 208)
    control = [port(64, 172), port(68, 184)].filter { $0 != 0 }
    smiCommand = UInt16(truncatingIfNeeded: bytes.u32(48))
    if bytes.u8(116) == 1, bytes.u32(112) & 1 << 10 != 0 { reset = bytes.u16(120) }
  }

  private mutating func readDMAR(_ bytes: [UInt8]) {
    remapsInterrupts = bytes.u8(37) & 1 != 0
    for part in Self.structures(bytes, from: 48, wide: true) where part.u16(0) == 0 && part.count >= 16 {
      let scopes = Self.structures(part, from: 16, wide: false).filter { $0.count >= 8 }.map { scope in
        FirmwareIOMMU.Scope(
          type: scope[0], id: scope[4], bus: scope[5],
          path: stride(from: 6, to: scope.count - 1, by: 2).map { (scope[$0], scope[$0 + 1]) })
      }
      iommus.append(
        FirmwareIOMMU(
          address: part.u64(8), segment: part.u16(6), coversOthers: part.u8(4) & 1 != 0, scopes: scopes))
    }
  }
}
