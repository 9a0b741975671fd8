// SPDX-License-Identifier: Apache-2.0
// The items of a cell's arrays as values: memory, console, cache, interrupt lines, ports.

/// A range of host-physical memory given to a cell (32 bytes).
public struct MemoryRegion: Sendable, Hashable {
  /// Host-physical start, bytes.
  public var physicalStart: UInt64
  /// Guest-physical start, bytes.
  public var virtualStart: UInt64
  /// Length, bytes; 0 is a legal placeholder.
  public var size: UInt64
  /// Rights and kind.
  public var flags: RegionFlags
  /// Makes a region; all-zero by default, which is the format's placeholder.
  public init(
    physicalStart: UInt64 = 0, virtualStart: UInt64 = 0, size: UInt64 = 0, flags: RegionFlags = []
  ) {
    self.physicalStart = physicalStart
    self.virtualStart = virtualStart
    self.size = size
    self.flags = flags
  }
}

/// A console (32 bytes).
public struct Console: Sendable, Hashable {
  /// I/O port number, or host-physical base where `flags` say memory-mapped.
  public var address: UInt64 = 0
  /// Bytes of the register block; memory-mapped consoles only.
  public var size: UInt32 = 0
  /// 0 none, 1 EFI framebuffer, 2 8250, 3 PL011, 4 XUARTPS, 5 MVEBU, 6 HSCIF, 7 SCIFA, 8 IMX, 9 LPUART, 10 SCIF.
  public var type: UInt16 = 0
  /// How the registers are accessed.
  public var flags: ConsoleFlags = []
  /// Baud-rate divider; 0: the UART is not initialised.
  public var divider: UInt32 = 0
  /// Bit of the clock gate in `clockRegister`.
  public var gateNumber: UInt32 = 0
  /// Host-physical address of the clock register; 0: none.
  public var clockRegister: UInt64 = 0
  /// No console.
  public init() {}
}

/// A share of the L3 cache, in bits of the capacity mask (12 bytes).
public struct CacheRegion: Sendable, Hashable {
  /// First bit in the capacity mask.
  public var start: UInt32
  /// Number of bits.
  public var size: UInt32
  /// 1 code, 2 data, 3 both.
  public var type: UInt8
  /// Bit 0: ROOTSHARED.
  public var flags: UInt16
  /// Makes a share; of code and data by default.
  public init(start: UInt32, size: UInt32, type: UInt8 = 3, flags: UInt16 = 0) {
    self.start = start
    self.size = size
    self.type = type
    self.flags = flags
  }
}

/// Interrupt lines of one controller (32 bytes).
public struct InterruptChip: Sendable, Hashable {
  /// Host-physical address of the IOAPIC or GIC distributor.
  public var address: UInt64
  /// x86: requester id in bits 0–15, index of the IOMMU unit in bits 16 and up.
  public var id: UInt32
  /// Number of the bitmap's first pin; 0 on x86.
  public var pinBase: UInt32
  /// 128 bits; bit n is pin `pinBase + n`.
  public var pins: [UInt32]
  /// Makes a chip of which no pin is given.
  public init(address: UInt64, id: UInt32 = 0, pinBase: UInt32 = 0, pins: [UInt32] = [0, 0, 0, 0]) {
    self.address = address
    self.id = id
    self.pinBase = pinBase
    self.pins = pins
  }
}

/// I/O ports `base ..< base + length` (4 bytes).
public struct PortRange: Sendable, Hashable {
  /// First port.
  public var base: UInt16
  /// Number of ports.
  public var length: UInt16
  /// Makes a range.
  public init(base: UInt16, length: UInt16) {
    self.base = base
    self.length = length
  }
}
