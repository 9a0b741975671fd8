// SPDX-License-Identifier: Apache-2.0
// SHA-256 of files.

import CMessageDigest

/// The SHA-256 of bytes, in hexadecimal.
public func sha256(_ bytes: [UInt8]) -> String {
  var context = SHA2_CTX()
  SHA256Init(&context)
  SHA256Update(&context, bytes, bytes.count)
  var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
  SHA256Final(&digest, &context)
  return digest.map { padded($0, 2) }.joined()
}
