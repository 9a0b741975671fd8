// SPDX-License-Identifier: Apache-2.0
// `config collect`: what `config create` reads, copied into a folder, so that the file can be written elsewhere.

import CellConfig
import Verification

/// Copies what a machine shows of itself.
public enum Collecting {
  private static let fixed =
    [
      "/proc/iomem", "/proc/ioports", "/proc/cpuinfo", "/proc/cmdline", "/proc/interrupts", "/proc/modules",
      "/proc/sys/kernel/osrelease",
      "/sys/devices/system/cpu/online", "/sys/devices/system/cpu/vulnerabilities/l1tf",
      "/sys/devices/system/cpu/vulnerabilities/mds", "/sys/fs/resctrl/info/L3/cbm_mask",
      "/sys/class/dmi/id/sys_vendor", "/sys/class/dmi/id/product_name", Fingerprint.present,
    ] + Fingerprint.firmware

  /// The files there are.
  static func paths(_ files: SystemFiles) -> [String] {
    let cpus = "/sys/devices/system/cpu"
    let siblings = files.names(cpus).filter { $0.hasPrefix("cpu") && $0.dropFirst(3).allSatisfy(\.isNumber) }
      .map { "\(cpus)/\($0)/topology/thread_siblings_list" }
    let tables = Fingerprint.tables.map { "\(ACPITables.folder)/\($0)" }
    let memory = files.names(Fingerprint.memoryMap).flatMap { name in
      ["start", "end", "type"].map { "\(Fingerprint.memoryMap)/\(name)/\($0)" }
    }
    let serials = files.names("/sys/class/tty").filter { $0.hasPrefix("ttyS") }.flatMap { name in
      ["port", "irq", "type"].map { "/sys/class/tty/\(name)/\($0)" }
    }
    let functions = files.names(PCIScan.folder).flatMap { name in
      ["config", "resource", "class", "vendor", "device", "irq"].map { "\(PCIScan.folder)/\(name)/\($0)" }
    }
    return (fixed + siblings + tables + memory + serials + functions).filter { files.exists($0) }
  }

  /// Copies them below `folder`; how many.
  public static func collect(_ files: SystemFiles, into folder: String) throws(NamedRefusal) -> Int {
    // What shows no addresses is of no use.
    _ = try MachineFacts(files)
    let target = SystemFiles(folder)
    var count = 0
    func put(_ path: String, _ bytes: [UInt8]) throws(NamedRefusal) {
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      _ = makeFolder(target.path("/" + parent))
      do throws(Diagnostic) { try FileBytes.write(bytes, to: target.path(path)) } catch {
        throw NamedRefusal(
          "config collect", "\(target.path(path)): \(error.message)", code: "EACCES", remedies: [error.remedy]
        )
      }
      count += 1
    }
    for path in paths(files) {
      guard let bytes = files.bytes(path) else { continue }
      try put(path, bytes)
    }
    // Links are kept as files that say the last part of what they lead to.
    for name in files.names(PCIScan.folder) {
      let path = "\(PCIScan.folder)/\(name)/driver"
      if let driver = files.linkName(path) { try put(path, Array((driver + "\n").utf8)) }
    }
    for cpu in cpuList(files.word("/sys/devices/system/cpu/online") ?? "") {
      guard let registers = CapabilityRegisters(files, cpu: cpu) else { continue }
      try put(CapabilityRegisters.path(cpu), Array(registers.text.utf8))
    }
    return count
  }
}
