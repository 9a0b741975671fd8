// SPDX-License-Identifier: Apache-2.0
// From the loader's call to root as a guest, and what exits come to. All CPUs call at once; either all enter, or none does and each
// returns the same errno.

import CVMX
import Core

/// What CPUs share while they start: in the image's data.
private enum Shared {
  nonisolated(unsafe) static var arrived: UInt32 = 0
  nonisolated(unsafe) static var mapped: UInt32 = 0
  nonisolated(unsafe) static var checked: UInt32 = 0
  /// 0 until the ledger is there; then 1; or 0x100 plus an errno.
  nonisolated(unsafe) static var state: UInt32 = 0
  nonisolated(unsafe) static var failed: UInt32 = 0
}

/// EIO, EINVAL, positive.
private var inputOutput: UInt32 { 5 }
private var invalid: UInt32 { 22 }

/// The core's machine, in the memory behind the tables.
private var machine: Silicon {
  // It was written where the area was laid out, before any guest was entered.
  Silicon(laidOut: x86_at(UInt(word(Virtual.cpu &+ Block.area).pointee)))
}

private var thisCPU: UInt64 { word(Virtual.cpu &+ Block.id).pointee }

/// Gathers what root is on this CPU and makes page tables. Returns the new CR3; negative: an errno.
@c(ostrog_gather) public func gather(_ cpu: UInt64, _ block: UInt64) -> Int64 {
  guard let memory = HostMemory.find(), cpu < UInt64(x86_max_cpus()) else { return -22 }
  let isFirst = x86_add(&Shared.arrived, 1) == 1
  if isFirst {
    memory.fillShared()
    // Where the log will be (header: console_page); the loader's tables let this be written, ours do not.
    word(UInt64(x86_at_header()) &+ 32).pointee = memory.communication
    // What the console is stands at offset 44 of the configuration: address, size, type and flags.
    let console = Virtual.image &+ memory.config &+ 44
    Console.standard = Console.named(
      UInt64(half(console)) | UInt64(half(console &+ 4)) << 32, typeAndFlags: half(console &+ 12))
    x86_store(&Shared.mapped, 1)
  }
  while x86_load(&Shared.mapped) == 0 { x86_pause() }
  let gatherer = Gatherer(block: block)
  gatherer.gather()
  let cr3 = memory.fillOwn(cpu)
  gatherer.gatherHost(cr3: cr3)
  let efer = word(block &+ Block.efer).pointee | HostBits.noExecute
  x86_wrmsr(UInt32(truncatingIfNeeded: MSR.efer.rawValue), UInt(efer))
  return Int64(truncatingIfNeeded: cr3)
}

/// Admits the system configuration, on the first CPU, and asks each processor what it can. 0 or a negative errno, the same everywhere.
@c(ostrog_join) public func join() -> Int64 {
  guard let memory = HostMemory.find() else { return -22 }
  word(Virtual.cpu &+ Block.area).pointee = memory.address(memory.rest)
  word(Virtual.cpu &+ Block.mail).pointee = memory.address(memory.mail)
  let cpu = thisCPU
  let machine = machine
  let online = x86_online_cpus()
  if x86_add(&Shared.checked, 1) == 1 {
    let result = begin(memory, machine, cpu)
    x86_store(&Shared.state, result == 0 ? 1 : 0x100 | UInt32(truncatingIfNeeded: 0 &- result))
  }
  while x86_load(&Shared.state) == 0 { x86_pause() }
  if x86_load(&Shared.state) == 1 {
    do throws(Refusal<UInt64>) { try machine.requireProcessor() } catch {
      x86_store(&Shared.failed, 0x100 | UInt32(truncatingIfNeeded: error.reason.errno))
    }
  } else {
    x86_store(&Shared.failed, x86_load(&Shared.state))
  }
  _ = x86_add(&Shared.checked, 0x10000)
  while x86_load(&Shared.checked) >> 16 < online { x86_pause() }
  let failed = x86_load(&Shared.failed)
  return failed == 0 ? 0 : 0 &- Int64(failed & 0xff)
}

/// The core's memory, and the ledger.
private func begin(_ memory: HostMemory, _ machine: Silicon, _ cpu: UInt64) -> Int64 {
  let area = UnsafeMutableRawPointer(word(memory.address(memory.rest)))
  let bytes = memory.communication &- memory.rest
  // A third of what is left may be pages of tables; there is no more than one CPU's worth of cells.
  let pages = bytes / 0x1000 / 3
  let (rows, cells): (UInt64, UInt64) = (1024, HostMemory.cells)
  let physical = memory.physical(memory.rest)
  let wish = Area(
    rows: rows, cells: cells, systemBytes: memory.configSize, pages: pages, physical: physical,
    cpus: UInt64(x86_max_cpus()))
  guard Silicon.lay(wish, at: area, bytes: bytes) else { return -12 }
  // Of what the direct map reaches, what the processor takes for write-back memory; the hypervisor's own is not foreign.
  let own = memory.start &+ memory.size
  let told = MemoryTypes().tellWriteBack(below: HostMemory.direct << 30) { first, end in
    func tell(_ first: UInt64, _ end: UInt64) -> Bool {
      first >= end || machine.addMemory(first, end, virtual: Virtual.direct &+ first)
    }
    return tell(first, min(end, memory.start)) && tell(max(first, own), end)
  }
  guard told else { return -12 }
  let talk = memory.physical(memory.communication)
  machine.words[Header.communication] = memory.address(memory.communication)
  guard machine.addMemory(talk, own, virtual: memory.address(memory.communication)) else { return -12 }
  machine.write(.communication, 0, talk)
  // The first of these pages is the log's.
  Log.begin(at: memory.address(memory.communication))
  machine.learnTables()
  let config = memory.physical(memory.config)
  // The system configuration is copied from where the loader put it, and the loader's memory is forgotten then.
  guard machine.addMemory(config, config &+ memory.configSize, virtual: memory.address(memory.config)) else {
    return -12
  }
  #if ORACLE
    Oracle.enables(on: cpu)
  #endif
  let enabled = enable(area, config, configLength(memory), cpu, 0)
  #if ORACLE
    Oracle.did(machine, UInt64(truncatingIfNeeded: 0 &- enabled), 0, config: .system)
  #endif
  machine.dropLastMemory()
  if enabled != 0 { return enabled }
  machine.buildMSRs()
  machine.buildPorts(Owner.root)
  if machine.isDryRun {
    speaking {
      $0.write("Ostrog: DRY RUN: THIS IS NO ISOLATION. What root touches is noted; no cell can be created\n")
    }
  }
  return 0
}

