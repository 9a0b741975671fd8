// SPDX-License-Identifier: Apache-2.0
// PCI functions, as Linux has found them: /sys/bus/pci/devices.

import CellConfig

/// A base address register.
public struct ScannedBAR: Sendable, Equatable {
  public var index: Int
  public var first: UInt64
  public var last: UInt64
  public var isPorts: Bool
  public var is64Bit: Bool
  /// A range that the register does not say: old IDE.
  public var isFixed: Bool
  var size: UInt64 { last - first + 1 }
}

/// A capability in configuration space.
public struct ScannedCapability: Sendable, Equatable {
  /// Bit 15: extended.
  public var id: UInt16
  public var offset: UInt16
  public var size: UInt16
}

/// A PCI function.
public struct ScannedFunction: Sendable {
  public var function: PCIFunction
  /// Base class, sub-class and interface: 24 bits.
  public var classCode: UInt32
  public var vendor: UInt16
  public var device: UInt16
  public var bars: [ScannedBAR] = []
  /// Of a bridge: the buses behind it.
  public var buses: ClosedRange<UInt8>?
  public var capabilities: [ScannedCapability] = []
  /// Vectors, 64-bit, maskable.
  public var msi: (vectors: Int, is64Bit: Bool, isMaskable: Bool)?
  /// Vectors, BAR, offset of the table.
  public var msix: (vectors: Int, bar: Int, offset: UInt64)?
  /// Its legacy line, as a global interrupt.
  public var line: Int?
  public var driver: String?

  var isBridge: Bool { buses != nil }
}

/// Reads the functions of a machine.
enum PCIScan {
  static let folder = "/sys/bus/pci/devices"
  private enum Flag {
    static let ports: UInt64 = 0x100
    static let memory: UInt64 = 0x200
    static let is64Bit: UInt64 = 0x10_0000
    static let fixed: UInt64 = 0x10
    static let disabled: UInt64 = 0x1000_0000
    static let unset: UInt64 = 0x2000_0000
  }

  static func functions(_ files: SystemFiles) -> [ScannedFunction] {
    files.names(folder).compactMap { name in
      guard let function = PCIFunction(name) else { return nil }
      return read(files, "\(folder)/\(name)", function)
    }.sorted { $0.function < $1.function }
  }

  private static func read(_ files: SystemFiles, _ path: String, _ function: PCIFunction) -> ScannedFunction {
    func number(_ name: String) -> UInt64 { files.number("\(path)/\(name)") ?? 0 }
    let config = files.bytes("\(path)/config") ?? []
    var result = ScannedFunction(
      function: function, classCode: UInt32(truncatingIfNeeded: number("class")),
      vendor: UInt16(truncatingIfNeeded: number("vendor")),
      device: UInt16(truncatingIfNeeded: number("device")))
    let header = config.u8(0x0e) & 0x7f
    if header == 1, config.u8(0x19) <= config.u8(0x1a) { result.buses = config.u8(0x19)...config.u8(0x1a) }
    result.bars = bars(files.lines("\(path)/resource"), count: header == 0 ? 6 : header == 1 ? 2 : 1)
    let (pin, line) = (config.u8(0x3d), number("irq"))
    if pin != 0, line > 0, line < 1024 { result.line = Int(line) }
    result.driver = files.linkName("\(path)/driver")
    result.capabilities = capabilities(config) + extendedCapabilities(config)
    for capability in result.capabilities where capability.id < 0x8000 {
      let place = Int(capability.offset)
      let control = config.u16(place + 2)
      if capability.id == 0x05 {
        result.msi = (1 << Int(control >> 1 & 7), control & 1 << 7 != 0, control & 1 << 8 != 0)
      }
      if capability.id == 0x11 {
        let table = config.u32(place + 4)
        result.msix = (Int(control & 0x7ff) + 1, Int(table & 7), UInt64(table & ~7))
      }
    }
    return result
  }

  /// Lines `first last flags`, all hexadecimal: BARs first, then the ROM, then a bridge's windows.
  private static func bars(_ lines: [String], count: Int) -> [ScannedBAR] {
    lines.prefix(count).enumerated().compactMap { index, line in
      let words = line.split(separator: " ").compactMap { UInt64($0.dropFirst(2), radix: 16) }
      guard words.count == 3, words[0] != 0, words[0] <= words[1],
        words[1] < (words[2] & Flag.ports != 0 ? 0x1_0000 : Resource.limit),
        words[2] & (Flag.ports | Flag.memory) != 0, words[2] & (Flag.disabled | Flag.unset) == 0
      else { return nil }
      return ScannedBAR(
        index: index, first: words[0], last: words[1], isPorts: words[2] & Flag.ports != 0,
        is64Bit: words[2] & Flag.is64Bit != 0, isFixed: words[2] & Flag.fixed != 0)
    }
  }

  private static func capabilities(_ config: [UInt8]) -> [ScannedCapability] {
    guard config.u16(6) & 1 << 4 != 0 else { return [] }
    var (place, found, seen): (Int, [ScannedCapability], Set<Int>) = (Int(config.u8(0x34) & ~3), [], [])
    while place >= 0x40, place < 0x100, place + 2 <= config.count, seen.insert(place).inserted {
      let id = UInt16(config.u8(place))
      found.append(
        ScannedCapability(id: id, offset: UInt16(place), size: size(of: id, config, at: place)))
      place = Int(config.u8(place + 1) & ~3)
    }
    // None reaches into the next one.
    let starts = found.map { Int($0.offset) }.sorted()
    return found.map { capability in
      let next = starts.first { $0 > Int(capability.offset) } ?? 0x100
      var capability = capability
      capability.size = UInt16(min(Int(capability.size), next - Int(capability.offset)))
      return capability
    }.sorted { $0.offset < $1.offset }
  }

  /// How long a capability is. PCI 3.0 and PCI Express 4.0; what is not known there counts as its header.
  private static func size(of id: UInt16, _ config: [UInt8], at place: Int) -> UInt16 {
    let control = config.u16(place + 2)
    switch id {
    case 0x01: return 8
    case 0x03: return 8
    case 0x05:
      let (wide, maskable) = (control & 1 << 7 != 0, control & 1 << 8 != 0)
      return maskable ? (wide ? 24 : 20) : (wide ? 14 : 10)
    case 0x09: return max(3, UInt16(config.u8(place + 2)))
    case 0x0d: return 8
    case 0x10: return control & 0xf >= 2 ? 60 : 20
    case 0x11: return 12
    case 0x12: return 8
    case 0x13: return 6
    default: return 4
    }
  }

  private static func extendedCapabilities(_ config: [UInt8]) -> [ScannedCapability] {
    guard config.count >= 0x1000 else { return [] }
    var (place, found, seen): (Int, [ScannedCapability], Set<Int>) = (0x100, [], [])
    while place >= 0x100, place <= 0xffc, seen.insert(place).inserted {
      let head = config.u32(place)
      guard head != 0, head != ~0 else { break }
      found.append(
        ScannedCapability(id: 0x8000 | UInt16(head & 0x7fff), offset: UInt16(place), size: 0))
      place = Int(head >> 20) & ~3
    }
    let starts = found.map { Int($0.offset) }.sorted()
    return found.map { capability in
      let next = starts.first { $0 > Int(capability.offset) } ?? 0x1000
      var capability = capability
      // Lengths are not said in one way; up to the next one, and no more than most have.
      capability.size = UInt16(min(64, next - Int(capability.offset)))
      return capability
    }.sorted { $0.offset < $1.offset }
  }
}
