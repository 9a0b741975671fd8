// SPDX-License-Identifier: Apache-2.0
// Every message of the text form, each with a file that triggers it: code, line, and what it says.

import TestSupport
import Testing

@testable import CellConfig

/// A wrong file and the message that it must get.
struct WrongFile: Sendable, CustomTestStringConvertible {
  var text: String
  var code: TextCode
  var line: Int
  /// A part of the message or the remedy.
  var says: String
  init(_ code: TextCode, line: Int, _ says: String, _ text: String) {
    self.code = code
    self.line = line
    self.says = says
    self.text = text
  }
  var testDescription: String { "\(code.rawValue) \(says)" }
}

@Suite struct DiagnosticTests {
  static let machine = """
    machine: m
    cpus: 0-3
    hypervisor: {memory: {at: 0x3a000000, size: 6M}, console: ttyS0}
    cache: {ways: 8}
    memory: [{name: RAM, at: 0, size: 1G, kind: ram}]
    cell-memory: {at: 0x3a600000, size: 64M}
    cells: {a: {ram: 4M, cache: 2}, b: 1M}
    links: [{between: [a, b], size: 1M}]
    interrupt-chips: [{at: 0xfec00000, pins: 0-23}]
    devices: {ttyS0: {ports: 0x3f8-0x3ff, interrupts: 4}, ttyS1: {ports: 0x2f8-0x2ff}, hpet: {memory: {at: 0xfed00000, size: 4K}}}
    pci: {00:1c.0: {buses: 1}, 01:00.0: {name: card, bars: {0: {at: 0xf0000000, size: 4K}}}}
    """

