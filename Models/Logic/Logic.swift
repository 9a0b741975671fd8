// SPDX-License-Identifier: Apache-2.0
// The universe that a statement of the model speaks of: sets without bounds and a few facts about their members.

/// A universe of cells and resources, and the logic that speaks about them.
public protocol Logic {
  /// Truth values.
  associatedtype Truth: Proposition
  /// Identities of cells; `root` and `hypervisor` are two of them.
  associatedtype Cell: Individual where Cell.Truth == Truth
  /// One linear space of everything that can be owned: bytes of memory, I/O ports, CPUs, PCI functions,
  /// interrupt pins, cache ways, stream ids.
  associatedtype Resource: Individual where Resource.Truth == Truth
  /// Ways to use a resource.
  associatedtype Right: Individual where Right.Truth == Truth
  /// Where a cell stands in its life.
  associatedtype Phase: Individual where Phase.Truth == Truth
  /// What a resource holds: a byte of memory, the registers of a CPU.
  associatedtype Value: Individual where Value.Truth == Truth

  /// A known truth value.
  func known(_ value: Bool) -> Truth
  /// The cell that was there first: the running Linux.
  var root: Cell { get }
  /// The owner of its own memory, of never-map pages and of moderated ports.
  var hypervisor: Cell { get }
  /// A right by name.
  func right(_ name: RightName) -> Right
  /// A phase by name.
  func phase(_ name: PhaseName) -> Phase
  /// The resource is a CPU. Its content is the state that a guest leaves in it.
  func isCPU(_ x: Resource) -> Truth
  /// The resource is an interrupt pin or message, with its remapping entry.
  func isPin(_ x: Resource) -> Truth
  /// The hypervisor can clear it: write-back memory, CPU state. Not so: registers of devices.
  func isClearable(_ x: Resource) -> Truth
  /// What a cleared resource holds.
  var cleared: Value { get }
  /// What an interrupt brings to a CPU.
  var signal: Value { get }
  /// Some function of two values: what a guest computes. Nothing is known of it.
  func combine(_ a: Value, _ b: Value) -> Value
}
