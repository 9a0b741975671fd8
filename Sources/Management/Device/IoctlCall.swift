// SPDX-License-Identifier: Apache-2.0
// Requests as the ioctls that Jailhouse has defined: numbers, and the layout of what they point to (Kernel/loader/abi.h).

/// The numbers: direction, size of the argument, 0, number of the request.
enum IoctlNumber {
  static let enable: UInt = 0x4008_0000
  static let disable: UInt = 0x0000_0001
  static let create: UInt = 0x4010_0002
  static let load: UInt = 0x4030_0003
  static let start: UInt = 0x4028_0004
  static let destroy: UInt = 0x4028_0005
}

/// Issues requests by a function that is `ioctl`, or a test's.
struct IoctlCall {
  /// Number and argument; the result is an errno, 0 where it is done.
  typealias Function = (UInt, UnsafeMutableRawPointer?) -> Int32
  let function: Function

  /// An image, as 32 bytes: source, size, target, nothing.
  private struct ImageWords {
    var source: UInt64 = 0
    var size: UInt64 = 0
    var target: UInt64 = 0
    var padding: UInt64 = 0
  }

  func perform(_ request: Request) -> Int32 {
    switch request {
    case .disable: return function(IoctlNumber.disable, nil)
    case .enable(let configuration):
      var bytes = configuration
      return bytes.withUnsafeMutableBytes { function(IoctlNumber.enable, $0.baseAddress) }
    case .create(let configuration):
      return configuration.withUnsafeBytes { bytes in
        // Address, size (32 bits), nothing (32 bits).
        var words: [UInt64] = [address(bytes), UInt64(UInt32(truncatingIfNeeded: bytes.count))]
        return words.withUnsafeMutableBytes { function(IoctlNumber.create, $0.baseAddress) }
      }
    case .start(let cell): return named(IoctlNumber.start, cell, [])
    case .destroy(let cell): return named(IoctlNumber.destroy, cell, [])
    case .load(let cell, let images): return load(cell, images[...], [])
    }
  }

  private func address(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    UInt64(UInt(bitPattern: bytes.baseAddress))
  }

  /// A cell: its number (32 bits), nothing (32 bits), a name of 32 bytes, which is empty; and what follows.
  private func named(_ number: UInt, _ cell: Int32, _ rest: [UInt64]) -> Int32 {
    var words: [UInt64] = [UInt64(UInt32(bitPattern: cell)), 0, 0, 0, 0] + rest
    return words.withUnsafeMutableBytes { function(number, $0.baseAddress) }
  }

  /// Holds each image's bytes in place until all are.
  private func load(_ cell: Int32, _ images: ArraySlice<CellImage>, _ placed: [ImageWords]) -> Int32 {
    guard let image = images.first else {
      let words = placed.flatMap { [$0.source, $0.size, $0.target, $0.padding] }
      return named(IoctlNumber.load, cell, [UInt64(placed.count)] + words)
    }
    return image.bytes.withUnsafeBytes { bytes in
      let words = ImageWords(source: address(bytes), size: UInt64(bytes.count), target: image.target)
      return load(cell, images.dropFirst(), placed + [words])
    }
  }
}
