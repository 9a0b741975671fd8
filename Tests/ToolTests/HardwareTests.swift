// SPDX-License-Identifier: Apache-2.0
// Hardware check: what the core requires is found or missing, one thing at a time.

import CellConfig
import Core
import Foundation
import Simulator
import TestSupport
import Testing

@testable import Management

@Suite struct HardwareTests {
  /// A machine that has all.
  private func machine(_ kind: ProcessorKind = .generous) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.show(cells: nil)
    var info = ""
    for cpu in 0..<2 {
      info +=
        "processor\t: \(cpu)\nvendor_id\t: GenuineIntel\nmodel name\t: Test\nflags\t\t: fpu vmx ept\nvmx flags\t: vnmi\n\n"
      try folder.write("/dev/cpu/\(cpu)/msr", registers(kind))
    }
    try folder.write("/proc/cpuinfo", info)
    try folder.write("/sys/devices/system/cpu/online", "0-1\n")
    try folder.write("/proc/sys/kernel/osrelease", "6.1.0-40-cloud-amd64\n")
    try folder.write(
      "/boot/config-6.1.0-40-cloud-amd64",
      "CONFIG_MODULES=y\nCONFIG_HOTPLUG_CPU=y\nCONFIG_FW_LOADER=y\nCONFIG_SYSFS=y\n")
    try folder.write("/proc/cmdline", "console=ttyS0 memmap=82M$0x3a000000\n")
    try folder.write("/proc/iomem", "00100000-39ffffff : System RAM\n3a000000-3f1fffff : Reserved\n")
    try folder.write("/lib/firmware/ostrog.bin", [1])
    return folder
  }
  private func registers(_ kind: ProcessorKind) -> String {
    let values = Dictionary(
      uniqueKeysWithValues: CapabilityRegisters.asked.map { ($0.msr.rawValue, kind.register($0.msr)) })
    return CapabilityRegisters(values: values).text
  }

  @Test func theCoreIsAskedForEachRegister() {
    for kind in [ProcessorKind.generous, .minimal] {
      let values = Dictionary(
        uniqueKeysWithValues: CapabilityRegisters.asked.map { ($0.msr.rawValue, kind.register($0.msr)) })
      let results = ProcessorCheck.results(CapabilityRegisters(values: values))
      #expect(results.allSatisfy { $0.standing == .found }, "\(kind.name): \(results)")
    }
  }

  /// A register, what it is set to of a processor that has all, and what must be said.
  private static let spoiled: [(MSR, @Sendable (UInt64) -> UInt64, String)] = [
    (.featureControl, { _ in 0 }, "VMX is allowed"),
    (.vmxBasic, { $0 & ~(1 << 55) }, "VMX of the usual form"),
    (.apicBase, { $0 & ~(1 << 11) }, "local APIC"), (.eptVPID, { $0 & ~(1 << 16) }, "pages of 2 MiB"),
    (.eptVPID, { $0 & ~(1 << 26) }, "INVEPT of all contexts"), (.truePin, { $0 & ~(1 << 35) }, "NMI exits"),
    (.truePrimary, { $0 & ~(1 << 57) }, "I/O bitmaps"),
    (.truePrimary, { $0 | 1 << 15 }, "a way to turn off CR3-load exits"),
    (.secondary, { $0 & ~(1 << 39) }, "unrestricted guest"), (.secondary, { $0 & ~(1 << 37) }, "VPID"),
    (.trueExit, { $0 & ~(1 << 51) }, "loading PAT"), (.trueEntry, { $0 & ~(1 << 47) }, "loading EFER"),
  ]
  @Test func whatIsMissingIsNamed() {
    for (msr, spoil, words) in Self.spoiled {
      var values = Dictionary(
        uniqueKeysWithValues: CapabilityRegisters.asked.map {
          ($0.msr.rawValue, ProcessorKind.generous.register($0.msr))
        })
      values[msr.rawValue] = spoil(values[msr.rawValue] ?? 0)
      let results = ProcessorCheck.results(CapabilityRegisters(values: values)).filter {
        $0.standing == .missing
      }
      #expect(results.count == 1, "\(words)")
      #expect(results.first.map { "\($0.requirement) \($0.found)".contains(words) } == true, "\(results)")
      #expect(results.first?.remedy.isEmpty == false)
      values[msr.rawValue] = nil
      #expect(
        ProcessorCheck.results(CapabilityRegisters(values: values)).filter { $0.standing == .missing }.count
          == 1)
    }
  }

  /// Each change to a machine that has all, and the requirement that is missing then.
  @Test func eachRequirementCanBeMissing() throws {
    let changes: [(String, String, String)] = [
      ("/proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: vmx\n", "a processor of Intel's, 64-bit"),
      ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: fpu\nflags\t\t: vmx\n", "VMX on every CPU"),
      ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: vmx fred\n", "no FRED"),
      ("/proc/sys/kernel/osrelease", "4.19.0\n", "Linux 5.10 or later"),
      ("/boot/config-6.1.0-40-cloud-amd64", "CONFIG_MODULES=y\n", "kernel options"),
      ("/proc/cmdline", "memmap=4G\n", "memory kept off Linux"),
      ("/sys/class/iommu/dmar0", "", "IOMMU left alone by Linux"),
      ("/proc/interrupts", "  4:  0 0 IR-IO-APIC 4-edge ttyS0\n", "IOMMU left alone by Linux"),
    ]
    for (path, text, requirement) in changes {
      let folder = try machine()
      #expect(!missing(folder).contains(requirement))
      try folder.write(path, text)
      #expect(missing(folder).contains(requirement), "\(requirement)")
    }
    let locked = try machine()
    try locked.write("/sys/kernel/security/lockdown", "none [integrity] confidentiality\n")
    try FileManager.default.removeItem(atPath: locked.path + "/sys/devices/jailhouse")
    #expect(missing(locked).contains("modules without a signature"))
    try locked.show(cells: nil)
    // The module that is loaded has a signature, or was loaded before.
    #expect(!missing(locked).contains("modules without a signature"))
    try locked.write("/sys/kernel/security/lockdown", "[none] integrity confidentiality\n")
    #expect(
      HardwareCheck(locked.files).report().results.contains {
        $0.requirement == "modules without a signature" && $0.standing == .found
      })
    let modern = try machine()
    try modern.write("/sys/devices/system/cpu/intel_pstate/status", "active\n")
    #expect(
      HardwareCheck(modern.files).report().results.contains { $0.remedy.contains("intel_pstate=disable") })
    let kvm = try machine()
    try kvm.write("/sys/module/kvm_intel/refcnt", "0\n")
    #expect(!missing(kvm).contains("VMX in nobody's use"))
    try kvm.write("/sys/module/kvm/parameters/enable_virt_at_load", "Y\n")
    #expect(missing(kvm).contains("VMX in nobody's use"))
  }
  private func missing(_ folder: TemporaryFolder) -> [String] {
    HardwareCheck(folder.files).report().results.filter { $0.standing == .missing }.map(\.requirement)
  }

  @Test func cpusMustBeAlikeButForWhichWasTheFirst() throws {
    let folder = try machine()
    var kind: ProcessorKind = .generous
    kind.set(.apicBase, kind.register(.apicBase) | 1 << 8)
    try folder.write("/dev/cpu/0/msr", registers(kind))
    #expect(!missing(folder).contains("all CPUs alike"))
    kind.set(.secondary, kind.register(.secondary) & ~(1 << 58))
    try folder.write("/dev/cpu/0/msr", registers(kind))
    #expect(missing(folder).contains("all CPUs alike"))
  }

  @Test func withoutRegistersItIsNotSaidToBeReady() throws {
    let folder = try machine()
    for cpu in 0..<2 { try folder.write("/dev/cpu/\(cpu)/msr", "") }
    let report = HardwareCheck(folder.files).report()
    #expect(report.results.contains { $0.standing == .unknown } && report.status == 1)
    #expect(report.json.contains("\"ready\": false"))
  }

  @Test func aMachineFileIsComparedWithTheMachine() throws {
    let folder = try machine()
    guard case .system(_, var system)? = Loader.load(paths: [Configs.bochs]).files.first?.configuration else {
      return
    }
    func results() -> [CheckResult] { MachineFit(folder.files, system).results }
    #expect(results().map(\.standing) == [.missing, .found])
    try folder.write("/sys/devices/system/cpu/online", "0-3\n")
    #expect(results().map(\.standing) == [.found, .found])
    system.hypervisorMemory.physicalStart = 0x3900_0000
    #expect(results()[1].standing == .missing && results()[1].remedy.contains("memmap=6M$0x39000000"))
    #expect(results()[1].remedy.contains(#"\\\$ for $"#))
  }
}
