// SPDX-License-Identifier: Apache-2.0
// The zero page: what a boot loader tells Linux (Documentation/arch/x86/zero-page.rst, boot.rst), and what a kernel that knows Jailhouse asks for besides.

/// The zero page.
enum BootParameters {
  /// Its bytes. `initial`: where the initial file system lies, and its size.
  static func bytes(_ image: KernelImage, _ memory: GuestMemory, initial: (UInt64, UInt64)?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 4096)
    func set(_ offset: Int, _ value: UInt64, _ width: Int) { bytes.set(offset, value, width) }
    bytes.replaceSubrange(KernelImage.place..<KernelImage.place + image.header.count, with: image.header)
    set(0x070, LinuxPlan.tables, 8)  // The firmware's tables.
    set(0x1fa, 0xffff, 2)  // No video mode.
    set(0x210, 0xff, 1)  // A loader without a number.
    set(0x211, UInt64(image.header[0x211 - KernelImage.place]) & 0x1f, 1)  // No heap of setup code.
    set(0x214, image.preferred, 4)
    set(0x218, initial?.0 ?? 0, 4)
    set(0x21c, initial?.1 ?? 0, 4)
    set(0x228, LinuxPlan.commandLinePlace, 4)
    set(0x250, LinuxPlan.setupData, 8)
    // The memory map: usable (1) and reserved (2).
    var map: [(Range<UInt64>, UInt64)] = []
    let (window, high): (UInt64, UInt64) = (0xa_0000, 0x10_0000)
    for extent in memory.extents {
      if extent.lowerBound < window {
        map.append((extent.lowerBound..<min(window, extent.upperBound), 1))
        map.append((window..<high, 2))
      }
      let start = max(extent.lowerBound, high)
      if start < extent.upperBound { map.append((start..<extent.upperBound, 1)) }
    }
    for (number, (range, kind)) in map.prefix(128).enumerated() {
      set(0x2d0 + 20 * number, range.lowerBound, 8)
      set(0x2d8 + 20 * number, range.upperBound - range.lowerBound, 8)
      set(0x2e0 + 20 * number, kind, 4)
    }
    set(0x1e8, UInt64(min(map.count, 128)), 1)
    return bytes
  }
}

/// `setup_data` of type 6, for kernels with CONFIG_JAILHOUSE_GUEST (arch/x86/include/uapi/asm/bootparam.h).
enum JailhouseSetup {
  /// Its bytes.
  static func bytes(_ hardware: GuestHardware, tscKHz: UInt64, timer: UInt16) -> [UInt8] {
    let body = 4 + 2 + 2 + 8 + 4 + 4 + 1 + 255 + 4
    var bytes = [UInt8](repeating: 0, count: 16 + body)
    func set(_ offset: Int, _ value: UInt64, _ width: Int) { bytes.set(offset, value, width) }
    // Next, type, length; version, compatible version.
    set(8, 6, 4)
    set(12, UInt64(body), 4)
    set(16, 2, 2)
    set(18, 1, 2)
    set(20, UInt64(timer), 2)
    set(22, UInt64(min(hardware.processors.count, 255)), 2)
    // No memory-mapped configuration space (at 24).
    set(32, tscKHz, 4)
    // The APIC's frequency is measured (at 36).
    set(40, hardware.chips.isEmpty ? 0 : 1, 1)
    for (number, id) in hardware.processors.prefix(255).enumerated() { set(41 + number, UInt64(id), 1) }
    // A bit for each UART of a PC.
    let uarts = LinuxPlan.uarts.indices.filter { i in
      hardware.uarts.contains { $0.port == LinuxPlan.uarts[i].port }
    }
    set(41 + 255, uarts.reduce(0) { $0 | 1 << UInt64($1) }, 4)
    return bytes
  }
}