  static let machineFiles: [WrongFile] = [
    WrongFile(.syntax, line: 2, "YAML", "machine: m\n  cpus: [1"),
    WrongFile(.syntax, line: 1, "empty", ""),
    WrongFile(.syntax, line: 1, "empty", "# only a comment\n"),
    WrongFile(.syntax, line: 3, "another document", "machine: m\ncpus: 0\n---\nmachine: n\n"),
    WrongFile(.syntax, line: 2, "anchors", "machine: m\ncpus: &x [0]\n"),
    WrongFile(.syntax, line: 2, "anchors", "machine: m\ncpus: &x 0\ncache: {ways: *x}\n"),
    WrongFile(.wrongKind, line: 1, "must be a mapping", "- machine: m\n"),
    WrongFile(.wrongKind, line: 2, "single word", "machine: m\n? [a]\n: 1\n"),
    WrongFile(.missing, line: 1, "neither", "cpus: 0-3\n"),
    WrongFile(.unknownKey, line: 2, "did you mean `cpus`?", "machine: m\ncpsu: 0-3\n"),
    WrongFile(.unknownKey, line: 2, "one of", "machine: m\nzzzzzzzzzz: 0-3\n"),
    WrongFile(.duplicate, line: 2, "more than once", "machine: m\ncpus: 0\ncpus: 1\n"),
    WrongFile(
      .duplicate, line: 4, "two devices", "machine: m\ndevices: {x: {ports: 1}}\npci:\n  00:01.0: {name: x}\n"
    ),
    WrongFile(.duplicate, line: 2, "twice", "machine: m\npci: {00:01.0: {}, 0000:00:01.0: {}}\n"),
    WrongFile(.wrongKind, line: 2, "a list", "machine: m\nhypervisor: [1]\n"),
    WrongFile(.wrongKind, line: 2, "a list", "machine: m\ncells: [a]\n"),
    WrongFile(.wrongKind, line: 2, "a list", "machine: m\ndevices: [a]\n"),
    WrongFile(.wrongKind, line: 2, "a list", "machine: m\npci: [a]\n"),
    WrongFile(.wrongKind, line: 2, "a mapping", "machine: m\npm-timer: {a: 1}\n"),
    WrongFile(.wrongKind, line: 2, "bars", "machine: m\npci: {00:01.0: {bars: [1]}}\n"),
    WrongFile(.malformed, line: 1, "cannot be a name", "machine: two words\n"),
    WrongFile(.malformed, line: 2, "no number", "machine: m\npm-timer: soon\n"),
    WrongFile(.malformed, line: 2, "octal", "machine: m\npm-timer: 0600\n"),
    WrongFile(.malformed, line: 2, "powers of 1024", "machine: m\ncell-memory: {at: 0, size: 4MB}\n"),
    WrongFile(.malformed, line: 2, "smaller end first", "machine: m\ncpus: 3-2\n"),
    WrongFile(.malformed, line: 2, "no PCI function", "machine: m\npci: {1f.6: {}}\n"),
    WrongFile(
      .malformed, line: 2, "power of two", "machine: m\npci: {00:01.0: {bars: {0: {at: 0, size: 12K}}}}\n"),
    WrongFile(.malformed, line: 2, "no BAR", "machine: m\npci: {00:01.0: {bars: {6: {at: 0, size: 4K}}}}\n"),
    WrongFile(.malformed, line: 2, "12 bytes", "machine: m\niommus: [{at: 1, extra: abc}]\n"),
    WrongFile(.malformed, line: 2, "share of the cache", "machine: m\ncells: {a: {cache: some}}\n"),
    WrongFile(
      .malformed, line: 3, "neither true nor false", "machine: m\ncpus:\n  leaks-between-threads: maybe\n"),
    WrongFile(.outOfRange, line: 2, "16 bits", "machine: m\npm-timer: 0x10000\n"),
    WrongFile(
      .outOfRange, line: 2, "64 bits",
      "machine: m\nhypervisor: {memory: {at: 99999999999999999999, size: 1}}\n"),
    WrongFile(
      .outOfRange, line: 2, "52 bits", "machine: m\ncell-memory: {at: 0xfffffffffffff000, size: 8K}\n"),
    WrongFile(.outOfRange, line: 2, "has no size", "machine: m\ncell-memory: {at: 0x1000, size: 0}\n"),
    WrongFile(.outOfRange, line: 2, "32767", "machine: m\ncpus: 0-99999\n"),
    WrongFile(.outOfRange, line: 2, "1 to 32 ways", "machine: m\ncache: {ways: 99}\n"),
    WrongFile(.outOfRange, line: 2, "65535", "machine: m\npower-ports: 0x10000\n"),
    WrongFile(.outOfRange, line: 2, "address 0", "machine: m\niommus: [{at: 0}]\n"),
    WrongFile(
      .outOfRange, line: 2, "room for 8",
      "machine: m\niommus: [\(repeatElement("{at: 4096}", count: 9).joined(separator: ", "))]\n"),
    WrongFile(
      .outOfRange, line: 3, "no pin",
      "machine: m\ninterrupt-chips: [{at: 1, pins: 0-3}]\ndevices: {x: {interrupts: 9}}\n"),
    WrongFile(.outOfRange, line: 2, "2 to 12", "machine: m\nlinks: [{between: [a], size: 1M}]\n"),
    WrongFile(
      .outOfRange, line: 2, "16 vectors", "machine: m\nlinks: [{between: [a, b], size: 1M, vectors: 17}]\n"),
    WrongFile(
      .outOfRange, line: 2, "1 to 2048", "machine: m\npci: {00:01.0: {msi-x: {vectors: 0, bar: 0}}}\n"),
    WrongFile(.missing, line: 2, "`kind`", "machine: m\nmemory: [{at: 0, size: 4K}]\n"),
    WrongFile(.missing, line: 2, "`size`", "machine: m\nlinks: [{between: [a, b]}]\n"),
    WrongFile(
      .unknownName, line: 2, "did you mean `firmware`?",
      "machine: m\nmemory: [{at: 0, size: 4K, kind: fimrware}]\n"),
    WrongFile(.unknownName, line: 2, "x86", "machine: m\narchitecture: riscv\n"),
    WrongFile(
      .unknownName, line: 2, "no device",
      "machine: m\nhypervisor: {memory: {at: 0, size: 4K}, console: ttyS0}\n"),
    WrongFile(
      .unknownName, line: 2, "no IOMMU unit", "machine: m\ninterrupt-chips: [{at: 1, pins: 0, iommu: x}]\n"),
    WrongFile(.unknownName, line: 2, "no interrupt chip", "machine: m\ndevices: {x: {interrupts: 1}}\n"),
    WrongFile(
      .unknownName, line: 2, "no form of link", "machine: m\nlinks: [{between: [a, b], size: 1M, as: pipe}]\n"
    ),
    WrongFile(
      .unknownName, line: 2, "no memory BAR", "machine: m\npci: {00:01.0: {msi-x: {vectors: 1, bar: 3}}}\n"),
    WrongFile(.placement, line: 3, "no room", "machine: m\ncell-memory: {at: 0, size: 1M}\ncells: {a: 2M}\n"),
    WrongFile(.placement, line: 2, "no room", "machine: m\ncells: {a: 2M}\n"),
    WrongFile(
      .placement, line: 3, "not free",
      "machine: m\ncell-memory: {at: 0, size: 1M}\ncells: {a: {ram: 4K, at: 8M}}\n"),
    WrongFile(
      .placement, line: 3, "not free",
      "machine: m\ncell-memory: {at: 0, size: 1M}\nlinks: [{between: [a, b], size: 64K, at: 8M}]\n"),
    WrongFile(
      .placement, line: 3, "no room",
      "machine: m\ncell-memory: {at: 0, size: 64K}\nlinks: [{between: [a, b], size: 1M}]\n"),
    WrongFile(.placement, line: 2, "whole pages", "machine: m\ncells: {a: 100}\n"),
    WrongFile(.placement, line: 2, "whole pages", "machine: m\nlinks: [{between: [a, b], size: 100}]\n"),
    WrongFile(.placement, line: 2, "sections", "machine: m\nlinks: [{between: [a, b], size: 8K}]\n"),
    WrongFile(.placement, line: 2, "does not describe", "machine: m\ncells: {a: {cache: 2}}\n"),
    WrongFile(.placement, line: 3, "neighbouring", "machine: m\ncache: {ways: 4}\ncells: {a: {cache: 5}}\n"),
    WrongFile(.placement, line: 2, "without a way", "machine: m\ncache: {ways: 4}\ncells: {a: {cache: 4}}\n"),
    WrongFile(
      .placement, line: 2, "MSI-X",
      "machine: m\npci: {00:01.0: {bars: {0: {at: 0x1000, size: 4K}}, msi-x: {vectors: 999, bar: 0}}}\n"),
    WrongFile(
      .contradiction, line: 4, "not present", "machine: m\ncpus:\n  present: 0-1\n  siblings: [[0, 2]]\n"),
    WrongFile(.contradiction, line: 2, "does not exist on x86", "machine: m\ngic: {version: 2}\n"),
    WrongFile(
      .contradiction, line: 3, "does not exist on arm", "machine: m\narchitecture: arm\npm-timer: 1\n"),
    WrongFile(
      .contradiction, line: 2, "cannot be virtual",
      "machine: m\nhypervisor: {memory: {at: 0, size: 4K}, console: virtual}\n"),
    WrongFile(
      .contradiction, line: 2, "`writer`", "machine: m\nlinks: [{between: [a, b], size: 1M, writer: c}]\n"),
    WrongFile(
      .contradiction, line: 2, "no sections",
      "machine: m\nlinks: [{between: [a, b], size: 1M, as: plain, common: 4K}]\n"),
    WrongFile(
      .duplicate, line: 2, "two links",
      "machine: m\nlinks: [{between: [a, b], size: 1M}, {between: [b, a], size: 1M}]\n"),
    WrongFile(.outOfRange, line: 2, "64 threads", "machine: m\ncpus: {present: 0-99, siblings: [0-99]}\n"),
    WrongFile(
      .contradiction, line: 4, "physical function",
      "machine: m\ncell-memory: {at: 0, size: 4M}\npci: {00:10.0: {}}\nlinks: [{between: [a, b], size: 1M, function: 00:10.0}]\n"
    ),
  ]

