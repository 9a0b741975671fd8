// SPDX-License-Identifier: Apache-2.0
// Requests as the loader reads them (Kernel/loader/abi.h), and what is read of the kernel's log.

import Testing

@testable import Management

@Suite struct DeviceTests {
  /// A call, as the loader would see it: its number, and so many words of its argument.
  private func call(_ request: Request, words: Int, look: @escaping ([UInt64]) -> Void = { _ in }) -> UInt {
    var seen: UInt = 0
    let result = IoctlCall { number, argument in
      seen = number
      let pointer = argument?.assumingMemoryBound(to: UInt64.self)
      look((0..<words).map { pointer?[$0] ?? 0 })
      return 7
    }.perform(request)
    #expect(result == 7)
    return seen
  }
  private func bytes(at address: UInt64, _ count: Int) -> [UInt8] {
    let pointer = UnsafePointer<UInt8>(bitPattern: UInt(address))
    return (0..<count).map { pointer?[$0] ?? 0 }
  }

  @Test func numbersAreJailhouses() {
    var words: [UInt64] = []
    #expect(call(.enable([1, 2, 3, 4, 5, 6, 7, 8]), words: 1) { words = $0 } == 0x4008_0000)
    #expect(words == [0x0807_0605_0403_0201])
    #expect(call(.disable, words: 0) == 1)
    #expect(call(.start(5), words: 5) { words = $0 } == 0x4028_0004)
    #expect(words == [5, 0, 0, 0, 0])
    #expect(call(.destroy(-1), words: 5) { words = $0 } == 0x4028_0005)
    #expect(words == [0xffff_ffff, 0, 0, 0, 0])
  }

  @Test func createPointsToTheConfiguration() {
    let number = call(.create([9, 8, 7]), words: 2) { words in
      #expect(words[1] == 3)
      #expect(bytes(at: words[0], 3) == [9, 8, 7])
    }
    #expect(number == 0x4010_0002)
  }

  @Test func loadPointsToEachImage() {
    let images = (0..<3).map {
      CellImage(name: "", bytes: [UInt8](repeating: UInt8($0), count: $0 + 4), target: UInt64($0) << 20)
    }
    let number = call(.load(3, images), words: 6 + 3 * 4) { words in
      #expect(words[0] == 3 && words[5] == 3)
      for i in 0..<3 {
        let at = 6 + 4 * i
        #expect(words[at + 1] == UInt64(i + 4) && words[at + 2] == UInt64(i) << 20 && words[at + 3] == 0)
        #expect(bytes(at: words[at], i + 4) == images[i].bytes)
      }
    }
    #expect(number == 0x4030_0003)
    var words: [UInt64] = []
    #expect(call(.load(3, []), words: 6) { words = $0 } == 0x4030_0003)
    #expect(words == [3, 0, 0, 0, 0, 0])
  }

  @Test func onlyTheLoadersMessagesAreTaken() {
    #expect(loaderMessage("3,412,8812,-;ostrog: VMX is in use\n SUBSYSTEM=x\n") == "VMX is in use")
    #expect(loaderMessage("6,413,8813,-;usb 1-1: ostrog: no\n") == nil && loaderMessage("nonsense") == nil)
  }
}
