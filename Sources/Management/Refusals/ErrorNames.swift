// SPDX-License-Identifier: Apache-2.0
// The names of errors that the loader and the hypervisor return.

/// An errno of Linux' by its name.
public enum ErrorName: Int32, Sendable, CaseIterable {
  case EPERM = 1
  case ENOENT = 2
  case EINTR = 4
  case EIO = 5
  case E2BIG = 7
  case EAGAIN = 11
  case ENOMEM = 12
  case EACCES = 13
  case EFAULT = 14
  case EBUSY = 16
  case EEXIST = 17
  case ENODEV = 19
  case EINVAL = 22
  case ENOSPC = 28
  case ERANGE = 34
  case ENOTTY = 25

  /// `EBUSY`, or `errno 99`.
  static func text(_ number: Int32) -> String {
    ErrorName(rawValue: number).map { "\($0)" } ?? "errno \(number)"
  }
}
