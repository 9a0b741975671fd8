// SPDX-License-Identifier: Apache-2.0
// What the commands print and write.

import ArgumentParser
import CellConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Printing and writing.
enum Output {
  static func print(_ text: String) { _ = FileBytes.write(Array((text + "\n").utf8), toDescriptor: 1) }

  /// Lines on the standard error.
  static func complain(_ lines: [String]) {
    if lines.isEmpty { return }
    _ = FileBytes.write(Array((lines.joined(separator: "\n") + "\n").utf8), toDescriptor: 2)
  }

  static func exit(_ code: Int32) -> Never {
    #if canImport(Glibc)
      Glibc.exit(code)
    #elseif canImport(Musl)
      Musl.exit(code)
    #else
      Darwin.exit(code)
    #endif
  }

  /// Prints all messages; ends the command with status 2 where a file cannot be used.
  static func report(_ loaded: Loaded) throws {
    for file in loaded.files { complain(file.warnings.flatMap(\.lines)) }
    complain(loaded.problems.flatMap(\.lines))
    if loaded.problems.contains(where: \.isError) { throw ExitCode(2) }
  }

  /// Ends with status 1 where there were warnings and the user is strict.
  static func finish(_ loaded: Loaded, _ common: CommonOptions) throws {
    let warnings = loaded.files.contains { !$0.warnings.isEmpty } || !loaded.problems.isEmpty
    if common.strict, warnings { throw ExitCode(1) }
  }

  /// Writes `bytes`; refuses to replace what was read.
  static func write(_ bytes: [UInt8], to path: String, inputs: [String]) throws {
    if path == "-" {
      if !FileBytes.write(bytes, toDescriptor: 1) {
        complain(["the standard output cannot be written"])
        throw ExitCode(2)
      }
      return
    }
    if inputs.contains(where: { FileBytes.isSame($0, path) }) {
      complain(["\(path): error: is an input and would be overwritten; write to another file"])
      throw ExitCode(2)
    }
    do throws(Diagnostic) { try FileBytes.write(bytes, to: path) } catch {
      complain(error.lines)
      throw ExitCode(2)
    }
  }
}
