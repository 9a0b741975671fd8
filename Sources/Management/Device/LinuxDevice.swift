// SPDX-License-Identifier: Apache-2.0
// /dev/jailhouse of this machine.

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

#if os(Linux)
  /// The loader's device.
  public struct LinuxDevice: ControlDevice {
    /// Where it is.
    public static let path = "/dev/jailhouse"

    /// The device of this machine.
    public init() {}

    public func issue(_ request: Request) -> Answer {
      let descriptor = open(Self.path, O_RDWR | O_CLOEXEC)
      guard descriptor >= 0 else { return .noDevice(errno) }
      defer { close(descriptor) }
      let log = KernelLog()
      let call = IoctlCall { number, argument in
        let result =
          argument.map { ioctl(descriptor, number, $0) } ?? ioctl(descriptor, number, CInt(0))
        return result < 0 ? errno : 0
      }
      let failure = call.perform(request)
      return failure == 0 ? .done : .refused(failure, said: log.said())
    }
  }
#endif