  @Test(arguments: machineFiles) func machineFile(_ wrong: WrongFile) {
    expect(wrong, Loader.load(bytes: Array(wrong.text.utf8), path: "x.cell"))
  }

  private func expect(_ wrong: WrongFile, _ loaded: Loaded) {
    let found = loaded.problems.first {
      $0.code == wrong.code.rawValue && $0.place.line == wrong.line
        && ($0.message.contains(wrong.says) || $0.remedy.contains(wrong.says))
    }
    let all = loaded.problems.flatMap(\.lines).joined(separator: "\n")
    #expect(found != nil, "wanted \(wrong.code) at line \(wrong.line) with \"\(wrong.says)\", got:\n\(all)")
    #expect(found?.remedy.isEmpty == false && found?.isError == true)
    #expect(loaded.files.isEmpty)
  }

  static let cellFiles: [WrongFile] = [
    WrongFile(.missing, line: 2, "needs to know the machine", "cell: a\nram: 1M\n"),
    WrongFile(.missing, line: 2, "needs to know the machine", "cell: a\ndevices: [ttyS1]\n"),
    WrongFile(.noMachine, line: 2, "not known", "cell: a\nmachine: other\n"),
    WrongFile(.unknownName, line: 3, "no CPU 7", "cell: a\nmachine: m\ncpus: 7\n"),
    WrongFile(.unknownName, line: 3, "did you mean `ttyS1`?", "cell: a\nmachine: m\ndevices: [tyyS1]\n"),
    WrongFile(.unknownName, line: 3, "no device", "cell: a\nmachine: m\ndevices: [00:05.0]\n"),
    WrongFile(.duplicate, line: 3, "twice", "cell: a\nmachine: m\ndevices: [card, 01:00.0]\n"),
    WrongFile(.unknownName, line: 3, "no link", "cell: a\nmachine: m\nlink: {with: c}\n"),
    WrongFile(.unknownName, line: 3, "did you mean `b`?", "cell: a\nmachine: m\nlink: {with: B}\n"),
    WrongFile(.contradiction, line: 3, "not 2M", "cell: a\nmachine: m\nlink: {with: b, size: 2M}\n"),
    WrongFile(.contradiction, line: 3, "hypervisor's console", "cell: a\nmachine: m\ndevices: [ttyS0]\n"),
    WrongFile(.contradiction, line: 3, "hypervisor's console", "cell: a\nmachine: m\nconsole: ttyS0\n"),
    WrongFile(.contradiction, line: 3, "bridge", "cell: a\nmachine: m\ndevices: [00:1c.0]\n"),
    WrongFile(.contradiction, line: 3, "how it is driven", "cell: a\nmachine: m\nconsole: hpet\n"),
    WrongFile(.contradiction, line: 3, "architecture", "cell: a\nmachine: m\narchitecture: arm64\n"),
    WrongFile(.placement, line: 3, "reserves no memory", "cell: c\nmachine: m\nram: 1M\n"),
    WrongFile(.placement, line: 3, "reserves 4M", "cell: a\nmachine: m\nram: 5M\n"),
    WrongFile(.placement, line: 3, "reserves 2 ways", "cell: a\nmachine: m\ncache: 3 ways\n"),
    WrongFile(.outOfRange, line: 3, "whole pages", "cell: a\nmachine: m\nram: 100\n"),
    WrongFile(.outOfRange, line: 3, "no rate", "cell: a\nmachine: m\nconsole: {device: ttyS1, baud: 7}\n"),
    WrongFile(.outOfRange, line: 1, "31", "cell: abcdefghijklmnopqrstuvwxyzabcdefghi\n"),
    WrongFile(.outOfRange, line: 3, "does not hold", "cell: a\ncpus: 9\ncpu-set-size: 1\n"),
    WrongFile(
      .outOfRange, line: 2, "below `base`", "cell: a\ninterrupt-chips: [{at: 1, base: 32, pins: 4}]\n"),
    WrongFile(
      .outOfRange, line: 2, "six BARs",
      "cell: a\npci: [{function: 00:01.0, bar-masks: [0, 0, 0, 0, 0, 0, 0]}]\n"),
    WrongFile(.outOfRange, line: 2, "32 bits", "cell: a\nflags: 0x100000000\n"),
    WrongFile(.outOfRange, line: 2, "16 bits", "cell: a\nconsole: {type: 8250, flags: 0x10000}\n"),
    WrongFile(.outOfRange, line: 2, "32 bits", "cell: a\nconsole: {type: 8250, size: 4G}\n"),
    WrongFile(.outOfRange, line: 2, "8 bits", "cell: a\npci: [{function: 00:01.0, msi: {flags: 256}}]\n"),
    WrongFile(.outOfRange, line: 2, "format", "cell: a\npci: [{function: 00:01.0, msi-x: {size: 1M}}]\n"),
    WrongFile(.outOfRange, line: 2, "16 bits", "cell: a\ncache: {from: 0, ways: 1, flags: 0x10000}\n"),
    WrongFile(.missing, line: 2, "`at`", "cell: a\nmemory: [{size: 4K}]\n"),
    WrongFile(.missing, line: 2, "`size`", "cell: a\nmemory: [{at: 4K}]\n"),
    WrongFile(
      .unknownName, line: 2, "did you mean `execute`?",
      "cell: a\nmemory: [{at: 0, size: 4K, rights: [excute]}]\n"),
    WrongFile(.unknownName, line: 2, "passive", "cell: a\ncommunication-region: pasive\n"),
    WrongFile(.unknownName, line: 2, "permitted", "cell: a\nvirtual-console: always\n"),
    WrongFile(
      .contradiction, line: 2, "bit 0", "cell: a\ncapabilities: [{id: msi, writable: true, flags: 1}]\n"),
    WrongFile(.malformed, line: 2, "no PCI function", "cell: a\npci: [{function: 1}]\n"),
  ]

