// SPDX-License-Identifier: Apache-2.0
// The host's own page tables, and its descriptor tables. Promise: nothing is both writable and executable (W^X), and a CPU's block is
// mapped for that CPU alone. (Where its memory does not begin at a multiple of 2 MiB, up to 2 MiB at each end have a second address, to be written at.)

import CVMX

/// Bits of the host's page tables. SDM vol. 3A, 4.5.
enum HostEntry {
  static var table: UInt64 { 0x3 }
  static var large: UInt64 { 0x80 }
  /// Read only and executable; read only; writable. (Accessed and dirty are set at once, so that the processor writes nothing.)
  static var code: UInt64 { 0x61 }
  static var constant: UInt64 { 0x61 | 1 << 63 }
  static var data: UInt64 { 0x63 | 1 << 63 }
}

/// Where the hypervisor's memory lies, and what of it is what. Made by the first CPU, for all.
struct HostMemory {
  /// Host-physical.
  let start: UInt64
  let size: UInt64
  /// Bytes from the start: the image, the blocks, the system configuration.
  let blocks: UInt64
  let config: UInt64
  let configSize: UInt64
  /// Page tables that all CPUs share: of the image's address range, then those of the direct map.
  let tables: UInt64
  /// Mailboxes of the CPUs.
  let mail: UInt64
  /// What is left, up to the communication pages, which lie at the end.
  let rest: UInt64
  let communication: UInt64
}

extension HostMemory {
  static var page: UInt64 { 0x1000 }
  /// Cells that there is room for, root included.
  static var cells: UInt64 { 16 }
  private static func up(_ bytes: UInt64) -> UInt64 { (bytes &+ 0xfff) & ~0xfff }
  /// Page tables for the hypervisor's range: one for 2 MiB.
  var tableCount: UInt64 { (size &+ 0x1f_ffff) >> 21 }

  /// By the header and by the system configuration that the loader put behind the blocks. Nil where that makes no sense.
  static func find() -> HostMemory? {
    let image = UInt64(x86_at_image_end()) &- Virtual.image
    let cpus = UInt64(x86_max_cpus())
    guard cpus > 0, cpus <= 256 else { return nil }
    let config = image &+ cpus &* Block.size
    func field(_ offset: UInt64) -> UInt64 {
      let at = Virtual.image &+ config &+ offset
      return UInt64(half(at)) | UInt64(half(at &+ 4)) << 32
    }
    let (start, size) = (field(12), field(28))
    guard start & 0xfff == 0, size & 0x1f_ffff == 0, size >= 1 << 21, size <= 1 << 28 else { return nil }
    let configSize: UInt64 = 0x10000
    let tables = up(config &+ configSize)
    // One page directory for all of the image's range; a page directory pointer table and 1 page directory for each GiB of RAM.
    let count = (size >> 21) &+ 1 &+ 1 &+ direct
    let mail = tables &+ count &* page
    let rest = up(mail &+ cpus &* Mail.size)
    let communication = size &- cells &* page
    guard rest < communication else { return nil }
    return HostMemory(
      start: start, size: size, blocks: image, config: config, configSize: configSize, tables: tables,
      mail: mail, rest: rest, communication: communication)
  }
  /// GiB of the direct map.
  static var direct: UInt64 { 4 }

  func physical(_ offset: UInt64) -> UInt64 { start &+ offset }
  func address(_ offset: UInt64) -> UInt64 { Virtual.image &+ offset }
  /// Offsets of the shared tables.
  var directory: UInt64 { tables &+ (size >> 21) &* Self.page }
  var directPointers: UInt64 { directory &+ Self.page }
  var directDirectories: UInt64 { directPointers &+ Self.page }

  /// Fills what all CPUs share.
  func fillShared() {
    let text = UInt64(x86_at_text_end()) &- Virtual.image
    let constants = UInt64(x86_at_rodata_end()) &- Virtual.image
    var offset: UInt64 = 0
    while offset < size {
      let kind = offset < text ? HostEntry.code : offset < constants ? HostEntry.constant : HostEntry.data
      // The blocks are each CPU's own.
      let isBlock = offset >= blocks && offset < config
      // But for the page of counters, which others may read.
      let isOpen = (offset &- blocks) % Block.size == Block.own
      let entry = isBlock && !isOpen ? 0 : physical(offset) | (isBlock ? HostEntry.constant : kind)
      word(address(tables) &+ (offset >> 12) &* 8).pointee = entry
      offset &+= Self.page
    }
    var number: UInt64 = 0
    while number < size >> 21 {
      let entry = physical(tables &+ number &* Self.page) | HostEntry.table
      // The image's range begins at entry 384 of its page directory.
      word(address(directory) &+ (384 &+ number) &* 8).pointee = entry
      number &+= 1
    }
    number = 0
    while number < Self.direct {
      word(address(directPointers) &+ number &* 8).pointee =
        physical(directDirectories &+ number &* Self.page) | HostEntry.table
      number &+= 1
    }
    number = 0
    while number < Self.direct &* 512 {
      // Its own memory the hypervisor reaches at the image's address alone: by another one, what is executable could be written.
      let isOwn = number << 21 >= start && (number &+ 1) << 21 <= start &+ size
      word(address(directDirectories) &+ number &* 8).pointee =
        isOwn ? 0 : number << 21 | HostEntry.large | HostEntry.data
      number &+= 1
    }
  }

