// SPDX-License-Identifier: Apache-2.0
// Whether a machine file fits the machine: CPUs, and memory that Linux keeps off.

import CellConfig

/// Compares a machine file with the machine.
struct MachineFit {
  let files: SystemFiles
  let machine: SystemDescription

  init(_ files: SystemFiles, _ machine: SystemDescription) {
    self.files = files
    self.machine = machine
  }

  var results: [CheckResult] { [cpus] + memory + changes }

  /// What has changed since the file was made, in words; where the file has no fingerprint, nothing is looked at.
  var changed: [String] {
    machine.fingerprint.facts.isEmpty ? [] : machine.fingerprint.changes(to: Fingerprint(files))
  }

  /// That is worth a look, whatever else fits.
  private var changes: [CheckResult] {
    if machine.fingerprint.facts.isEmpty { return [] }
    let (what, changed) = ("the machine that the file was made for", changed)
    if changed.isEmpty { return [CheckResult(.found, what, "nothing has changed since")] }
    return changed.map {
      CheckResult(.note, what, $0, remedy: "compare the file with what `ostrog config create` writes now")
    }
  }

  private var cpus: CheckResult {
    let what = "the file's CPUs online"
    let online = cpuList(files.word("/sys/devices/system/cpu/online") ?? "")
    let (named, there) = (MachineWriter.list(machine.root.cpus), MachineWriter.list(online))
    if named == there { return CheckResult(.found, what, there) }
    return CheckResult(
      .missing, what, "the file names \(named), and online are \(there)",
      remedy: "bring CPUs online or offline, or correct `cpus`")
  }

  /// What no cell and no Linux may use meanwhile: the hypervisor's memory. (Cells' is compared when they are created.)
  private var memory: [CheckResult] {
    let (what, region) = ("the hypervisor's memory kept off Linux", machine.hypervisorMemory)
    let text = "\(hexText(region.physicalStart)), \(Sizes.text(region.size))"
    let list = resources(files.lines("/proc/iomem"))
    guard list.contains(where: { $0.last > 0 }) else {
      return [CheckResult(.unknown, what, "/proc/iomem shows no addresses", remedy: "run as root")]
    }
    guard region.size > 0, region.size <= HypervisorPlace.most, region.size % (2 << 20) == 0 else {
      return [
        CheckResult(
          .missing, what, text, remedy: "some times 2 MiB, up to \(HypervisorPlace.most >> 20) MiB")
      ]
    }
    let last = region.physicalStart &+ region.size &- 1
    let isLinux = list.contains {
      $0.name == "System RAM" && $0.first <= last && region.physicalStart <= $0.last
    }
    return [
      isLinux
        ? CheckResult(
          .missing, what, "\(text): Linux uses it",
          remedy:
            "boot with memmap=\(region.size >> 20)M$\(hexText(region.physicalStart)) (in /etc/default/grub \\\\\\$ for $), and more for cells behind it"
        )
        : CheckResult(.found, what, text)
    ]
  }
}