  @Test(arguments: cellFiles) func cellFile(_ wrong: WrongFile) throws {
    let folder = try TemporaryFolder()
    let machine = try folder.write("m.cell", Self.machine)
    let cell = try folder.write("wrong.cell", wrong.text)
    var loaded = Loader.load(paths: [machine, cell])
    #expect(loaded.files.map(\.path) == [machine], "the machine itself is good")
    loaded.files = []
    expect(wrong, loaded)
  }

  @Test func severalMistakesAreAllReported() {
    let text =
      "machine: m\ncpsu: 0\npm-timer: soon\ncache: {ways: 99}\nmemory: [{at: 0, size: 4K, kind: rma}, {at: x, size: 1, kind: ram}]\n"
    let loaded = Loader.load(bytes: Array(text.utf8), path: "x.cell")
    #expect(loaded.problems.map(\.place.line) == [2, 3, 4, 5, 5])
  }

  @Test func twoFilesOfOneMachineAreAmbiguous() throws {
    let folder = try TemporaryFolder()
    let paths = [try folder.write("one.cell", Self.machine), try folder.write("two.cell", Self.machine)]
    let loaded = Loader.load(paths: paths)
    #expect(loaded.problems.map(\.code) == [TextCode.ambiguous.rawValue])
    #expect(loaded.files.map(\.path) == [paths[0]])
  }

