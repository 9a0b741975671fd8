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
  static let thief = text(folder + "/../Tests/Loader/thief.cell")

  static func text(_ path: String) -> String {
    String(decoding: (try? FileBytes.read(path)) ?? [], as: UTF8.self)
  }

  static func binary(_ path: String) -> [UInt8] {
    Loader.load(paths: [path]).files.first { $0.path == path }?.binary ?? []
  }
}
