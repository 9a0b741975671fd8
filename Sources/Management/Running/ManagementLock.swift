// SPDX-License-Identifier: Apache-2.0
// One change at a time: a set is verified as it is, and nobody changes it before it is asked for.

import Verification

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Held while a set is verified and changed. Whoever may not write below /run goes on without: the loader refuses them all the same.
final class ManagementLock {
  private let descriptor: Int32

  /// Waits until nobody else has it.
  init(_ files: SystemFiles) {
    _ = makeFolder(files.path(Kept.folder))
    descriptor = open(files.path("\(Kept.folder)/lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    if descriptor >= 0 { _ = lockf(descriptor, F_LOCK, 0) }
  }

  /// Lets others go on.
  func release() { if descriptor >= 0 { close(descriptor) } }
}
