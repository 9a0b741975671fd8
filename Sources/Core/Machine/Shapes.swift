// SPDX-License-Identifier: Apache-2.0
// For the theorems: a private copy of any size. Nothing in the core calls this; it makes no memory readable.

extension PrivateCopy {
  /// The shape of a copy, for the symbolic machine.
  public init(shapeIn holder: Holder, size: W) { self.init(holder: holder, size: size) }
}
