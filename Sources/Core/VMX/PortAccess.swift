// SPDX-License-Identifier: Apache-2.0
// Ports that exit and are answered all the same (jailhouse-interfaces, g.3). Promise (theorem "ports-are-moderated"): whatever a guest writes,
// no port that resets the machine or puts it to sleep gets what does that; of PCI's configuration root alone sees functions, those that nobody takes from it,
// and writes to none that is a bridge to the host or to ISA, nor to registers that move power management's ports; nothing else changes but the guest, and its cell's choice of a
// register. Any other access stops the CPU, or, of a cell whose configuration says that it has an open bus, reads as ones and writes nothing: kernels
// that look for hardware by its ports find none, as on a machine without it.
//
// - 0x80, a byte: written for its delay by half the world. Nothing happens; what is read leaves AL as it was.
// - PM timer, 32 bits: every cell may read it.
// - PM1 control, 16 bits: root's, but for SLP_EN.
// - 0x64, a byte: whose claim it is, but for commands that pulse reset or write the controller's output port, or A20's gate.
// - 0xcf8, 32 bits: a register of the cell's own; 0xcfc to 0xcff: what it names.

/// Ports that the hypervisor answers for.
public enum ModeratedPort {
  /// The delay; the keyboard controller's command.
  public static var delay: UInt64 { 0x80 }
  public static var keyboard: UInt64 { 0x64 }
  /// PCI's address, and data. PCI Local Bus 3.0, 3.2.2.3.2.
  public static var address: UInt64 { 0xcf8 }
  public static var data: UInt64 { 0xcfc }
  /// From the PM timer back to PM1 control (ICH layout; ACPI 6.5, 4.8.3.2).
  public static var powerControl: UInt64 { 4 }
}

/// What such a port is not given.
private enum Forbidden {
  /// PM1 control: SLP_EN.
  static var sleep: UInt64 { 1 << 13 }
  /// The keyboard controller: write its output port; A20 off, on; from this one on, pulse output lines, among them reset.
  static var writeOutput: UInt64 { 0xd1 }
  static var closeA20: UInt64 { 0xdd }
  static var openA20: UInt64 { 0xdf }
  static var pulse: UInt64 { 0xf0 }
}

/// PCI's address register.
private enum ConfigurationAddress {
  static var enabled: UInt64 { 1 << 31 }
  /// Bus, device and function, bits 23:8; the register, bits 7:2.
  static var named: UInt64 { 0x00ff_fffc }
  static var function: UInt64 { 0x00ff_ff00 }
  /// The register that says in bits 31:16 what class a function is of; bridges to the host, to ISA.
  static var classRegister: UInt64 { 0x08 }
  static var hostBridge: UInt64 { 0x0600 }
  static var isaBridge: UInt64 { 0x0601 }
  /// A bridge, a memory controller of another kind: PIIX4's power management, that of Intel's newer chipsets.
  static var otherBridge: UInt64 { 0x0680 }
  static var otherMemory: UInt64 { 0x0580 }
  /// From this register on they are the device's own.
  static var devices: UInt64 { 0x40 }
}

/// An access to a port. SDM vol. 3C, table 28-5.
struct PortAccess<W: Word> {
  let port: W
  /// Bytes.
  let width: W
  let isInput: W.Condition
  let isString: W.Condition

  init(qualification: W) {
    port = (qualification >> 16) & 0xffff
    width = (qualification & 7) &+ 1
    isInput = qualification.has(1 << 3)
    isString = qualification.has(1 << 4)
  }
  var isWidth: W.Condition { (width .== 1) .| (width .== 2) .| (width .== 4) }
  /// It reaches the byte that is port `number`.
  func reaches(_ number: UInt64) -> W.Condition {
    (port .<= W(known: number)) .& (W(known: number) .< (port &+ width))
  }
  func isOne(_ number: UInt64, _ bytes: W) -> W.Condition {
    (port .== W(known: number)) .& (width .== bytes)
  }
  /// As many bits as are moved.
  var mask: W {
    W.choose(width .== 1, 0xff, W.choose(width .== 2, 0xffff, 0xffff_ffff))
  }
}

