// SPDX-License-Identifier: Apache-2.0
// The core may refuse what the model allows, for these reasons and no other. Each is checked: the core must not name a
// reason that is none.

import Core
import Models

extension World {
  /// Whether `reason` is true of a request that the model allows, and the core may refuse for it.
  func isExcuse(_ reason: Reason, for operation: Operation) -> Bool {
    switch (operation, reason) {
    case (.enable, .poolTooSmall), (.create, .poolTooSmall), (.destroy, .poolTooSmall),
      (.setLoadable, .poolTooSmall), (.start, .poolTooSmall):
      // Enough for every cell's tables, and root's twice.
      return simulator.options.pages > 0 && simulator.options.pages < 96
    case (.enable(let wish, _), .writeWithoutRead), (.enable(let wish, _), .executeWithoutRead):
      return simulator.options.pages > 0 && wish.root.isUnreadable
    case (.create(let wish, _, _), .writeWithoutRead), (.create(let wish, _, _), .executeWithoutRead):
      return simulator.options.pages > 0 && wish.isUnreadable
    case (.create(let wish, _, _), .cpuNotRoots):
      // Root's CPU, but parked: it failed, and root cannot hand over what it does not run on.
      return wish.cpus.contains { Place.cpu($0).map { model.occupant($0) == 1 } ?? false }
    case (.create(let wish, _, _), .bootCPU): return architecture == 0 && wish.cpus.contains(0)
    case (.create(let wish, _, _), .badArchitecture): return wish.architecture != architecture
    case (.create(let wish, _, _), .nameExists):
      return wish.name == system?.root.name || living.values.contains { $0.name == wish.name }
    case (.create(let wish, _, _), .chipNotRoots):
      return architecture == 0 && !wish.lines.isEmpty && system?.root.lines.isEmpty ?? true
    case (.create(let wish, _, _), .cacheRange):
      return wish.ways.map { $0.start + $0.count > 32 } ?? false
    case (.create(let wish, _, _), .cacheNotRoots):
      guard let own = system?.root.ways, let ways = wish.ways else { return false }
      return ways.start < own.start || own.start + own.count < ways.start + ways.count
    case (.create(let wish, _, _), .guestConflict): return wish.contradictsItself
    case (.create(let wish, _, _), .channelPartlyUsed): return joinsPartOfAChannel(wish)
    case (.create(let wish, _, _), .tooManyClaims):
      let rows = UInt64(simulator.ledger().count + wish.items(hasConsole: hasConsole).count)
      return rows > simulator.capacity(.nextBase)
    case (.enable(let wish, _), .tooManyClaims):
      // The hypervisor has at most one claim for each constant item, and the chip's page.
      return UInt64(wish.root.items(hasConsole: wish.hasConsole).count + 8) > simulator.capacity(.nextBase)
    case (.load(let id, let target, let size, _), .notRoots):
      // No single region of root's holds it, though several together do.
      guard let address = address(of: target, size, in: id) else { return false }
      return
        !(system?.root.regions.contains { region in
          region.claims && region.has(RegionFlag.read | RegionFlag.write) && region.physical <= address
            && address + size <= region.physical + region.size
        } ?? false)
    default: return false
    }
  }

  private var hasConsole: Bool { system?.hasConsole ?? false }
  private var architecture: UInt8 { system?.root.architecture ?? 0 }

  /// Some shared item of the wish is in use, but not all of it by one region of one user.
  private func joinsPartOfAChannel(_ wish: Wish) -> Bool {
    let roots = (system?.root.items(hasConsole: hasConsole) ?? []).filter { $0.rights & Marks.read != 0 }
    let users = roots + living.values.flatMap { $0.items(hasConsole: hasConsole) }
    return wish.items(hasConsole: hasConsole).contains { item in
      let touching = users.filter { $0.base < item.end && item.base < $0.end }
      let isWhole = touching.contains { $0.base <= item.base && item.end <= $0.end }
      return item.keepsRoot && !touching.isEmpty && !isWhole
    }
  }
}

extension Wish {
  /// Some region may be written or executed and not read: page tables cannot say so.
  var isUnreadable: Bool {
    regions.contains {
      $0.claims && !$0.has(RegionFlag.read) && $0.flags & (RegionFlag.write | RegionFlag.execute) != 0
    }
  }
}
