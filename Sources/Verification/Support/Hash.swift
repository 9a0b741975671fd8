// SPDX-License-Identifier: Apache-2.0
// SHA-256 of files.

import Crypto

/// The SHA-256 of bytes, in hexadecimal.
public func sha256(_ bytes: [UInt8]) -> String {
  var hasher = SHA256()
  bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
  return hasher.finalize().map { padded($0, 2) }.joined()
}
