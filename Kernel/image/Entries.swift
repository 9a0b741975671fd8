// SPDX-License-Identifier: Apache-2.0
// What the loader and the exit handlers call. Each takes the memory area (virtual address, page-aligned) and words, and
// returns 0, a value, or Jailhouse's errno, negative. Calls are serialised by the management lock, which the caller holds.

import Core

/// Runs a request; a refusal becomes its errno.
@inline(__always) private func answer(
  _ area: UnsafeMutableRawPointer, _ request: (Silicon) throws(Refusal<UInt64>) -> UInt64
) -> Int64 {
  do throws(Refusal<UInt64>) {
    return Int64(truncatingIfNeeded: try request(Silicon(laidOut: area)))
  } catch {
    return 0 &- Int64(truncatingIfNeeded: error.reason.errno)
  }
}

/// ENOMEM, as the entry points that prepare the area return it.
private var outOfMemory: Int64 { -12 }

/// Lays out `bytes` bytes at `area`, host-physical `physical`, for `rows` rows of the ledger, `cells` cells, a system
/// configuration of `system` bytes and `pages` pages of page tables.
@c(ostrog_prepare) public func prepare(
  _ area: UnsafeMutableRawPointer, _ physical: UInt64, _ bytes: UInt64, _ rows: UInt64, _ cells: UInt64,
  _ system: UInt64, _ pages: UInt64
) -> Int64 {
  let wish = Area(rows: rows, cells: cells, systemBytes: system, pages: pages, physical: physical)
  return Silicon.lay(wish, at: area, bytes: bytes) ? 0 : outOfMemory
}

/// Tells of write-back memory: host-physical `first ..< end`, mapped at `virtual`.
@c(ostrog_memory) public func memory(
  _ area: UnsafeMutableRawPointer, _ first: UInt64, _ end: UInt64, _ virtual: UInt64
) -> Int64 {
  Silicon(laidOut: area).addMemory(first, end, virtual: virtual) ? 0 : outOfMemory
}

/// Enables with the system configuration of `size` bytes at host-physical `address`, on behalf of CPU `caller`.
@c(ostrog_enable) public func enable(
  _ area: UnsafeMutableRawPointer, _ address: UInt64, _ size: UInt64, _ caller: UInt64, _ assumed: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.enable(address, size: size, caller: caller, assumed: assumed)
    return 0
  }
}

/// Creates cell `cell` from the configuration of `size` bytes at host-physical `address`, on behalf of CPU `caller`.
@c(ostrog_create) public func create(
  _ area: UnsafeMutableRawPointer, _ address: UInt64, _ size: UInt64, _ cell: UInt64, _ caller: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.create(address, size: size, as: cell, caller: caller)
    return 0
  }
}

/// Destroys a cell, on behalf of CPU `caller`.
@c(ostrog_destroy) public func destroy(
  _ area: UnsafeMutableRawPointer, _ cell: UInt64, _ caller: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.destroy(cell, caller: caller)
    return 0
  }
}

/// Stops a cell and opens its loadable regions to root, on behalf of CPU `caller`.
@c(ostrog_set_loadable) public func setLoadable(
  _ area: UnsafeMutableRawPointer, _ cell: UInt64, _ caller: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.setLoadable(cell, caller: caller)
    return 0
  }
}

/// Where root may write `size` bytes of an image for guest-physical `target`: host-physical. On behalf of CPU `caller`.
@c(ostrog_load) public func load(
  _ area: UnsafeMutableRawPointer, _ cell: UInt64, _ target: UInt64, _ size: UInt64, _ caller: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.load(cell, target: target, size: size, caller: caller)
  }
}

/// Starts a cell, on behalf of CPU `caller`.
@c(ostrog_start) public func start(
  _ area: UnsafeMutableRawPointer, _ cell: UInt64, _ caller: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.start(cell, caller: caller)
    return 0
  }
}

/// The cell that runs on CPU `cpu` shuts itself down.
@c(ostrog_shut_down) public func shutDown(_ area: UnsafeMutableRawPointer, _ cpu: UInt64) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.shutDown(by: cpu)
    return 0
  }
}

/// A running cell has failed.
@c(ostrog_fail) public func fail(_ area: UnsafeMutableRawPointer, _ cell: UInt64) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.fail(cell)
    return 0
  }
}

/// CPU `cpu` has failed: it is parked.
@c(ostrog_fail_cpu) public func failCPU(_ area: UnsafeMutableRawPointer, _ cpu: UInt64) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.failCPU(cpu)
    return 0
  }
}

/// Disables, on behalf of CPU `caller`; only root may live.
@c(ostrog_disable) public func disable(_ area: UnsafeMutableRawPointer, _ caller: UInt64) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    try machine.disable(caller: caller)
    return 0
  }
}

/// An upper bound of the pages (4 KiB) that the tables of the present ledger need, both generations of a switch-over that
/// leaves it as it is. `owners` counts root; `devices` is not 0 where there is an IOMMU; `pool` is how many pages there are.
@c(ostrog_table_pages) public func tablePages(
  _ area: UnsafeMutableRawPointer, _ owners: UInt64, _ devices: UInt64, _ pool: UInt64
) -> Int64 {
  answer(area) { machine throws(Refusal<UInt64>) in
    let rows = machine.read(.registers, Register.claimCount)
    let pages = try machine.tablePages(
      .current, rows: rows, owners: owners, devices: devices != 0, pool: pool)
    return try machine.together(pages, pages, pool: pool)
  }
}
