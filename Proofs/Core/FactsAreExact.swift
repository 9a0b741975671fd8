// SPDX-License-Identifier: Apache-2.0
// What admission knows of the system is what the system configuration's bytes say. Stated from the bytes, as in
// ItemsAreExact.swift, whose head says why numbers are written out. Theorem "system-facts" shows it of what is read, and
// enable of what it leaves in the registers.

import Core
import Symbolic

/// The facts that the core read, and what the bytes say.
struct ExactFacts: StatedFromBytes {
  typealias W = SymbolicWord
  let machine: SymbolicMachine
  let system: SystemLayout<W>
  let facts: Facts<W>

  private func header(_ offset: UInt64, _ width: UInt64) -> W {
    machine.bytes(.system, offset: W(known: offset), width: width)
  }

  /// What `enable` keeps of the platform.
  var platform: StepFact.Part {
    part("what is kept of the platform") {
      // PM timer's port (2) at 0; kHz of TSC and APIC (4 each) at 8, in revision 12 at 10. MMCONFIG at 76, the flags at 8.
      func kept(_ number: UInt64) -> W { machine.peek(.platform, W(known: number)) }
      func field(_ offset: W, _ width: UInt64) -> W {
        machine.bytes(.system, offset: system.platform &+ offset, width: width)
      }
      let clocks = W.choose(system.revision .== 12, 10, 8)
      return (kept(0) .== field(0, 2)) .& (kept(1) .== system.mmconfigBase)
        .& (kept(2) .== field(clocks, 4))
        .& (kept(3) .== field(clocks &+ 4, 4)) .& (kept(4) .== ((header(8, 4) >> 31) & 1))
    }
  }

  /// All facts.
  var parts: [StepFact.Part] {
    [
      part("the architecture") { facts.architecture .== system.root.architecture },
      part("the console is an 8250 on eight ports, or none") {
        // Debug console, at 44: address (8), size (4), type (2), flags (2).
        let (address, type, flags) = (header(44, 8), header(56, 2), header(58, 2))
        let isPorts = (type .== 2) .& ((flags & 1) .== 0) .& (address .<= 0xfff8)
        return .choose(
          isPorts, (facts.consoleBase .== address) .& (facts.consoleEnd .== (address &+ 8)),
          (facts.consoleBase .== 0) .& (facts.consoleEnd .== 0))
      },
      part("root's share of the cache, or all") {
        let caches = system.root.caches
        let start = machine.peek(caches, 0, 0, 4)
        let end = start &+ machine.peek(caches, 0, 4, 4)
        return .choose(
          caches.count .== 0, (facts.cacheBase .== 0) .& (facts.cacheEnd .== 32),
          (facts.cacheBase .== start) .& (facts.cacheEnd .== end))
      },
      part("stream ids carry masks where a unit is an MMU-500") {
        // Units: type (4), base (8), …; none behind the first without a base.
        func unit(_ number: UInt64, _ offset: UInt64, _ width: UInt64) -> W {
          machine.peek(system.iommu, W(known: number), offset, width)
        }
        var isMasked = SymbolicTruth.known(false)
        for number in UInt64(0)..<8 {
          let areThere = (UInt64(0)...number).reduce(SymbolicTruth.known(true)) {
            $0 .& (unit($1, 4, 8) .!= 0)
          }
          isMasked = isMasked .| (areThere .& (unit(number, 0, 4) .== 5))
        }
        return facts.maskedStreams .== W.choose(isMasked, 1, 0)
      },
      part("root's chips") {
        let (a, b) = (facts.chips, system.root.chips)
        return (a.start .== b.start) .& (a.count .== b.count) .& (a.size .== b.size)
          .& .known(a.stride == b.stride && a.holder == b.holder)
      },
    ]
  }
}
