// SPDX-License-Identifier: Apache-2.0
// What the hypervisor says, as the loader's device streams it.

import CellConfig

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

#if os(Linux)
  /// Reads the log from the loader's device.
  public enum ConsoleStream {
    /// Hands what there is to `show`; with `follows`, goes on until `show` is false or a signal comes. A number that is not 0 is an errno.
    public static func read(follows: Bool, show: ([UInt8]) -> Bool) -> Int32 {
      let descriptor = open(LinuxDevice.path, O_RDONLY | O_CLOEXEC | (follows ? 0 : O_NONBLOCK))
      guard descriptor >= 0 else { return errno }
      defer { close(descriptor) }
      var buffer = [UInt8](repeating: 0, count: 2048)
      while true {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 {
          if !show(Array(buffer[..<count])) { return 0 }
          continue
        }
        if count == 0 || errno == EAGAIN { return 0 }
        return errno
      }
    }
  }
#endif

/// Why the log could not be read.
public func consoleRefusal(_ number: Int32) -> NamedRefusal {
  let what = "console"
  if number == ErrorName.EPERM.rawValue {
    return NamedRefusal(
      what, "root may not read the log", code: "EPERM",
      causes: ["the machine file that is in force does not say `hypervisor: {flags: virtual-debug-console}`"],
      remedies: ["add it, and enable again"])
  }
  return NamedRefusal(what, .disable, .noDevice(number))
    ?? NamedRefusal(what, "cannot be read", code: ErrorName.text(number))
}
