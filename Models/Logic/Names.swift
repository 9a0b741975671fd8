// SPDX-License-Identifier: Apache-2.0
// Names of rights and phases.

/// Ways to use a resource.
public enum RightName: Int, CaseIterable, Sendable {
  /// A CPU of the owner may read it.
  case read
  /// A CPU of the owner may write it; a pin may be programmed.
  case write
  /// Memory: instructions may be fetched. A CPU: the owner's code may run on it.
  case execute
  /// Devices of the owner may use it, within read and write.
  case dma
}

/// Where a cell stands in its life.
public enum PhaseName: Int, CaseIterable, Sendable {
  /// There is no such cell.
  case absent
  /// Created, or shut down by itself.
  case stopped
  /// Root may use its LOADABLE regions; no CPU runs it.
  case loadable
  /// Its CPUs run it.
  case running
  /// All its CPUs have failed, or it did not answer in time.
  case failed
}
