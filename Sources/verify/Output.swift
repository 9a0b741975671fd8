// SPDX-License-Identifier: Apache-2.0
// What the command prints, writes and asks of the system.

import CellConfig
import Verification

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Printing and writing.
enum Output {
  static func print(_ text: String) { _ = FileBytes.write(Array(text.utf8), toDescriptor: 1) }

  /// A line on the standard error.
  static func complain(_ text: String) { _ = FileBytes.write(Array((text + "\n").utf8), toDescriptor: 2) }

  /// True where a person watches the standard error.
  static var complaintsAreSeen: Bool { isatty(2) == 1 && variable("TERM") != "dumb" }

  /// Puts `text` in place of the terminal's current line.
  static func replaceLine(_ text: String) {
    _ = FileBytes.write(Array("\r\u{1b}[K\(text)".utf8), toDescriptor: 2)
  }

  /// Writes a file; false, with a message, where that fails or where it would replace an input.
  static func write(_ text: String, to path: String, inputs: [String]) -> Bool {
    if inputs.contains(where: { FileBytes.isSame($0, path) }) {
      complain("\(path): is an input and would be overwritten; write to another file")
      return false
    }
    do throws(Diagnostic) { try FileBytes.write(Array(text.utf8), to: path) } catch {
      complain("\(path): \(error.message); \(error.remedy)")
      return false
    }
    return true
  }

  /// Colours where they were asked for, or where the output is a terminal that wants them.
  static func style(_ choice: ColourChoice) -> Style {
    switch choice {
    case .always: Style(colours: true)
    case .never: Style(colours: false)
    case .auto: Style(colours: isatty(1) == 1 && getenv("NO_COLOR") == nil && variable("TERM") != "dumb")
    }
  }

  /// A variable of the environment.
  static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// Date and build of this run. The hash of the executable is made only where it is printed.
  static func identity(date: String?) -> RunIdentity {
    let epoch = variable("SOURCE_DATE_EPOCH").flatMap { Int64($0) }
    let build = (try? FileBytes.read("/proc/self/exe", atMost: 1 << 30)).map { sha256($0) }
    return RunIdentity(date: date ?? dateText(epoch ?? Int64(time(nil))), build: build)
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
}
