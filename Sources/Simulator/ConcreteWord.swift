// SPDX-License-Identifier: Apache-2.0
// A word that is a number, and can be asked for it.

import Core

/// A machine word whose value is known.
public protocol ConcreteWord: Word {
  /// The value.
  var known: UInt64 { get }
}

extension UInt64: ConcreteWord {
  /// Itself.
  @inlinable public var known: UInt64 { self }
}