extension Processor {
  /// The guest of CPU `cpu` has touched a port that exits.
  public func answerPort(cpu: W) -> Verdict {
    let access = PortAccess(qualification: vmcs(.qualification))
    // INS and OUTS; a width that there is not.
    if (access.isString .| .!access.isWidth).isTrue { return stop(cpu, Stop.port) }
    if access.isOne(ModeratedPort.delay, 1).isTrue { return goOn() }
    if cpu >= capacity(.occupant) { return stop(cpu, Stop.port) }
    let cell = read(.occupant, cpu)
    if cell >= capacity(.phase) { return stop(cpu, Stop.port) }
    let timer = read(.platform, W(known: PlatformWord.timer)) & 0xffff
    if W(known: ModeratedPort.powerControl) <= timer {
      if (access.isInput .& (access.port .== timer) .& (access.width .== 4)).isTrue {
        return give(inPort(timer, 4), access)
      }
      let control = timer &- W(known: ModeratedPort.powerControl)
      let isRoots = cell .== W(known: Owner.root)
      if (isRoots .& (access.port .== control) .& (access.width .== 2)).isTrue {
        return pass(access, unless: guest(.rax).has(Forbidden.sleep), cpu)
      }
    }
    // Others slow nobody down.
    if (.!isShared(access)).isTrue { return passOver(access, cell, cpu) }
    // What follows looks at the ledger, and at registers that CPUs share.
    if (.!tryLock()).isTrue { return answerKick(cpu: cpu) }
    let verdict = answerLocked(access, cell, cpu)
    unlock()
    return verdict
  }

  /// Somebody may have the port, or what it reaches is one for all: keyboard controller, PCI's address and data.
  private func isShared(_ access: PortAccess<W>) -> W.Condition {
    access.isOne(ModeratedPort.keyboard, 1) .| access.isOne(ModeratedPort.address, 4)
      .| ((access.port &- W(known: ModeratedPort.data)) .< 4)
  }

  @inline(never) private func answerLocked(_ access: PortAccess<W>, _ cell: W, _ cpu: W) -> Verdict {
    if access.isOne(ModeratedPort.keyboard, 1).isTrue {
      if (.!holds(cell, W(known: Space.port.origin | ModeratedPort.keyboard))).isTrue {
        return passOver(access, cell, cpu)
      }
      return commandKeyboard(access, cpu)
    }
    if access.isOne(ModeratedPort.address, 4).isTrue {
      if access.isInput.isTrue { return give(read(.configAddress, cell), access) }
      write(.configAddress, cell, guest(.rax) & 0xffff_ffff)
      return goOn()
    }
    let offset = access.port &- W(known: ModeratedPort.data)
    // Inside the data register, and aligned.
    if ((offset .< 4) .& ((offset & (access.width &- 1)) .== 0)).isTrue {
      return accessFunction(access, read(.configAddress, cell), cell, cpu)
    }
    return passOver(access, cell, cpu)
  }

  /// What is read where nothing is.
  private var openBus: W { W(known: 0xffff_ffff) }
  /// Root has none: where it would reset the machine, it is stopped.
  func hasOpenBus(_ cell: W) -> W.Condition {
    read(.cellFlags, cell).has(CellFlag.openBus) .& (cell .!= W(known: Owner.root))
  }
  /// Nobody answers.
  private func passOver(_ access: PortAccess<W>, _ cell: W, _ cpu: W) -> Verdict {
    if (.!hasOpenBus(cell)).isTrue { return stop(cpu, Stop.port) }
    if access.isInput.isTrue { return give(openBus, access) }
    return goOn()
  }

