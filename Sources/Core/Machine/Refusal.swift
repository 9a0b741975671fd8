// SPDX-License-Identifier: Apache-2.0
// Why the core refused. A refusal is a value, never a trap; its errno is Jailhouse's.

/// A refused request: the reason, the item that it is about, and a witness.
public struct Refusal<W: Word>: Error {
  /// Why.
  public let reason: Reason
  /// What it is about; `Reason` says what this is for each case (an index, an offset, a cell id).
  public let subject: W
  /// A second party where there is one.
  public let other: W
  /// Makes a refusal.
  @inlinable public init(_ reason: Reason, _ subject: W = 0, _ other: W = 0) {
    self.reason = reason
    self.subject = subject
    self.other = other
  }
}

/// The reasons.
public enum Reason: UInt8, Sendable {
  // Form (area F). Subject: byte offset.
  case truncatedHeader, badSignature, badRevision, badArchitecture
  case truncatedArrays, nameEmpty, nameUnterminated, cpuSetTooLarge, cpuSetEmpty
  case unknownFlags, unknownType
  // Memory. Subject: region index.
  case regionWraps, regionBeyondPhysical, regionMisaligned, regionUnknownFlags
  case communicationSize, communicationTwice, communicationDMA
  case rootNotIdentity, hypervisorMemory
  // CPUs. Subject: CPU number.
  case cpuNotRoots, cpuBeyondMachine, bootCPU, callerInSet, callerNotRoot
  // Ports, caches, devices, interrupts. Subject: index.
  case portRange, cacheRange, cacheType, cacheTwice, pinBase, chipAddress, deviceType, capabilityRange
  case shmemRange, msixTable, iommuRange, chipNotRoots, cacheNotRoots
  // The ledger. Subject and other: two claims (row numbers of the generation under construction).
  case conflict, guestConflict, channelPartlyUsed
  case tooManyClaims, ledgerUnsorted
  // The budget. Subject: row; other: pages.
  case poolTooSmall
  // Page tables. Subject: row, or page of the pool.
  case writeWithoutRead, executeWithoutRead, poolBroken
  // Lifecycle. Subject: cell id.
  case enabled, notEnabled, badCell, cellExists, nameExists, noSuchCell, wrongPhase, cellLocked
  case notLoaded, cellsExist, tooLarge, unreadable, notLoadable, notRoots, cellRefuses, cpuParked, dryRun
  // VMX. Subject: `Requirement`.
  case processorLacks
  /// Only in proofs: some refusal of a step that has a theorem of its own.
  case refusedByStep

  /// Jailhouse's errno, positive.
  public var errno: UInt64 {
    switch self {
    case .callerNotRoot, .cellLocked, .cellRefuses, .dryRun: 1  // EPERM
    case .noSuchCell: 2  // ENOENT
    case .tooLarge: 7  // E2BIG
    case .unreadable, .tooManyClaims, .poolTooSmall: 12  // ENOMEM
    case .callerInSet, .cpuNotRoots, .conflict, .channelPartlyUsed, .enabled, .cellsExist: 16  // EBUSY
    case .nameExists, .cellExists: 17  // EEXIST
    case .badCell: 34  // ERANGE
    case .processorLacks: 19  // ENODEV
    default: 22  // EINVAL
    }
  }
}
