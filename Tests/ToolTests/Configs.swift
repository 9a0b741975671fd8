// SPDX-License-Identifier: Apache-2.0
// The configurations of this repository, and some that are wrong on purpose.

import CellConfig

enum Configs {
  static let folder = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined() + "/configs"
  static let bochs = folder + "/bochs.cell"
  static let tick = folder + "/bochs-tick.cell"
  static let sensor = folder + "/bochs-sensor.cell"
  static let linux = folder + "/bochs-linux.cell"

  /// A cell on CPU 3 that takes 64 KiB of the memory of `tick` for itself.
  static let thief = """
    cell: thief
    machine: bochs
    cpus: 3
    memory:
      - {at: 0x3a600000, guest: 0, size: 64K, rights: [read, write, execute, loadable]}
    reset-address: 0
    communication-region: none

    """

  static func binary(_ path: String) -> [UInt8] {
    Loader.load(paths: [path]).files.first { $0.path == path }?.binary ?? []
  }
}
