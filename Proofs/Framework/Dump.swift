// SPDX-License-Identifier: Apache-2.0
// SMT-LIB files of every question, for a second solver. Each says which answer is expected (`:status`).

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Report {
  /// Writes a script that was made while a theorem ran.
  mutating func keep(_ script: String, named name: String) { dump(script, named: name) }

  /// Writes a script into the options' directory, if there is one: `theorem/0007-name.smt2`. The number counts the scripts
  /// of the theorem, so that no two share a file.
  mutating func dump(_ script: @autoclosure () -> String, named name: String) {
    guard let directory = options.directory else { return }
    let folder = "\(directory)/\(theorem)"
    mkdir(directory, 0o755)
    mkdir(folder, 0o755)
    scripts += 1
    let number = String(scripts)
    let digits = String(repeating: "0", count: max(0, 4 - number.count)) + number
    let safe = String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" }.prefix(80))
    let path = "\(folder)/\(digits)-\(safe).smt2"
    guard let file = fopen(path, "w") else {
      let reason = String(cString: strerror(errno))
      check("write \(path)", false, otherwise: "cannot write: \(reason)")
      return
    }
    fputs(script(), file)
    if fclose(file) != 0 { check("write \(path)", false, otherwise: "cannot write: the disk is full?") }
  }
}
