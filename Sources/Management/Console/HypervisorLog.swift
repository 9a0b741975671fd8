// SPDX-License-Identifier: Apache-2.0
// What the hypervisor has said, where it does not run any more: its page of memory (docs/log.md), read through /dev/mem.

import CellConfig

/// A CPU that was stopped (docs/log.md).
public struct StopRecord: Sendable, Equatable {
  /// From 1 on.
  public var number: UInt64
  /// What was said of it.
  public var violation: Violation
}

/// The log's page.
public struct HypervisorLog: Sendable, Equatable {
  private static let page = 4096
  private static let ring = (offset: 8, size: 2048)
  private static let records = (offset: 2112, count: 31, size: 64)
  /// In a CPU's block.
  private static let phase: UInt64 = 0x58

  /// The last bytes that were said.
  public var text: String
  /// Records of stopped CPUs, oldest first.
  public var records: [StopRecord]
  /// How far each CPU has come, by number.
  public var phases: [Phase] = []

  /// How far the CPUs have come, for people.
  public var phaseLines: [String] { Phase.lines(phases) }

  /// Reads a page; nil where it cannot be one.
  init?(page: [UInt8]) {
    guard page.count == Self.page else { return nil }
    let ring = page[Self.ring.offset..<Self.ring.offset + Self.ring.size]
    let tail = Int(page.u64(0) >> 32)
    let count = min(tail, Self.ring.size)
    let bytes = (0..<count).map { ring[ring.startIndex + (tail - count + $0) % Self.ring.size] }
    text = String(decoding: bytes, as: UTF8.self)
    records = (0..<Self.records.count).map { number in
      let start = Self.records.offset + number * Self.records.size
      let violation = Violation(
        cpu: page.u64(start + 8) & 0xffff_ffff, stop: page.u64(start + 16), reason: page.u64(start + 24),
        qualification: page.u64(start + 32), address: page.u64(start + 40), rip: page.u64(start + 48),
        cell: page.u64(start + 8) >> 32, isDryRun: false)
      return StopRecord(number: page.u64(start), violation: violation)
    }.filter { $0.number != 0 }.sorted { $0.number < $1.number }
  }

  /// The log that was left in the memory that the machine file at `path` names.
  public static func left(_ files: SystemFiles, path: String) throws(NamedRefusal) -> HypervisorLog {
    let loaded = Loader.load(paths: [path])
    guard let file = loaded.files.first(where: { $0.path == path }),
      case .system(_, let machine) = file.configuration
    else {
      throw NamedRefusal(
        "console --last", "\(path) is no machine file that can be used", code: "USAGE",
        remedies: ["give the one that was enabled"],
        report: loaded.problems.flatMap(\.lines).joined(separator: "\n"))
    }
    return try left(files, machine)
  }

  /// The log in the memory that `machine` gives to the hypervisor, as it was left there: before this boot, if nothing has written to it.
  public static func left(_ files: SystemFiles, _ machine: SystemDescription) throws(NamedRefusal)
    -> HypervisorLog
  {
    let what = "console --last"
    // While it runs that memory is nobody's: whoever reads it is stopped.
    guard !RunningSystem(files).isEnabled else {
      throw NamedRefusal(
        what, "the hypervisor runs: its log of before has given way to its log of now", code: "EBUSY",
        remedies: ["`ostrog console`"])
    }
    let memory = machine.hypervisorMemory
    guard let head = files.bytes("/dev/mem", at: memory.physicalStart, size: 80), head.count == 80 else {
      throw NamedRefusal(
        what, "the hypervisor's memory at \(hexText(memory.physicalStart)) cannot be read", code: "EACCES",
        causes: [
          "only root may read /dev/mem; a kernel that is locked down, or has no /dev/mem, lets nobody; memory that is not kept off "
            + "Linux by memmap= is not to be read there"
        ], remedies: ["run as root, with the memmap= of before"])
    }
    // The log's page is 0 until a CPU has found it: then the phases are all there is.
    let offset = head.u64(32)
    guard head.starts(with: Array("JAILHOUS".utf8)), offset % 4096 == 0, offset < memory.size,
      let page = offset == 0
        ? [UInt8](repeating: 0, count: Self.page)
        : files.bytes("/dev/mem", at: memory.physicalStart &+ offset, size: Self.page),
      var log = HypervisorLog(page: page)
    else {
      throw NamedRefusal(
        what, "there is no log at \(hexText(memory.physicalStart))", code: "ENOENT",
        causes: ["nothing was enabled there, or the memory was cleared since (a cold start)"],
        remedies: ["check that the machine file is the one that was enabled"])
    }
    let (image, block, count) = (head.u64(8), head.u64(16), head.u64(48) & 0xffff_ffff)
    // As the loader refuses it.
    if image < memory.size, block > 0, block < memory.size, count <= 255, image + block * count <= memory.size
    {
      log.phases = (0..<count).map { cpu in
        let place = memory.physicalStart &+ image &+ block * cpu &+ Self.phase
        let byte = files.bytes("/dev/mem", at: place, size: 1)?.first ?? 0
        return Phase(rawValue: byte) ?? .away
      }
    }
    return log
  }
}
