// SPDX-License-Identifier: Apache-2.0
// A Linux kernel as distributions ship it: a bzImage (Linux' Documentation/arch/x86/boot.rst, protocol 2.12 or later).

/// A bzImage.
struct KernelImage: Sendable, Equatable {
  /// The setup header, with all in front of it that belongs to the zero page: bytes from 0x1f1 on.
  var header: [UInt8]
  /// The part that runs in protected mode; its first byte is the 32-bit entry.
  var kernel: [UInt8]
  /// Where it wants to lie; bytes that it needs from there on before it looks for memory by itself.
  var preferred: UInt64
  var room: UInt64
  /// Greatest address of a byte of the initial file system.
  var lastInitial: UInt64
  /// Greatest number of bytes of the command line, without the zero at its end.
  var commandLine: UInt64

  /// Where the setup header begins, in the file and in the zero page.
  static let place = 0x1f1

  /// Reads a file. The error says what is wrong with it.
  init(_ bytes: [UInt8]) throws(KernelError) {
    guard bytes.count > 0x268, bytes.u16(0x1fe) == 0xaa55, bytes.u32(0x202) == 0x5372_6448 else {
      throw .notAKernel
    }
    guard bytes.u16(0x206) >= 0x20c else { throw .tooOld }
    // LOADED_HIGH: it runs above 1 MiB.
    guard bytes.u8(0x211) & 1 != 0 else { throw .tooOld }
    let sectors = bytes.u8(0x1f1) == 0 ? 4 : Int(bytes.u8(0x1f1))
    let start = (sectors + 1) * 512
    // In paragraphs of 16 bytes.
    let size = Int(bytes.u32(0x1f4)) * 16
    guard size > 0, bytes.count >= start, size <= bytes.count - start + 15 else { throw .cut }
    // A jump over the header's end says how long it is.
    header = Array(bytes[Self.place..<max(Self.place, min(0x202 + Int(bytes.u8(0x201)), 0x290))])
    kernel = Array(bytes[start..<min(bytes.count, start + size)])
    preferred = bytes.u64(0x258)
    room = max(UInt64(bytes.u32(0x260)), UInt64(kernel.count))
    lastInitial = UInt64(bytes.u32(0x22c))
    commandLine = UInt64(bytes.u32(0x238))
    guard header.count >= 0x264 - Self.place, preferred & 0xf_ffff == 0, preferred < 1 << 32 else {
      throw .notAKernel
    }
  }
}

/// What is wrong with a kernel.
enum KernelError: Error, Equatable {
  case notAKernel, tooOld, cut

  /// Said of the file.
  var reason: String {
    switch self {
    case .notAKernel: "is no Linux kernel for x86 (a bzImage, as distributions ship it in /boot/vmlinuz-…)"
    case .tooOld: "is a kernel from before Linux 3.8, or one that loads below 1 MiB"
    case .cut: "is a kernel whose end is missing"
    }
  }
}
