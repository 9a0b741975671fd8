// SPDX-License-Identifier: Apache-2.0
// What the loader's device is asked for, and what it answers.

/// An image that is loaded into a cell.
public struct CellImage: Sendable {
  /// Where it came from, for messages.
  public var name: String
  /// What is copied.
  public var bytes: [UInt8]
  /// Guest-physical address.
  public var target: UInt64
  /// Makes one.
  public init(name: String, bytes: [UInt8], target: UInt64) {
    self.name = name
    self.bytes = bytes
    self.target = target
  }
}

/// A request; cells are named by their number.
public enum Request: Sendable {
  case enable([UInt8])
  case disable
  case create([UInt8])
  /// Without images: shutdown.
  case load(Int32, [CellImage])
  case start(Int32)
  case destroy(Int32)

  /// Which it is.
  public var kind: Kind {
    switch self {
    case .enable: .enable
    case .disable: .disable
    case .create: .create
    case .load(_, let images): images.isEmpty ? .shutdown : .load
    case .start: .start
    case .destroy: .destroy
    }
  }

  /// The kinds of requests, as the user calls them.
  public enum Kind: String, Sendable, CaseIterable {
    case enable, disable
    case create = "cell create"
    case load = "cell load"
    case shutdown = "cell shutdown"
    case start = "cell start"
    case destroy = "cell destroy"
  }
}

/// What came of a request.
public enum Answer: Sendable, Equatable {
  case done
  /// An errno, and what the kernel's log said meanwhile.
  case refused(Int32, said: [String])
  /// The device could not be opened.
  case noDevice(Int32)
}

/// Whoever carries requests out: the loader's device, or a fake.
public protocol ControlDevice {
  /// Issues the request.
  func issue(_ request: Request) -> Answer
}
