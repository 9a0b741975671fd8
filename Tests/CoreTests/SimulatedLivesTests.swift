// SPDX-License-Identifier: Apache-2.0
// Machines of several CPUs under the hypervisor, with random and hostile guests, beside the model: for OSTROG_LIVE_SECONDS seconds (20).

import Foundation
import Testing

@testable import Lives

@Suite struct SimulatedLivesTests {
  @Test func guestsGetWhatTheModelGrants() {
    let seconds = ProcessInfo.processInfo.environment["OSTROG_LIVE_SECONDS"].flatMap(Double.init) ?? 20
    let end = Date().addingTimeInterval(seconds)
    let fresh = UInt64.random(in: 1000..<(1 << 40))
    print("lives of several CPUs: fixed seeds 1 to 8, then from \(fresh) on")
    var counts: [String: Int] = [:]
    var seeds: [UInt64] = Array((1...8).reversed())
    var next = fresh
    repeat {
      let seed = seeds.popLast() ?? next
      if seed == next { next += 1 }
      var life = SimulatedLife(seed: seed)
      if let finding = life.live(deeds: 1500) {
        Issue.record("\(life.shortened(finding).report)")
        return
      }
      counts.merge(life.counts, uniquingKeysWith: +)
    } while !seeds.isEmpty || Date() < end
    print("lives of several CPUs: \(counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })")
    for kind in [
      "create granted", "set-loadable granted", "start granted", "destroy granted", "fail-cpu granted",
      "fail granted", "a CPU begins", "a CPU is asked", "an interrupt is sent", "a cell touches memory",
      "root touches memory", "a cell uses a port", "a register is passed", "a life to its end",
      // NMI, triple fault, CPUID, VMCALL, VMCLEAR, control register, port, RDMSR, WRMSR, EPT violation, XSETBV.
      "exit 0", "exit 2", "exit 10", "exit 18", "exit 19", "exit 28", "exit 30", "exit 31", "exit 32",
      "exit 48", "exit 55",
    ] {
      #expect(counts[kind, default: 0] > 0, "\(kind) never happened: the test tests too little")
    }
  }
}