  @Test func cellsOfABrokenMachineSaySo() throws {
    let folder = try TemporaryFolder()
    let paths = [
      try folder.write("m.cell", Self.machine + "\nnonsense: 1\n"),
      try folder.write("a.cell", "cell: a\nmachine: m\n"),
    ]
    let loaded = Loader.load(paths: paths)
    #expect(loaded.problems.map(\.code) == [TextCode.unknownKey.rawValue, TextCode.noMachine.rawValue])
  }

  @Test func aDeviceWithoutMSIIsAWarning() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("m.cell", Self.machine)
    let cell = try folder.write("a.cell", "cell: a\nmachine: m\nram: 1M\ndevices:\n  - card\n")
    let loaded = Loader.load(paths: [cell])
    #expect(loaded.problems.isEmpty)
    #expect(loaded.files.first?.warnings.map(\.code) == [TextCode.noInterrupt.rawValue])
    #expect(loaded.files.first?.warnings.first?.place.line == 5)
    #expect(loaded.files.count == 2, "the machine beside the cell is loaded too")
  }

  @Test func unreadableFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, folder.path + "/none.cell"] {
      let loaded = Loader.load(paths: [path])
      #expect(loaded.problems.map(\.code) == [TextCode.unreadable.rawValue])
      #expect(loaded.problems.first?.place.file == path)
    }
  }

  /// The list of codes in the reference is complete.
  @Test func everyCodeIsTriggeredHere() {
    var used = Set((Self.machineFiles + Self.cellFiles).map(\.code))
    used.formUnion([.ambiguous, .unreadable, .noInterrupt])
    #expect(used == Set(TextCode.allCases))
  }
}
