// SPDX-License-Identifier: Apache-2.0
// Where in root's memory a configuration lies when it is handed over: where nothing is special, and where a reader that goes one byte too far
// would meet what is not root's. Kernel/testbed/worst.c has the same list.

/// A place for a configuration.
public enum Spot: Int, CaseIterable, Sendable {
  /// At the beginning of a page.
  case plain
  /// At an odd address, its counts on two pages.
  case across
  /// Its last byte is the last one of root's RAM.
  case endOfMemory
  /// Behind its last byte the hypervisor's memory begins.
  case belowHypervisor
  /// Its last byte is the first one of the hypervisor's memory. (Whatever is there: root cannot put it there.)
  case oneByteTooFar
  /// Behind its last byte the memory begins by which two cells talk.
  case belowLink
  /// In the memory that the testbed's own cell is given, at an odd address.
  case inItself

  /// Where root's memory ends there.
  public var end: UInt64 {
    switch self {
    case .plain, .across, .belowHypervisor, .oneByteTooFar: Bed.memory.lowerBound
    case .endOfMemory: 0x3fff_0000
    case .belowLink, .inItself: 0x3aa0_0000
    }
  }
  /// Where a configuration begins that takes so many bytes.
  public func address(of size: Int) -> UInt64 {
    switch self {
    case .plain: 0x1f0_0000
    case .across: 0x1f0_2000 - 67
    case .inItself: 0x3a80_0005
    case .endOfMemory, .belowHypervisor, .belowLink: end - UInt64(size)
    case .oneByteTooFar: end - UInt64(size) + 1
    }
  }
}
