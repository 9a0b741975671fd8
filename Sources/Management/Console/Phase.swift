// SPDX-License-Identifier: Apache-2.0
// How far a CPU has come into the hypervisor, as it has noted itself (docs/log.md): what is left to read after a start that hung.

/// A phase of a CPU.
public enum Phase: UInt8, Sendable, CaseIterable {
  /// The loader has not called it into the image, or the image was never started.
  case away = 0
  /// On the loader's page tables: what root is on this CPU is gathered.
  case called = 1
  /// On the hypervisor's page tables: waits for the others, while one admits the configuration.
  case mapped = 2
  /// All agreed; VMXON, the VMCS.
  case agreed = 3
  /// VMLAUNCH.
  case enters = 4
  /// Back at the loader, with an errno.
  case refused = 5
  /// Disabled.
  case left = 6

  /// For people.
  var words: String {
    switch self {
    case .away: "did not come into the hypervisor"
    case .called: "in the hypervisor, on the loader's page tables still"
    case .mapped:
      "on the hypervisor's page tables, waiting for other CPUs or for the configuration to be admitted"
    case .agreed: "switching VMX on: the configuration was admitted"
    case .enters: "entered the root cell as a guest"
    case .refused: "went back to the loader: enable was refused"
    case .left: "left the hypervisor: disabled"
    }
  }

  /// The lines for CPUs 0 and following.
  static func lines(_ phases: [Phase]) -> [String] {
    allCases.reversed().compactMap { phase in
      let cpus = phases.indices.filter { phases[$0] == phase }
      if cpus.isEmpty { return nil }
      return "CPU\(cpus.count == 1 ? "" : "s") \(MachineWriter.list(cpus)): \(phase.words)"
    }
  }
}
