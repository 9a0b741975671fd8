// SPDX-License-Identifier: Apache-2.0
// What the kernel must be and have: version, options, KVM, IOMMU, the loader and the image.

/// Checks the kernel.
struct KernelCheck {
  let files: SystemFiles
  private let release: String
  private let commandLine: [String]

  init(_ files: SystemFiles) {
    self.files = files
    release = files.word("/proc/sys/kernel/osrelease") ?? ""
    commandLine = (files.word("/proc/cmdline") ?? "").split(separator: " ").map(String.init)
  }

  var results: [CheckResult] { [version] + options + [kvm, iommu] + unsigned + frequency + loader }

  private var numbers: (Int, Int) {
    let parts = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    return parts.count == 2 ? (parts[0], parts[1]) : (0, 0)
  }

  private var version: CheckResult {
    let what = "Linux 5.10 or later"
    if release.isEmpty { return CheckResult(.unknown, what, "its version cannot be read") }
    return numbers >= (5, 10)
      ? CheckResult(.found, what, release)
      : CheckResult(.missing, what, release, remedy: "the loader's module is for 5.10 and later")
  }

  private var options: [CheckResult] {
    let needed = ["CONFIG_MODULES", "CONFIG_HOTPLUG_CPU", "CONFIG_FW_LOADER", "CONFIG_SYSFS"]
    let lines = Set(files.lines("/boot/config-\(release)"))
    let what = "kernel options"
    if lines.isEmpty {
      return [
        CheckResult(
          .note, what, "/boot/config-\(release) is not there; needed are \(needed.joined(separator: ", "))")
      ]
    }
    let missing = needed.filter { !lines.contains("\($0)=y") && !lines.contains("\($0)=m") }
    return [
      missing.isEmpty
        ? CheckResult(.found, what, needed.joined(separator: ", "))
        : CheckResult(.missing, what, "without \(missing.joined(separator: ", "))", remedy: "another kernel")
    ]
  }

  private var kvm: CheckResult {
    let what = "VMX in nobody's use"
    guard files.exists("/sys/module/kvm_intel") else {
      return CheckResult(.found, what, "kvm_intel is not loaded")
    }
    let users = files.number("/sys/module/kvm_intel/refcnt") ?? 0
    if files.word("/sys/module/kvm/parameters/enable_virt_at_load") == "Y" {
      return CheckResult(
        .missing, what, "kvm_intel has taken VMX when it was loaded (Linux 6.12 and later)",
        remedy: "rmmod kvm_intel, or boot with kvm.enable_virt_at_load=0")
    }
    if users > 0 {
      return CheckResult(
        .missing, what, "kvm_intel has \(users) users", remedy: "end virtual machines, and rmmod kvm_intel")
    }
    return CheckResult(
      .note, what, "kvm_intel is loaded; while the hypervisor runs, virtual machines cannot be started")
  }

  private var iommu: CheckResult {
    let what = "IOMMU left alone by Linux"
    let units = files.names("/sys/class/iommu").filter { $0.hasPrefix("dmar") }
    let remaps = files.lines("/proc/interrupts").contains { $0.contains("IR-IO-APIC") }
    if !units.isEmpty {
      return CheckResult(
        .missing, what, "Linux drives \(units.joined(separator: ", "))", remedy: "boot with intel_iommu=off")
    }
    if remaps {
      return CheckResult(
        .missing, what, "Linux remaps interrupts, in a form that the hypervisor does not read",
        remedy: "boot with intremap=off")
    }
    return CheckResult(
      .note, what, "not in use; DMA and MSIs of devices are not held back by this version (CAVEATS.md)")
  }

  /// A kernel that is locked down (Secure Boot) loads no module without a signature that it knows, and shows nobody /dev/mem.
  private var unsigned: [CheckResult] {
    let what = "modules without a signature"
    guard let modes = files.word("/sys/kernel/security/lockdown") else { return [] }
    if modes.contains("[none]") { return [CheckResult(.found, what, "the kernel is not locked down")] }
    let isLoaded = files.exists(RunningSystem.tree)
    return [
      CheckResult(
        isLoaded ? .note : .missing, what, "the kernel is locked down (\(modes))",
        remedy:
          "sign ostrog.ko with a key that mokutil has enrolled, or turn Secure Boot off in the firmware's setup"
      )
    ]
  }

  /// MSRs of hardware-controlled performance states are nobody's under the hypervisor: Linux' writes fail, with a message.
  private var frequency: [CheckResult] {
    let mode = files.word("/sys/devices/system/cpu/intel_pstate/status") ?? "off"
    if mode == "off" { return [] }
    return [
      CheckResult(
        .note, "the processors' frequency",
        "Linux sets it (intel_pstate, \(mode)), and cannot while the hypervisor runs",
        remedy:
          "boot with intel_pstate=disable and set performance in the firmware's setup; else Linux complains of \"unchecked MSR access\" and goes on"
      )
    ]
  }

  private var loader: [CheckResult] {
    let isLoaded = files.exists(RunningSystem.tree)
    let images = ["ostrog.bin", "jailhouse-intel.bin"].filter { files.exists("/lib/firmware/\($0)") }
    return [
      isLoaded
        ? CheckResult(.found, "the loader's module", "loaded")
        : CheckResult(
          .missing, "the loader's module", "not loaded",
          remedy: "make -C Kernel/loader, with linux-headers-\(release); insmod Kernel/loader/ostrog.ko"),
      images.isEmpty
        ? CheckResult(
          .missing, "the hypervisor's image", "neither ostrog.bin nor jailhouse-intel.bin in /lib/firmware",
          remedy: "scripts/image.sh FOLDER; install FOLDER/ostrog.bin /lib/firmware/")
        : CheckResult(.found, "the hypervisor's image", "/lib/firmware/\(images[0])"),
    ]
  }
}
