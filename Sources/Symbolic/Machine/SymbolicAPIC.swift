// SPDX-License-Identifier: Apache-2.0
// The local APIC, and memory that is read for a guest: as terms. ID and version do not change; every other register is a new unknown at each
// look, and so is every word of foreign memory. What an APIC has not, or does not take, is a trap (SDM vol. 3A, 11.4.1, 11.5.1, 11.12.1).

import Core

/// What passes a port.
public enum PortMove {
  case read(SymbolicWord)
  case written(SymbolicWord)
}

extension SymbolicMachine {
  /// The APIC is in x2APIC mode.
  private var isX2APIC: SymbolicTruth { msr(.apicBase).has(1 << 10) }
  private func isOne(_ register: SymbolicWord, of numbers: [UInt64]) -> SymbolicTruth {
    numbers.map { register .== SymbolicWord(known: $0) }.reduce(.known(false)) { $0 .| $1 }
  }
  private func isIn(_ register: SymbolicWord, _ first: UInt64, _ last: UInt64) -> SymbolicTruth {
    (SymbolicWord(known: first) .<= register) .& (register .<= SymbolicWord(known: last))
  }
  /// The entries of the vector table that not every APIC has are there.
  private func hasEntry(_ register: SymbolicWord) -> SymbolicTruth {
    let last = (version >> 16) & 0xff
    return [(0x37, 3), (0x34, 4), (0x33, 5), (0x2f, 6)].map { (number: UInt64, needed: UInt64) in
      (register .== SymbolicWord(known: number)) ==> (SymbolicWord(known: needed) .<= last)
    }.reduce(.known(true)) { $0 .& $1 }
  }
  private var version: SymbolicWord { stable("version") }
  private func stable(_ name: String) -> SymbolicWord {
    let word = SymbolicWord(explorer.context.constant("apic.\(name)", explorer.context.bits(64)))
    explorer.assume(word .< SymbolicWord(known: 1 << 32))
    return word
  }

  public func apic(_ register: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    if explorer.specification == 0 {
      mustBeReal([register], "a register of the APIC")
      let isThere = explorer.specifying {
        let isCommon =
          isOne(register, of: [0x02, 0x03, 0x08, 0x0a, 0x0d, 0x0f, 0x28, 0x2f, 0x30, 0x3e])
          .| isIn(register, 0x10, 0x27) .| isIn(register, 0x32, 0x39)
        return hasEntry(register) .& (isCommon .| (.!isX2APIC .& isOne(register, of: [0x09, 0x0e, 0x31])))
      }
      explorer.mustNotTrap(isThere, "a register of the APIC that can be read")
    }
    switch register.number {
    case 0x02: return stable("id")
    case 0x03: return version
    default:
      let word = SymbolicWord(explorer.constant("apic"))
      explorer.assume(word .< SymbolicWord(known: 1 << 32))
      return word
    }
  }

  public func setAPIC(_ register: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    effect("setAPIC", [register, value])
    outsideLoops("a register of the APIC")
    let isTaken = explorer.specifying {
      let hasDeadline = cpuid(1, 0).ecx.has(1 << 24)
      let mode = (value >> 17) & 3
      func fits(_ bits: UInt64) -> SymbolicTruth { (value & SymbolicWord(known: ~bits)) .== 0 }
      func takes(_ numbers: [UInt64], _ truth: SymbolicTruth) -> SymbolicTruth {
        isOne(register, of: numbers) .& truth
      }
      let isEntry =
        takes([0x32], (mode .!= 3) .& ((mode .== 2) ==> hasDeadline) .& fits(0x7_10ff))
        .| takes([0x35, 0x36], fits(0x1_f7ff)) .| takes([0x2f, 0x33, 0x34, 0x37], fits(0x1_17ff))
      let isOwn =
        takes([0x08], fits(0xff)) .| takes([0x0b, 0x28], fits(0)) .| takes([0x0f], fits(0x3ff))
        .| takes([0x38], fits(0xffff_ffff)) .| takes([0x3e], fits(0xb))
      let isSet = takes([0x0d], fits(0xff00_0000)) .| takes([0x0e], value .== 0xffff_ffff)
      return hasEntry(register) .& (isEntry .| isOwn .| (.!isX2APIC .& isSet))
    }
    explorer.mustNotTrap(isTaken, "a register that the APIC has, and a value that it takes")
    processor.writtenAPIC.append((register, value))
  }

