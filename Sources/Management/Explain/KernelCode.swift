// SPDX-License-Identifier: Apache-2.0
// The code of the Linux that runs here, which is root: its bytes (/proc/kcore, an ELF file of its memory) and its symbols (/proc/kallsyms). Both for root's eyes alone; where they
// are kept from everybody (lockdown, kptr_restrict), nothing is found.

/// Linux' own code.
struct KernelCode {
  let files: SystemFiles

  /// `native_read_msr+0x5`, with the module's name behind it in brackets; nil where no symbol is known.
  func symbol(_ address: UInt64) -> String? {
    guard let text = files.text("/proc/kallsyms") else { return nil }
    var best: (start: UInt64, name: String)?
    for line in text.split(separator: "\n") {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 3, let start = UInt64(words[0], radix: 16), start != 0, start <= address,
        "tTwW".contains(words[1]), best.map({ $0.start < start }) ?? true
      else { continue }
      best = (start, words.dropFirst(2).joined(separator: " "))
    }
    // Behind the last symbol of a module, or of the kernel, comes nothing of it.
    guard let best, address - best.start < 1 << 20 else { return nil }
    let parts = best.name.split(separator: " ", maxSplits: 1)
    return "\(parts[0])+\(hexText(address - best.start))" + (parts.count > 1 ? " \(parts[1])" : "")
  }

  /// The bytes at a virtual address; nil where the file does not have them.
  func bytes(_ address: UInt64, _ count: Int) -> [UInt8]? {
    let path = "/proc/kcore"
    // ELF-64: e_phoff, e_phentsize, e_phnum; of each program header p_type, p_offset, p_vaddr, p_filesz.
    guard let head = files.bytes(path, at: 0, size: 64), head.count == 64,
      head.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1])
    else { return nil }
    let (size, number) = (Int(head[54]) | Int(head[55]) << 8, Int(head[56]) | Int(head[57]) << 8)
    guard size == 56, let headers = files.bytes(path, at: head.u64(32), size: size * number) else {
      return nil
    }
    for index in 0..<headers.count / size {
      let header = Array(headers[index * size..<(index + 1) * size])
      let (offset, start, length) = (header.u64(8), header.u64(16), header.u64(32))
      guard header[0] == 1, address >= start, address - start < length else { continue }
      let (place, overflows) = offset.addingReportingOverflow(address - start)
      return overflows ? nil : files.bytes(path, at: place, size: count)
    }
    return nil
  }
}
