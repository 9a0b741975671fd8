// SPDX-License-Identifier: Apache-2.0
// The fingerprint of a machine, from what Linux shows of it: what a change of hardware, firmware or its settings changes, and nothing that differs from boot to boot.

import CellConfig
import Verification

extension Fingerprint {
  /// The tables that the configuration is made of.
  static let tables = ["APIC", "MCFG", "FACP", "DMAR"]
  /// The firmware's own memory map, which `memmap=` does not change.
  static let memoryMap = "/sys/firmware/memmap"
  /// Files on the firmware.
  static let firmware = ["bios_vendor", "bios_version", "bios_date"].map { "/sys/class/dmi/id/\($0)" }
  /// CPUs there are, online or not.
  static let present = "/sys/devices/system/cpu/present"

  /// Reads the machine; what it does not show is left out.
  init(_ files: SystemFiles) {
    func fact(_ kind: Kind, _ value: String) -> Fact? {
      // What firmware writes into its texts is its own affair.
      Fact(
        kind,
        String(
          String.UnicodeScalarView(
            value.unicodeScalars.filter { (0x20..<0x7f).contains($0.value) }.prefix(200))))
    }
    let info = ProcessorInfo(files)
    let words = ["vendor_id", "cpu family", "model", "stepping"].map { info[$0].first ?? "?" }
    var facts: [Fact?] = []
    if words.contains(where: { $0 != "?" }) {
      let count = cpuList(files.word(Self.present) ?? "").count
      let cpus = count == 0 ? "" : ", \(count) CPU\(count == 1 ? "" : "s")"
      facts.append(
        fact(.processor, "\(words[0]) family \(words[1]) model \(words[2]) stepping \(words[3])\(cpus)"))
    }
    facts.append(
      fact(
        .firmware, Self.firmware.compactMap { files.word($0) }.filter { !$0.isEmpty }.joined(separator: ", "))
    )
    facts += Self.tables.map { name in
      files.bytes("\(ACPITables.folder)/\(name)").flatMap { fact(.table, "\(name) \(sha256($0).prefix(16))") }
    }
    let ranges = files.names(Self.memoryMap).compactMap { name -> (UInt64, String)? in
      let path = "\(Self.memoryMap)/\(name)"
      guard let start = files.number("\(path)/start"), let end = files.number("\(path)/end") else {
        return nil
      }
      return (start, "\(hexText(start))-\(hexText(end)) \(files.word("\(path)/type") ?? "?")")
    }
    facts += ranges.sorted { $0 < $1 }.map { fact(.memory, $0.1) }
    facts += PCIScan.functions(files).map { function in
      let ids = [function.vendor, function.device].map {
        String(0x1_0000 | UInt32($0), radix: 16).dropFirst()
      }
      .joined(separator: ":")
      return fact(.function, "\(function.function) \(ids)")
    }
    self.init(facts.compactMap { $0 })
  }
}