  public func foreignWord(_ address: SymbolicWord) -> SymbolicWord? {
    if explorer.isCut { return nil }
    isAbstract = true
    explorer.mustBeCode("foreignWord")
    mustBeReal([address], "a look at foreign memory")
    if onForeignWord == nil { explorer.fail("memory", "memory was read of which no theorem says whose") }
    onForeignWord?(address)
    return explorer.fork("reached") ? SymbolicWord(explorer.constant("foreign")) : nil
  }

  public func readPhysical(_ address: SymbolicWord, _ width: SymbolicWord) -> SymbolicWord? {
    if explorer.isCut { return nil }
    reach(address, width, nil)
    if !explorer.fork("reached") { return nil }
    return SymbolicWord(explorer.constant("physical"))
  }
  public func writePhysical(_ address: SymbolicWord, _ width: SymbolicWord, _ value: SymbolicWord) -> Bool {
    if explorer.isCut { return false }
    reach(address, width, value)
    return explorer.fork("reached")
  }
  private func reach(_ address: SymbolicWord, _ width: SymbolicWord, _ value: SymbolicWord?) {
    effect("physical", [address, width] + (value.map { [$0] } ?? []))
    outsideLoops("memory")
    explorer.mustNotTrap(
      explorer.specifying {
        let isWidth = (width .== 1) .| (width .== 2) .| (width .== 4) .| (width .== 8)
        return isWidth .& (((address & 0xfff) &+ width) .<= 0x1000)
      }, "one, two, four or eight bytes of one page")
    if onPhysical == nil { explorer.fail("memory", "memory was touched of which no theorem says whose") }
    onPhysical?(address, width)
  }

  /// For theorems: what code has written to a table on this path since it was forgotten last, in order.
  public func writes(to table: Table) -> [(index: SymbolicWord, value: SymbolicWord)] {
    tables[Int(table.rawValue)].writes
  }

  public func inPort(_ port: SymbolicWord, _ width: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    effect("inPort", [port, width])
    let word = SymbolicWord(explorer.constant("port"))
    explorer.assume(word .< SymbolicWord(known: 1 << 32))
    touch(port, width, .read(word))
    return word
  }
  public func outPort(_ port: SymbolicWord, _ width: SymbolicWord, _ value: SymbolicWord) {
    if explorer.isCut { return }
    effect("outPort", [port, width, value])
    touch(port, width, .written(value))
  }
  private func touch(_ port: SymbolicWord, _ width: SymbolicWord, _ move: PortMove) {
    outsideLoops("a port")
    explorer.mustNotTrap(
      explorer.specifying {
        (port .< 0x1_0000) .& ((width .== 1) .| (width .== 2) .| (width .== 4))
      }, "a port that there is, and one, two or four bytes")
    if onPort == nil { explorer.fail("ports", "a port was touched of which no theorem says whose") }
    onPort?(port, width, move)
  }

  public func chipRegister(_ address: SymbolicWord, _ index: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    mustBeReal([address, index], "a register of an I/O APIC")
    explorer.mustNotTrap(index .< 0x100, "an index of 8 bits")
    mustBeLocked("a register of an I/O APIC")
    let word = SymbolicWord(explorer.constant("chip"))
    explorer.assume(word .< SymbolicWord(known: 1 << 32))
    return word
  }
  public func pin(_ address: SymbolicWord, _ pin: SymbolicWord) -> SymbolicWord {
    if explorer.isCut { return 0 }
    isAbstract = true
    mustBeReal([address, pin], "a pin of an I/O APIC")
    explorer.mustNotTrap(pin .< 120, "a pin that can be named")
    mustBeLocked("a pin")
    return SymbolicWord(explorer.constant("pin"))
  }
  public func setPin(_ address: SymbolicWord, _ pin: SymbolicWord, _ entry: SymbolicWord) {
    if explorer.isCut { return }
    effect("setPin", [address, pin, entry])
    explorer.mustNotTrap(pin .< 120, "a pin that can be named")
    mustBeLocked("a pin")
    if onPin == nil { explorer.fail("interrupts", "a pin was set of which no theorem says whose") }
    onPin?(address, pin, entry)
  }
  /// An I/O APIC is reached by an index and a word: another CPU's access between the two would be taken for this one's.
  private func mustBeLocked(_ what: String) {
    explorer.mustNotTrap(.known(processor.isLocked), "\(what) is for the one that has the lock")
  }
}