  /// Fills the tables of CPU `cpu`; returns the host-physical address of the first.
  func fillOwn(_ cpu: UInt64) -> UInt64 {
    let block = blocks &+ cpu &* Block.size
    func link(_ table: UInt64, _ index: UInt64, _ entry: UInt64) {
      word(address(block &+ table) &+ index &* 8).pointee = entry
    }
    link(Block.pml4, 511, physical(block &+ Block.pdpt) | HostEntry.table)
    link(Block.pml4, 256, physical(directPointers) | HostEntry.table)
    link(Block.pdpt, 511, physical(directory) | HostEntry.table)
    link(Block.pdpt, 508, physical(block &+ Block.directory) | HostEntry.table)
    link(Block.directory, 0, physical(block &+ Block.table) | HostEntry.table)
    var number: UInt64 = 0
    while number < Block.size >> 12 {
      link(Block.table, number, physical(block &+ (number << 12)) | HostEntry.data)
      number &+= 1
    }
    word(address(block &+ Block.physical)).pointee = physical(block)
    return physical(block &+ Block.pml4)
  }
}

/// 32 bits at a virtual address, aligned to 4.
@inline(__always) func half(_ address: UInt64) -> UInt32 {
  x86_at(UInt(address)).assumingMemoryBound(to: UInt32.self).pointee
}

/// The host's GDT, TSS and IDT, in the CPU's block.
enum HostSegments {
  static var code: UInt16 { 0x08 }
  static var task: UInt16 { 0x10 }
  /// Writable: for VERW alone (entry.S says it, too), which is quicker where it finds one.
  static var data: UInt16 { 0x20 }
  static var taskOffset: UInt64 { 0x100 }

  /// Fills and takes them.
  static func take() {
    let segments = Virtual.cpu &+ Block.segments
    word(segments &+ 8).pointee = 0x00af_9b00_0000_ffff
    let task = segments &+ taskOffset
    let low = task & 0xff_ffff
    word(segments &+ 16).pointee = 0x67 | low << 16 | 0x89 << 40 | (task >> 24 & 0xff) << 56
    word(segments &+ 24).pointee = task >> 32
    word(segments &+ UInt64(data)).pointee = 0x00cf_9300_0000_ffff
    var vector: UInt64 = 0
    while vector < 256 {
      let isTrap = vector < 32
      let handler = isTrap ? UInt64(x86_at_trap_table()) &+ vector &* 16 : UInt64(x86_at_drop_stub())
      let gate = Virtual.cpu &+ Block.interrupts &+ vector &* 16
      word(gate).pointee =
        (handler & 0xffff) | UInt64(code) << 16 | 0x8e << 40 | (handler >> 16 & 0xffff) << 48
      word(gate &+ 8).pointee = handler >> 32
      vector &+= 1
    }
    // Vectors from 16 on can be interrupts' as well as exceptions': while interrupts are let in to be dropped, they are.
    vector = 0
    while vector < 256 {
      let from = Virtual.cpu &+ Block.interrupts &+ (vector < 16 ? vector : 32) &* 16
      let gate = Virtual.cpu &+ Block.dropTable &+ vector &* 16
      word(gate).pointee = word(from).pointee
      word(gate &+ 8).pointee = word(from &+ 8).pointee
      vector &+= 1
    }
    load(segments, 0x27, x86_lgdt)
    load(Virtual.cpu &+ Block.interrupts, 256 &* 16 &- 1, x86_lidt)
    x86_take_segments()
    x86_ltr(task16)
  }
  private static var task16: UInt16 { task }

  /// Lets pending interrupts in, whatever their vectors, each to be dropped.
  static func letIn() {
    load(Virtual.cpu &+ Block.dropTable, 256 &* 16 &- 1, x86_lidt)
    x86_let_in()
    load(Virtual.cpu &+ Block.interrupts, 256 &* 16 &- 1, x86_lidt)
  }

  private static func load(_ base: UInt64, _ limit: UInt64, _ instruction: (UnsafeRawPointer) -> Void) {
    let at = Virtual.cpu &+ Block.segments &+ 0x200
    word(at).pointee = limit | base << 16
    word(at &+ 8).pointee = base >> 48
    instruction(UnsafeRawPointer(word(at)))
  }
}
