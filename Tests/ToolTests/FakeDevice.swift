// SPDX-License-Identifier: Apache-2.0
// A loader that is none: it answers as it is told, and keeps what it was asked.

import TestSupport

@testable import Management

/// A fake of the loader's device, with the tree that the loader would show in `folder`.
final class FakeDevice: ControlDevice {
  let folder: TemporaryFolder
  /// What it was asked for, in order.
  private(set) var asked: [Request] = []
  /// What it answers next, if it is to refuse.
  var refusals: [Answer] = []

  /// Done when it has created a cell.
  var onCreate: () -> Void = {}

  init(_ folder: TemporaryFolder) { self.folder = folder }

  func issue(_ request: Request) -> Answer {
    asked.append(request)
    if !refusals.isEmpty { return refusals.removeFirst() }
    switch request {
    case .enable: try? folder.show(cells: ["root"])
    case .disable: try? folder.show(cells: nil)
    case .create: onCreate()
    default: break
    }
    return .done
  }
}