  /// PCI's data register, at a time when the cell's address register holds `address`.
  @inline(never) private func accessFunction(_ access: PortAccess<W>, _ address: W, _ cell: W, _ cpu: W)
    -> Verdict
  {
    let isNamed = address.has(ConfigurationAddress.enabled)
    let function = W(known: Space.function.origin) &+ ((address >> 8) & 0xffff)
    let isRoots = cell .== W(known: Owner.root)
    var mayTouch = isNamed .& isRoots
    if mayTouch.isTrue { mayTouch = holds(cell, function) }
    if (.!mayTouch).isTrue {
      // As where there is no such function.
      if access.isInput.isTrue { return give(W(known: 0xffff_ffff), access) }
      if (.!isNamed).isTrue { return goOn() }
      return stop(cpu, Stop.function, at: address)
    }
    return touchFunction(access, address, cpu)
  }

  /// The keyboard controller's command port, for somebody who may have it.
  func commandKeyboard(_ access: PortAccess<W>, _ cpu: W) -> Verdict {
    let command = guest(.rax) & 0xff
    let isForbidden =
      (command .== W(known: Forbidden.writeOutput)) .| (command .== W(known: Forbidden.closeA20))
      .| (command .== W(known: Forbidden.openA20)) .| (W(known: Forbidden.pulse) .<= command)
    return pass(access, unless: isForbidden, cpu)
  }

  /// PCI's data register, for somebody who may have the function that `address` names.
  func touchFunction(_ access: PortAccess<W>, _ address: W, _ cpu: W) -> Verdict {
    let enabled = W(known: ConfigurationAddress.enabled)
    let place = configuration(address)
    if access.isInput.isTrue {
      outPort(W(known: ModeratedPort.address), 4, place)
      return give(inPort(access.port, access.width), access)
    }
    let own = enabled | (address & W(known: ConfigurationAddress.function))
    outPort(W(known: ModeratedPort.address), 4, own | W(known: ConfigurationAddress.classRegister))
    let kind = inPort(W(known: ModeratedPort.data), 4) >> 16
    let isBridge =
      (kind .== W(known: ConfigurationAddress.hostBridge))
      .| (kind .== W(known: ConfigurationAddress.isaBridge))
    // Where chipsets keep what moves the ports of power management. (Of such a function what every function has is let through.)
    let isSystems =
      (kind .== W(known: ConfigurationAddress.otherBridge))
      .| (kind .== W(known: ConfigurationAddress.otherMemory))
    let isDevices = W(known: ConfigurationAddress.devices) .<= (address & 0xff)
    if (isBridge .| (isSystems .& isDevices)).isTrue { return stop(cpu, Stop.machine, at: address) }
    outPort(W(known: ModeratedPort.address), 4, place)
    outPort(access.port, access.width, guest(.rax) & access.mask)
    return goOn()
  }

  /// What hardware's address register gets for it: no bits that are reserved.
  func configuration(_ address: W) -> W {
    W(known: ConfigurationAddress.enabled) | (address & W(known: ConfigurationAddress.named))
  }

  /// Passes an access on, unless it writes what it must not.
  private func pass(_ access: PortAccess<W>, unless isForbidden: W.Condition, _ cpu: W) -> Verdict {
    if (isForbidden .& .!access.isInput).isTrue { return stop(cpu, Stop.machine) }
    return carryOut(access)
  }
  /// Does what the guest asks for.
  func carryOut(_ access: PortAccess<W>) -> Verdict {
    if access.isInput.isTrue { return give(inPort(access.port, access.width), access) }
    outPort(access.port, access.width, guest(.rax) & access.mask)
    return goOn()
  }

  /// The guest finds `value` where it reads. (32 bits clear the upper half, fewer leave the others. SDM vol. 1, 3.4.1.1.)
  private func give(_ value: W, _ access: PortAccess<W>) -> Verdict {
    let kept = W.choose(access.width .== 4, 0, W(known: .max) &- access.mask)
    setGuest(.rax, (guest(.rax) & kept) | (value & access.mask))
    return goOn()
  }

  private func goOn() -> Verdict {
    advance()
    return .resume
  }
}
