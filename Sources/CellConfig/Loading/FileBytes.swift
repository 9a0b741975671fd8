// SPDX-License-Identifier: Apache-2.0
// Files, read and written through the C library: Foundation would cost start-up time.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads and writes whole files.
public enum FileBytes {
  /// No configuration is larger; a device file or a disk image given by mistake ends here.
  public static let maximum = 16 << 20

  /// The bytes of the file at `path`; refuses one of more than `maximum` bytes, 16 MiB if not said otherwise.
  public static func read(
    _ path: String, atMost maximum: Int = FileBytes.maximum
  ) throws(Diagnostic) -> [UInt8] {
    func refuse(_ message: String, _ remedy: String) -> Diagnostic {
      Diagnostic(
        code: TextCode.unreadable.rawValue, message: message, remedy: remedy, place: Place(file: path))
    }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
      throw refuse(
        "cannot be opened: \(String(cString: strerror(errno)))", "check the path and its permissions")
    }
    defer { close(descriptor) }
    var information = stat()
    guard fstat(descriptor, &information) == 0 else {
      throw refuse("cannot be examined: \(String(cString: strerror(errno)))", "check the path")
    }
    if information.st_mode & S_IFMT == S_IFDIR {
      throw refuse("is a folder", "name the files in it, for example \(path)/*.cell")
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = buffer.withUnsafeMutableBytes { unistdRead(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      if count < 0 {
        throw refuse("cannot be read: \(String(cString: strerror(errno)))", "check the file system")
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > maximum {
        throw refuse("is larger than \(Sizes.text(UInt64(maximum)))", "no configuration is: check the path")
      }
    }
  }

  private static func unistdRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.read(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }

  /// True where both paths lead to one existing file.
  public static func isSame(_ a: String, _ b: String) -> Bool {
    var first = stat()
    var second = stat()
    guard stat(a, &first) == 0, stat(b, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// True where something stands at `path`.
  public static func exists(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0
  }

  /// Writes `bytes` to `path`, replacing what stands there in one step, so that nobody sees half a file.
  public static func write(_ bytes: [UInt8], to path: String) throws(Diagnostic) {
    func refuse() -> Diagnostic {
      Diagnostic(
        code: TextCode.unreadable.rawValue, message: "cannot be written: \(String(cString: strerror(errno)))",
        remedy: "check the folder and its permissions", place: Place(file: path))
    }
    var information = stat()
    let isSpecial = stat(path, &information) == 0 && information.st_mode & S_IFMT != S_IFREG
    let target = isSpecial ? path : path + ".\(getpid()).new"
    let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw refuse() }
    guard write(bytes, toDescriptor: descriptor) else {
      let failure = refuse()
      close(descriptor)
      if !isSpecial { unlink(target) }
      throw failure
    }
    guard close(descriptor) == 0, isSpecial || rename(target, path) == 0 else {
      let failure = refuse()
      if !isSpecial { unlink(target) }
      throw failure
    }
  }

  /// Writes all of `bytes` to an open descriptor (1: standard output, 2: standard error); false where that fails.
  public static func write(_ bytes: [UInt8], toDescriptor descriptor: Int32) -> Bool {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { unistdWrite(descriptor, $0) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return false }
      start += count
    }
    return true
  }

  private static func unistdWrite(_ descriptor: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, buffer.baseAddress, buffer.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, buffer.baseAddress, buffer.count)
    #else
      Darwin.write(descriptor, buffer.baseAddress, buffer.count)
    #endif
  }
}
