// SPDX-License-Identifier: Apache-2.0
// A debug image (`image.sh --oracle`) tells of every transition: what was asked, what was heard, what came of it, and who owns what then. It goes to the
// first parallel port, which takes a byte at once; `Tests/ModelOracle` reads it beside the model. The image that ships has none of this.

#if ORACLE
  import CVMX
  import Core

  enum Oracle {
    /// The parallel port: data, then control, whose first bit is the strobe. Bits 2 and 3: no reset, selected.
    private static var data: UInt16 { 0x378 }
    private static var control: UInt16 { 0x37a }
    private static var idle: UInt8 { 0xc }
    private static var strobe: UInt8 { 0xd }

    /// The CPU on which a transition is under way, plus 1; 0: none. Whoever sets it has the management lock.
    nonisolated(unsafe) private static var trying: UInt64 = 0
    private static var thisCPU: UInt64 { word(Virtual.cpu &+ Block.id).pointee }

    private static func send(_ byte: UInt8) {
      x86_out8(data, byte)
      x86_out8(control, strobe)
      x86_out8(control, idle)
    }
    private static func put(_ text: StaticString) {
      text.withUTF8Buffer { bytes in
        var i = 0
        while i < bytes.count {
          send(bytes[i])
          i &+= 1
        }
      }
    }
    private static func digits(_ value: UInt64, _ count: UInt64) {
      var shift = count &* 4
      while shift > 0 {
        shift &-= 4
        let digit = UInt8(truncatingIfNeeded: value >> shift & 0xf)
        send(digit < 10 ? 0x30 &+ digit : 0x57 &+ digit)
      }
    }
    /// A number, hexadecimal, without leading zeros.
    private static func put(_ value: UInt64) {
      send(0x20)
      var count: UInt64 = 1
      while count < 16 && value >> (count &* 4) != 0 { count &+= 1 }
      digits(value, count)
    }
    private static func end() { send(0x0a) }

    /// The loader's CPU enables.
    static func enables(on cpu: UInt64) { begin("enable", 0, cpu) }
    /// A transition is tried.
    static func tries(_ operation: Operation, _ wish: Wish<UInt64>) {
      begin(name(operation), wish.cell, wish.cpu)
    }
    private static func begin(_ name: StaticString, _ cell: UInt64, _ cpu: UInt64) {
      put("try ")
      put(name)
      put(cell)
      put(cpu)
      end()
      trying = thisCPU &+ 1
    }
    private static func name(_ operation: Operation) -> StaticString {
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
    }

    /// What stands in a cell's communication page was looked up: its state, its reply.
    static func hears(_ what: StaticString, _ cell: UInt64, _ value: UInt64) {
      if trying != thisCPU &+ 1 { return }
      put(what)
      put(cell)
      put(value)
      end()
    }

    /// What came of it: an errno, 0 where it was done; why it was refused (`Reason`).
    static func did(_ machine: Silicon, _ errno: UInt64, _ reason: UInt64, config holder: Holder?) {
      trying = 0
      if let holder { tellConfig(machine, holder) }
      put("did")
      put(errno)
      put(reason)
      end()
      tellState(machine)
    }

    /// The configuration that was read: its length, then pieces of 64 bytes, by their offset. What is all zero is left out.
    private static func tellConfig(_ machine: Silicon, _ holder: Holder) {
      let size = machine.words[Header.held &+ Int(holder.rawValue)]
      func byte(_ offset: UInt64) -> UInt64 {
        machine.load(holder, size: size, offset: offset, width: 1)
      }
      put("config")
      put(size)
      end()
      var start: UInt64 = 0
      while start < size {
        let last = min(start &+ 64, size)
        var (sum, i): (UInt64, UInt64) = (0, start)
        while i < last {
          sum |= byte(i)
          i &+= 1
        }
        if sum != 0 {
          put("bytes")
          put(start)
          put(" ")
          i = start
          while i < last {
            digits(byte(i), 2)
            i &+= 1
          }
          end()
        }
        start = last
      }
    }

    /// Who owns what.
    private static func tellState(_ machine: Silicon) {
      let isEnabled = machine.read(.registers, Register.enabled)
      var i: UInt64 = 0
      while isEnabled == 1 && i < machine.read(.registers, Register.claimCount) {
        put("row")
        put(machine.read(.currentOwner, i))
        put(machine.read(.currentBase, i))
        put(machine.read(.currentEnd, i))
        put(machine.read(.currentMarks, i))
        put(machine.read(.currentGuest, i))
        end()
        i &+= 1
      }
      i = 0
      while i < machine.capacity(.occupant) {
        put("cpu")
        put(i)
        put(machine.read(.occupant, i))
        end()
        i &+= 1
      }
      i = 0
      while i < machine.capacity(.phase) {
        let phase = machine.read(.phase, i)
        if phase != Phase.absent {
          put("cell")
          put(i)
          put(phase)
          put(machine.read(.cellFlags, i))
          put(machine.read(.loaded, i))
          put(machine.foreignCellState(i))
          put(machine.foreignReply(i))
          end()
        }
        i &+= 1
      }
      put("end")
      put(isEnabled)
      put(machine.read(.communication, 0))
      end()
    }
  }
#endif
