// SPDX-License-Identifier: Apache-2.0
// What people call a PCI function: by its class, and a number where there are several.

import CellConfig

/// Names for functions.
enum FunctionNames {
  /// By class and sub-class (PCI Code and ID Assignment, 1.11).
  private static let classes: [UInt32: String] = [
    0x0100: "scsi", 0x0101: "ide", 0x0104: "raid", 0x0106: "sata", 0x0107: "sas", 0x0108: "nvme",
    0x0200: "ethernet", 0x0280: "network", 0x0300: "display", 0x0302: "graphics", 0x0380: "graphics",
    0x0401: "audio", 0x0403: "audio", 0x0480: "multimedia", 0x0500: "ram-controller",
    0x0580: "memory-controller", 0x0600: "host-bridge", 0x0601: "isa-bridge", 0x0604: "pci-bridge",
    0x0680: "bridge", 0x0700: "serial", 0x0701: "parallel-port", 0x0780: "communication",
    0x0800: "interrupts",
    0x0801: "dma", 0x0803: "clock", 0x0805: "card-reader", 0x0806: "remapping", 0x0880: "system",
    0x0c00: "firewire", 0x0c03: "usb", 0x0c05: "smbus-controller", 0x0d11: "bluetooth", 0x0d80: "wireless",
    0x1000: "crypto", 0x1101: "performance", 0x1180: "signal-processing", 0x1200: "accelerator",
    0xff00: "unclassified",
  ]

  /// A name for each, none twice.
  static func of(_ functions: [ScannedFunction]) -> [PCIFunction: String] {
    let words = functions.map { classes[$0.classCode >> 8] ?? "device" }
    var seen: [String: Int] = [:]
    var names: [PCIFunction: String] = [:]
    for (function, word) in zip(functions, words) {
      let number = seen[word, default: 0]
      seen[word] = number + 1
      let isAlone = words.filter { $0 == word }.count == 1
      names[function.function] = isAlone ? word : "\(word)-\(number)"
    }
    return names
  }
}
