// SPDX-License-Identifier: Apache-2.0
// A folder that stands for a machine's files.

import Foundation
import TestSupport

@testable import Management

extension TemporaryFolder {
  var files: SystemFiles { SystemFiles(path) }
  /// What the tool has kept of what it handed over.
  var kept: [String] { files.names("/run/ostrog").filter { $0.hasSuffix(".cell") } }

  /// The loader's tree with these cells; nil: the hypervisor does not run.
  func show(cells: [String]?, apics: String? = nil) throws {
    let tree = "/sys/devices/jailhouse"
    try? FileManager.default.removeItem(atPath: path + tree)
    try write("\(tree)/tsc_khz", "50000\n")
    try write("\(tree)/enabled", cells == nil ? "0\n" : "1\n")
    for (id, name) in (cells ?? []).enumerated() {
      let cell = "\(tree)/cells/\(id)"
      try write("\(cell)/name", name + "\n")
      try write("\(cell)/apic_ids", "\(apics ?? "\(id)")\n")
      try write("\(cell)/state", id == 0 ? "running\n" : "shut down\n")
      try write("\(cell)/cpus_assigned_list", "\(id)\n")
      try write("\(cell)/cpus_failed_list", "\n")
      for (number, counter) in ["total", "pio", "cpuid"].enumerated() {
        try write("\(cell)/statistics/vmexits_\(counter)", "\(100 - number)\n")
        try write("\(cell)/statistics/cpu\(id)/vmexits_\(counter)", "\(100 - number)\n")
      }
    }
  }
}