/// How long the system configuration is: what the arrays' counts add up to is for the core to find out; it is given all that the
/// loader had room for.
private func configLength(_ memory: HostMemory) -> UInt64 { memory.configSize }

/// Takes the processor. There is no way back from here.
@c(ostrog_enter) public func enter() {
  let machine = machine
  let cpu = thisCPU
  x86_write_cr0(UInt(machine.captured(.hostCR0)))
  x86_write_cr4(UInt(machine.captured(.hostCR4)))
  let physical = word(Virtual.cpu &+ Block.physical).pointee
  let revision = machine.msr(.vmxBasic) & VMXBasic.revision
  word(Virtual.cpu &+ Block.vmxon).pointee = revision
  word(Virtual.cpu &+ Block.vmcs).pointee = revision
  var region = UInt(physical &+ Block.vmxon)
  if x86_vmxon(&region) == 0 { dead("VMXON") }
  region = UInt(physical &+ Block.vmcs)
  if x86_vmclear(&region) == 0 { dead("VMCLEAR") }
  if x86_vmptrld(&region) == 0 { dead("VMPTRLD") }
  x86_invept_all()
  do throws(Refusal<UInt64>) { try machine.fillRoot(cpu: cpu) } catch { dead("the VMCS") }
}

/// An exit has happened. 1: it was one of the frequent ones, and the guest is to go on. 2: so it was, but a kick has come. 0: it was none.
@c(ostrog_frequent) public func frequent() -> UInt32 {
  if !machine.handleFrequent(cpu: thisCPU) { return 0 }
  return word(Virtual.cpu &+ Block.kicked).pointee == 0 ? 1 : 2
}

/// What `ostrog_frequent` has left to do. Returns when the guest is to go on.
@c(ostrog_exit) public func exit(_ left: UInt32) {
  settle(left == 0 ? machine.handleExit(cpu: thisCPU) : .resume)
}

/// What takes longer, until the guest is to go on.
@inline(never) private func settle(_ first: Verdict) {
  let machine = machine
  let cpu = thisCPU
  var verdict = first
  while true {
    switch verdict {
    case .resume:
      let kicked = word(Virtual.cpu &+ Block.kicked)
      if kicked.pointee == 0 { return }
      kicked.pointee = 0
    case .stand, .park: machine.standStill(isParked: verdict == .park)
    case .leave: Departure.leave(machine, cpu)
    case .chip, .port, .manage, .fail: break
    }
    let next = machine.carryOut(verdict, cpu: cpu)
    if verdict == .fail {
      if next == .park { report(machine, cpu, " stopped, why ") }
      if machine.own(.noted) != 0 {
        machine.setOwn(.noted, 0)
        report(machine, cpu, " beyond its configuration, in a dry run, why ")
      }
    }
    verdict = next
  }
}

private func report(_ machine: Silicon, _ cpu: UInt64, _ what: StaticString) {
  speaking { console in
    console.write("Ostrog: CPU ", cpu)
    console.write(what, machine.own(.stop))
    console.write(", exit reason ", machine.own(.stopReason))
    console.write(", qualification ", machine.own(.stopQualification))
    console.write(", guest-physical ", machine.own(.stopAddress))
    console.write(", RIP ", machine.own(.stopRIP))
    console.write("\n")
  }
}

private func dead(_ what: StaticString) -> Never {
  speaking { console in
    console.write("Ostrog: CPU ", thisCPU)
    console.write(" cannot go on: ")
    console.write(what)
    console.write("\n")
  }
  while true { x86_halt() }
}

/// An entry failed.
@c(ostrog_unlaunched) public func unlaunched() {
  let machine = machine
  speaking { console in
    console.write("Ostrog: CPU ", thisCPU)
    console.write(" cannot enter: VM-instruction error ", machine.vmcs(.instructionError))
    console.write("\n")
  }
  while true { x86_halt() }
}

/// On its own page tables: takes descriptor tables of its own.
@c(ostrog_take) public func take() { HostSegments.take() }

/// Back to the loader with an errno, after `take`.
@c(ostrog_back) public func back(_ errno: Int64) { Departure.back(thisCPU, errno) }

/// Before it goes back to the loader: what `gather` changed. `block` is the block in the tables in force.
@c(ostrog_undo) public func undo(_ block: UInt64) {
  let efer = word(block &+ Block.efer).pointee
  if efer != 0 { x86_wrmsr(UInt32(truncatingIfNeeded: MSR.efer.rawValue), UInt(efer)) }
}

/// One of the host's own exceptions: a mistake of ours.
@c(ostrog_trap) public func trap(_ vector: UInt64, _ code: UInt64, _ instruction: UInt64) {
  speaking { console in
    console.write("Ostrog: exception ", vector)
    console.write(", code ", code)
    console.write(", at ", instruction)
    console.write("\n")
  }
}
