// SPDX-License-Identifier: Apache-2.0
// What the kernel's log says from now on, of ours: the loader names there why it refuses.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The part of a record of /dev/kmsg that is ours: the text behind the first semicolon, where it begins with `ostrog: `.
func loaderMessage(_ record: String) -> String? {
  guard let semicolon = record.firstIndex(of: ";") else { return nil }
  let text = record[record.index(after: semicolon)...].prefix { $0 != "\n" }
  return text.hasPrefix("ostrog: ") ? String(text.dropFirst(8)) : nil
}

#if os(Linux)
  /// The kernel's log from the moment on at which this was made.
  final class KernelLog {
    private let descriptor: Int32

    init() {
      descriptor = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      if descriptor >= 0 { lseek(descriptor, 0, SEEK_END) }
    }
    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The loader's messages since; none where the log cannot be read.
    func said() -> [String] {
      guard descriptor >= 0 else { return [] }
      var messages: [String] = []
      var buffer = [UInt8](repeating: 0, count: 8192)
      // One record for each read. The number is bounded: others write there, too.
      for _ in 0..<1000 {
        let count = read(descriptor, &buffer, buffer.count)
        // EPIPE: records were overwritten meanwhile; the next read goes on behind them.
        if count < 0, errno == EPIPE || errno == EINTR { continue }
        if count <= 0 { break }
        if let message = loaderMessage(String(decoding: buffer[..<count], as: UTF8.self)) {
          messages.append(message)
        }
      }
      return messages
    }
  }
#endif
