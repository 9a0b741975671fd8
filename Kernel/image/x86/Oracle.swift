// SPDX-License-Identifier: Apache-2.0
// A debug build (`scripts/image.sh --oracle`) says after every transition what was asked for, what came of it, and what the ledger says then, on
// Bochs' port 0xe9; Tests/Oracle replays that on the model. The image that ships has not one byte of it. Whoever says it has the management
// lock, or is alone.

#if ORACLE
  import CVMX
  import Core

  /// Lines of a letter behind `@`, and numbers, hexadecimal.
  enum Oracle {
    private static func put(_ byte: UInt8) { x86_out8(0xe9, byte) }
    private static func put(_ text: StaticString) {
      text.withUTF8Buffer { bytes in
        var i = 0
        while i < bytes.count {
          put(bytes[i])
          i &+= 1
        }
      }
    }
    private static func digit(_ value: UInt64) {
      let digit = UInt8(truncatingIfNeeded: value & 0xf)
      put(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
    }
    private static func number(_ value: UInt64) {
      put(0x20)
      var shift: UInt64 = 60
      while shift > 0 && value >> shift == 0 { shift &-= 4 }
      digit(value >> shift)
      while shift > 0 {
        shift &-= 4
        digit(value >> shift)
      }
    }
    private static func line(_ letter: StaticString) {
      put(0x0a)
      put(0x40)
      put(letter)
    }

    /// A transition is over.
    static func note(
      _ machine: Silicon, _ operation: Operation, _ wish: Wish<UInt64>, _ refusal: Refusal<UInt64>?
    ) {
      let name: StaticString =
        switch operation {
        case .create: "create"
        case .setLoadable: "set-loadable"
        case .start: "start"
        case .destroy: "destroy"
        case .failCPU: "fail-cpu"
        case .fail: "fail"
        case .expire: "expire"
        case .disable: "disable"
        }
      let errno = refusal?.reason.errno ?? 0
      note(machine, name, cell: wish.cell, cpu: wish.cpu, errno, operation == .create ? wish.size : 0, .cell)
    }

    /// `name` is what was asked for; `size` bytes of a configuration are what it was asked with.
    static func note(
      _ machine: Silicon, _ name: StaticString, cell: UInt64, cpu: UInt64, _ errno: UInt64, _ size: UInt64,
      _ holder: Holder
    ) {
      line("O ")
      put(name)
      number(cell)
      number(cpu)
      number(errno)
      line("C")
      number(machine.read(.communication, 0))
      if size > 0 && size == machine.words[Header.held &+ Int(holder.rawValue)] {
        line("B ")
        let bytes = machine.bytes(holder)
        var i = 0
        while UInt64(i) < size {
          let byte = UInt64(bytes.load(fromByteOffset: i, as: UInt8.self))
          digit(byte >> 4)
          digit(byte)
          i &+= 1
        }
      }
      if machine.read(.registers, Register.enabled) == 1 { say(machine) }
      line("E\n")
    }

    private static func say(_ machine: Silicon) {
      var cell: UInt64 = 0
      while cell < machine.capacity(.phase) {
        let phase = machine.read(.phase, cell)
        if phase != Phase.absent {
          line("P")
          number(cell)
          number(phase)
          number(machine.read(.cellFlags, cell))
          // Foreign: what the cell says now.
          number(machine.foreignCellState(cell))
          number(machine.foreignReply(cell))
        }
        cell &+= 1
      }
      var cpu: UInt64 = 0
      while cpu < machine.capacity(.occupant) {
        line("U")
        number(cpu)
        number(machine.read(.occupant, cpu))
        cpu &+= 1
      }
      var row: UInt64 = 0
      while row < machine.read(.registers, Register.claimCount) {
        line("R")
        number(machine.read(.currentOwner, row))
        number(machine.read(.currentBase, row))
        number(machine.read(.currentEnd, row))
        number(machine.read(.currentMarks, row))
        row &+= 1
      }
    }
  }
#endif
