// SPDX-License-Identifier: Apache-2.0
// `hardware check`: processor, kernel, memory, module; and, with a machine file, whether it fits.

import CellConfig
import Core

/// Checks a machine.
public struct HardwareCheck {
  let files: SystemFiles
  private let info: ProcessorInfo

  /// Of this machine, or of a test's files.
  public init(_ files: SystemFiles) {
    self.files = files
    info = ProcessorInfo(files)
  }

  /// All checks; of a machine file, too, where one is given.
  public func report(_ machine: SystemDescription? = nil) -> CheckReport {
    let kernel = KernelCheck(files)
    var results = processor + kernel.results + memory(machine)
    if let machine { results += MachineFit(files, machine).results }
    return CheckReport(results: results)
  }

  private var flags: Set<String> {
    Set((info["flags"].first ?? "").split(separator: " ").map(String.init))
  }

  private var processor: [CheckResult] {
    let vendor = info["vendor_id"].first ?? ""
    var results: [CheckResult] = []
    let isIntel = vendor == "GenuineIntel"
    results.append(
      CheckResult(
        isIntel ? .found : vendor.isEmpty ? .unknown : .missing, "a processor of Intel's, 64-bit",
        vendor.isEmpty ? "/proc/cpuinfo does not say" : vendor,
        remedy: isIntel ? "" : "the hypervisor knows Intel's VMX alone"))
    if flags.contains("hypervisor") {
      let product = files.word("/sys/class/dmi/id/product_name") ?? "which does not say its name"
      results.append(
        CheckResult(
          .note, "no other hypervisor below", "this is a virtual machine: \(product)",
          remedy: "it needs nested virtualisation, which its settings may turn on"))
    }
    let lines = info["flags"]
    let capable = lines.filter { $0.split(separator: " ").contains("vmx") }.count
    let hasVMX = capable > 0 && capable == lines.count
    results.append(
      CheckResult(
        hasVMX ? .found : .missing, "VMX on every CPU", "\(capable) of \(lines.count) CPUs",
        remedy: hasVMX ? "" : "turn VT-x on in the firmware's setup; if it is on, this processor has none"))
    if flags.contains("fred") {
      results.append(
        CheckResult(
          .missing, "no FRED", "Linux uses it, and the hypervisor does not know it",
          remedy: "boot with fred=off"))
    }
    return results + registers
  }

  private var registers: [CheckResult] {
    let online = cpuList(files.word("/sys/devices/system/cpu/online") ?? "0")
    let each = online.map { CapabilityRegisters(files, cpu: $0) }
    guard let found = each.first, let first = found else {
      return [
        CheckResult(
          .unknown, "VMX with all that the core needs", "the registers cannot be read",
          remedy: "modprobe msr, and run as root")
      ]
    }
    var results = ProcessorCheck.results(first)
    let differs = zip(online, each).filter { $0.1?.shared != first.shared }.map { "\($0.0)" }
    results.append(
      differs.isEmpty
        ? CheckResult(.found, "all CPUs alike", "\(online.count) CPUs")
        : CheckResult(
          .missing, "all CPUs alike",
          "CPUs \(differs.joined(separator: ", ")) differ from CPU \(online.first ?? 0)",
          remedy: "update the firmware; leave those CPUs offline"))
    return results + apicMode(first.values[MSR.apicBase.rawValue])
  }

  /// In xAPIC mode accesses to the page are decoded, for which the hypervisor reads root's memory below 4 GiB alone.
  private func apicMode(_ base: UInt64?) -> [CheckResult] {
    guard let base else { return [] }
    let isX2 = base & 1 << 10 != 0
    let high = resources(files.lines("/proc/iomem")).contains {
      $0.name == "System RAM" && $0.last >= 4 << 30
    }
    if isX2 || !high {
      return [CheckResult(.found, "local APIC that can be used", isX2 ? "x2APIC mode" : "xAPIC mode")]
    }
    return [
      CheckResult(
        .missing, "local APIC that can be used", "xAPIC mode, and memory above 4 GiB",
        remedy:
          "boot with mem=4G: root would be stopped at its APIC's page. (Linux itself chooses x2APIC mode only where interrupts are remapped, which the hypervisor does not read.)"
      )
    ]
  }

  private func memory(_ machine: SystemDescription?) -> [CheckResult] {
    let what = "memory kept off Linux"
    guard machine == nil else { return [] }
    let words = (files.word("/proc/cmdline") ?? "").split(separator: " ").filter {
      $0.hasPrefix("memmap=") && $0.contains("$")
    }
    if words.isEmpty {
      return [
        CheckResult(
          .missing, what, "no memmap=SIZE$START on the kernel's command line",
          remedy: "`ostrog config create` proposes one; in /etc/default/grub write \\\\\\$ for $")
      ]
    }
    return [CheckResult(.found, what, words.joined(separator: " "))]
  }
}
