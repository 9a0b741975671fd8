// SPDX-License-Identifier: Apache-2.0
// This machine, for the commands that manage it.

import Management

/// This machine.
enum Tool {
  static let files = SystemFiles()
  static var manager: Manager { Manager(files, LinuxDevice()) }
  static var running: RunningSystem { RunningSystem(files) }
}
