// SPDX-License-Identifier: Apache-2.0
// The words of the text form for flag bits and types.

/// A word and the bits or number that it stands for.
struct Term: Sendable {
  var word: String
  var value: UInt64
  init(_ word: String, _ value: UInt64) {
    self.word = word
    self.value = value
  }
}

/// Words for flags and types, each list in the order in which a file is written.
enum Vocabulary {
  static let regionFlags = [
    Term("read", 0x1), Term("write", 0x2), Term("execute", 0x4), Term("dma", 0x8), Term("io", 0x10),
    Term("communication", 0x20), Term("loadable", 0x40), Term("root-shared", 0x80),
    Term("no-huge-pages", 0x100), Term("io-unaligned", 0x8000), Term("io-8", 0x10000),
    Term("io-16", 0x20000), Term("io-32", 0x40000), Term("io-64", 0x80000),
  ]
  static let cellFlags = [
    Term("passive-communication", 0x1), Term("test-device", 0x2), Term("aarch32", 0x4),
    Term("confidential", 0x100), Term("open-bus", 0x200), Term("virtual-console-permitted", 0x4000_0000),
    Term("virtual-console-active", 0x8000_0000),
  ]
  static let systemFlags = [Term("virtual-debug-console", 0x1), Term("dry-run", 0x8000_0000)]
  static let consoleFlags = [
    Term("mmio", 0x1), Term("distance-4", 0x2), Term("framebuffer-1080", 0x4),
    Term("inverted-gate", 0x1000), Term("mdr-quirk", 0x2000),
  ]
  static let consoleTypes = [
    Term("none", 0), Term("efi-framebuffer", 1), Term("8250", 2), Term("pl011", 3), Term("xuartps", 4),
    Term("mvebu", 5), Term("hscif", 6), Term("scifa", 7), Term("imx", 8), Term("imx-lpuart", 9),
    Term("scif", 10),
  ]
  static let deviceTypes = [Term("device", 1), Term("bridge", 2), Term("ivshmem", 3)]
  static let iommuTypes = [
    Term("amd", 1), Term("intel", 2), Term("smmu-v3", 3), Term("ti-pvu", 4), Term("mmu-500", 5),
  ]
  static let cacheTypes = [Term("code", 1), Term("data", 2), Term("both", 3)]
  static let cacheFlags = [Term("root-shared", 0x1)]
  static let apicModes = [Term("auto", 0), Term("xapic", 1), Term("x2apic", 2)]
  static let msiFlags = [Term("64-bit", 0x1), Term("maskable", 0x2)]
  static let protocols = [Term("undefined", 0), Term("network", 1)]
  static let architectures = [Term("x86", 0), Term("arm", 1), Term("arm64", 2)]
  /// Capability ids; bit 15 marks an extended one.
  static let capabilities = [
    Term("range", 0), Term("power-management", 0x1), Term("agp", 0x2), Term("vital-product-data", 0x3),
    Term("slot-id", 0x4), Term("msi", 0x5), Term("compact-pci", 0x6), Term("pci-x", 0x7),
    Term("hypertransport", 0x8), Term("vendor", 0x9), Term("debug-port", 0xa), Term("hot-plug", 0xc),
    Term("subsystem-id", 0xd), Term("secure", 0xf), Term("pci-express", 0x10), Term("msi-x", 0x11),
    Term("sata", 0x12), Term("advanced-features", 0x13), Term("error-reporting", 0x8001),
    Term("virtual-channel", 0x8002), Term("serial-number", 0x8003), Term("power-budgeting", 0x8004),
    Term("vendor-extended", 0x800b), Term("access-control", 0x800d), Term("routing-id", 0x800e),
    Term("address-translation", 0x800f), Term("virtual-functions", 0x8010), Term("multicast", 0x8012),
    Term("page-request", 0x8013), Term("resizable-bar", 0x8015), Term("tph", 0x8017),
    Term("latency-tolerance", 0x8018), Term("secondary-express", 0x8019), Term("pasid", 0x801b),
    Term("downstream-containment", 0x801d), Term("power-substates", 0x801e),
    Term("time-measurement", 0x801f),
  ]

  /// The word for a type, or nil.
  static func word(_ terms: [Term], _ value: UInt64) -> String? {
    terms.first { $0.value == value }?.word
  }

  /// The words for the bits of `value`; bits without a word come last, as one hexadecimal number.
  static func words(_ terms: [Term], bits value: UInt64) -> [String] {
    var rest = value
    var words: [String] = []
    for term in terms where value & term.value == term.value {
      words.append(term.word)
      rest &= ~term.value
    }
    if rest != 0 { words.append("0x" + hex(rest)) }
    return words
  }
}
