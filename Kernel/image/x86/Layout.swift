// SPDX-License-Identifier: Apache-2.0
// Where things lie. The same as layout.h, which the assembler reads.

import CVMX

/// Virtual addresses of the hypervisor's.
enum Virtual {
  /// The image, and behind it all of the hypervisor's memory.
  static var image: UInt64 { 0xffff_ffff_f000_0000 }
  /// This CPU's block, in this CPU's page tables alone.
  static var cpu: UInt64 { 0xffff_ffff_0000_0000 }
  /// Host-physical memory from 0 on.
  static var direct: UInt64 { 0xffff_8000_0000_0000 }
}

/// A CPU's block: pages, by their offset in bytes.
enum Block {
  static var size: UInt64 { 0x10000 }
  static var vmxon: UInt64 { 0x1000 }
  static var vmcs: UInt64 { 0x2000 }
  static var pml4: UInt64 { 0x3000 }
  static var pdpt: UInt64 { 0x4000 }
  static var directory: UInt64 { 0x5000 }
  static var table: UInt64 { 0x6000 }
  /// GDT at 0, TSS at 0x100, and 16 bytes for LGDT and LIDT at 0x200.
  static var segments: UInt64 { 0x7000 }
  static var interrupts: UInt64 { 0x8000 }
  /// What `Processor.captured` answers.
  static var captured: UInt64 { 0x9000 }
  /// An image of the FPU's state as after reset, aligned.
  static var state: UInt64 { 0xa000 }
  /// Words of `CPUWord`: a page that every CPU can read, and this one alone can write.
  static var own: UInt64 { 0xb000 }
  /// The IDT while pending interrupts are dropped.
  static var dropTable: UInt64 { 0xc000 }
  /// What the guest's registers are at an exit, 15 words below the stack's end.
  static var registers: UInt64 { size &- 120 }
  // Words of page 0, as layout.h says.
  static var id: UInt64 { 0 }
  /// RBX, RBP, R12 to R15 as the loader had them.
  static var kept: UInt64 { 0x08 }
  static var stack: UInt64 { 0x38 }
  static var instruction: UInt64 { 0x40 }
  static var flags: UInt64 { 0x48 }
  static var cr3: UInt64 { 0x50 }
  /// The loader's descriptor tables, 16 bytes each; its EFER.
  static var gdt: UInt64 { 0x60 }
  static var idt: UInt64 { 0x70 }
  static var efer: UInt64 { 0x80 }
  /// The block's host-physical address. (At 0x58 is how far the CPU has come, which the assembler writes.)
  static var physical: UInt64 { 0x88 }
  /// Virtual address of the core's memory area.
  static var area: UInt64 { 0x90 }
  /// Virtual address of the mailboxes; the last order that this CPU has obeyed.
  static var mail: UInt64 { 0x98 }
  static var seen: UInt64 { 0xa0 }
  /// 1 where a kick has come while this CPU was not in its guest.
  static var kicked: UInt64 { 0xa8 }
  /// What this CPU's guest has begun to say: how many bytes, then the bytes.
  static var line: UInt64 { 0x200 }
  /// What the processor is given when the hypervisor leaves (`Departure`).
  static var departure: UInt64 { 0x400 }
}

/// A CPU's mailbox: words, by their offset in bytes. One cache line each.
enum Mail {
  static var size: UInt64 { 64 }
  /// What the CPU is ordered to do: number of the order << 8 | `Order`. Written by the one that manages.
  static var order: UInt64 { 0 }
  /// The order to stand still that the CPU has obeyed. Written by the CPU.
  static var answer: UInt64 { 8 }
  /// What it is asked (`CPURequest`). Written by its cell's CPUs, taken by the CPU.
  static var request: UInt64 { 16 }
}

/// The word at a virtual address.
@inline(__always) func word(_ address: UInt64) -> UnsafeMutablePointer<UInt64> {
  x86_at(UInt(address)).assumingMemoryBound(to: UInt64.self)
}
