// SPDX-License-Identifier: Apache-2.0
// What the hypervisor says of a CPU that it has stopped, or that went beyond its configuration in a dry run (Kernel/image/x86/Start.swift, `report`).

/// A stop, read from a console line or a record.
public struct Violation: Sendable, Equatable {
  public var cpu: UInt64
  /// Why (`Stop`); the exit's reason and qualification; guest-physical address; RIP.
  public var stop: UInt64
  public var reason: UInt64
  public var qualification: UInt64
  public var address: UInt64
  public var rip: UInt64
  /// The cell's number, where a record says it.
  public var cell: UInt64?
  /// It was let through, and noted.
  public var isDryRun: Bool

  /// As the hypervisor says it on its console, with the cell's number where it is known.
  public var line: String {
    func digits(_ value: UInt64) -> String { String(value, radix: 16) }
    let what = isDryRun ? "beyond its configuration, in a dry run" : "stopped"
    return
      "Ostrog: CPU \(digits(cpu)) \(what), why \(digits(stop)), exit reason \(digits(reason)), qualification "
      + "\(digits(qualification)), guest-physical \(digits(address)), RIP \(digits(rip))"
      + (cell.map { ", cell \($0)" } ?? "")
  }

  /// All of a log, each once.
  public static func all(in log: String) -> [Violation] {
    log.split(whereSeparator: \.isNewline).compactMap { Violation(line: String($0)) }.reduce(into: []) {
      if !$0.contains($1) { $0.append($1) }
    }
  }
}

extension Violation {
  /// Reads a line; nil where it says something else. Numbers are hexadecimal, but for the cell's.
  public init?(line: String) {
    guard let start = line.firstRange(of: "Ostrog: CPU ") else { return nil }
    let text = line[start.upperBound...]
    let isStop = text.firstRange(of: " stopped, why ") != nil
    isDryRun = text.firstRange(of: "beyond its configuration, in a dry run, why ") != nil
    guard isStop || isDryRun else { return nil }
    func number(_ label: String, radix: Int = 16) -> UInt64? {
      guard let range = text.firstRange(of: label) else { return nil }
      return UInt64(text[range.upperBound...].prefix { $0.isHexDigit }, radix: radix)
    }
    guard let cpu = UInt64(text.prefix { $0.isHexDigit }, radix: 16), let stop = number("why "),
      let reason = number("exit reason "), let qualification = number("qualification "),
      let address = number("guest-physical "), let rip = number("RIP ")
    else { return nil }
    (self.cpu, self.stop, self.reason, self.qualification) = (cpu, stop, reason, qualification)
    (self.address, self.rip) = (address, rip)
    cell = number(", cell ", radix: 10)
  }
}
