// SPDX-License-Identifier: Apache-2.0
// Numbers, sizes, ranges and names of functions.

import Testing
import TestSupport

@testable import CellConfig

@Suite struct NumberTests {
  @Test(arguments: [
    ("0", 0), ("4096", 4096), ("0x1000", 4096), ("0x3a00_0000", 0x3a00_0000), ("4K", 4096), ("4 KiB", 4096),
    ("4k", 4096), ("16M", 16 << 20), ("1GiB", 1 << 30), ("2T", 2 << 40), ("512B", 512),
    ("0xffffffffffffffff", UInt64.max), ("18446744073709551615", UInt64.max),
  ])
  func sizesRead(word: String, value: UInt64) throws { #expect(try Numbers.size(word) == value) }

  @Test(arguments: [
    "", "K", "-1", "1.5M", "0x", "_1", "1_", "010", "4KB", "4 MB", "12 apples", "1e3", "0x1G",
    "18446744073709551616",
    "0x10000000000000000", "16777216T", "٣", "1 2",
  ])
  func otherWordsAreRefused(word: String) { #expect(throws: NumberFault.self) { try Numbers.size(word) } }

  @Test func sizesPrintAndReadBack() throws {
    var generator = SplitMix(seed: UInt64.random(in: 0...UInt64.max))
    for _ in 0..<1000 {
      let value = generator.word()
      #expect(try Numbers.size(Sizes.text(value)) == value)
    }
  }

  @Test func rangesIncludeBothEnds() throws {
    #expect(try Numbers.range("2-3") == 2...3)
    #expect(try Numbers.range("0x3f8-0x3ff") == 0x3f8...0x3ff)
    #expect(try Numbers.range("7") == 7...7)
    for word in ["3-2", "-", "1-", "-1", "1-2-3", "a-b"] {
      #expect(throws: NumberFault.self) { try Numbers.range(word) }
    }
  }

  @Test func functionsReadAndPrint() {
    #expect(PCIFunction("00:1f.6")?.bdf == 0x00fe)
    #expect(PCIFunction("0001:ff:00.7") == PCIFunction(domain: 1, bdf: 0xff07))
    for bdf in stride(from: UInt16(0), through: UInt16.max, by: 7) {
      let function = PCIFunction(domain: bdf ^ 0x1234, bdf: bdf)
      #expect(PCIFunction(function.description) == function)
    }
    for word in [
      "", "00:1f", "1f.6", "00:20.0", "00:1f.8", "000:1f.6", "00:1f.6.1", "0:0:0:0.0", "00:+1.0", "g0:00.0",
    ] {
      #expect(PCIFunction(word) == nil, "\(word)")
    }
  }

  @Test func suggestionsFindSlipsOnly() {
    let words = ["console", "confidential", "cpus", "memory"]
    #expect(nearest(to: "consol", in: words) == "console")
    #expect(nearest(to: "cpsu", in: words) == "cpus")
    #expect(nearest(to: "mmeory", in: words) == "memory")
    #expect(nearest(to: "zebra", in: words) == nil)
  }
}
