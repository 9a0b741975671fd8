// SPDX-License-Identifier: Apache-2.0
// Random VMCS fields: a guest of one of several modes, of which one field or a few are broken. Promise: whatever is entered is left again, and
// what the host is made of where an entry succeeds is what the program lives with.

import Core
import TestSupport

/// A VMCS that is drawn.
struct DrawnFields {
  private(set) var values: [UInt64: UInt64] = [:]
  private var order: [UInt64] = []
  static let baseline = Dictionary(uniqueKeysWithValues: Baseline.fields.map { ($0.field, $0.value) })

  subscript(_ field: VMCSField) -> UInt64 {
    get { values[field.rawValue] ?? Self.baseline[field.rawValue] ?? 0 }
    set {
      if values[field.rawValue] == nil { order.append(field.rawValue) }
      values[field.rawValue] = newValue & Self.mask(field)
    }
  }
  /// Bits that a field has: 16, 64, 32, as many as an address.
  static func mask(_ field: VMCSField) -> UInt64 {
    switch field.rawValue >> 13 & 3 {
    case 0: 0xffff
    case 2: 0xffff_ffff
    default: .max
    }
  }
  var list: [FieldValue] { order.map { FieldValue(encoding: $0, values[$0] ?? 0) } }

  /// Makes the guest one of another mode.
  mutating func choose(_ mode: Mode) {
    switch mode {
    case .long: break
    case .restricted: self[.secondaryControls] &= ~(1 << 7)
    case .bare: self[.primaryControls] &= ~(1 << 31)
    case .compatible: self[.accessCS] = 0xc09b
    case .paged, .virtual, .extended:
      leaveLong()
      self[.guestCR0] = 0x8001_0031
      self[.guestCR4] = mode == .extended ? 0x2020 : 0x2000
      if mode == .virtual { makeVirtual() }
    case .flat, .real:
      leaveLong()
      self[.guestCR0] = mode == .flat ? 0x31 : 0x30
      self[.guestCR4] = 0x2000
    }
  }
  private mutating func leaveLong() {
    self[.entryControls] = Baseline.entry & ~(1 << 9)
    self[.guestEFER] = 0
    self[.accessCS] = 0xc09b
  }
  private mutating func makeVirtual() {
    self[.guestRFLAGS] = 2 | 1 << 17
    let segments: [(VMCSField, VMCSField, VMCSField, VMCSField)] = [
      (.guestCS, .baseCS, .limitCS, .accessCS), (.guestSS, .baseSS, .limitSS, .accessSS),
      (.guestDS, .baseDS, .limitDS, .accessDS), (.guestES, .baseES, .limitES, .accessES),
      (.guestFS, .baseFS, .limitFS, .accessFS), (.guestGS, .baseGS, .limitGS, .accessGS),
    ]
    for (selector, base, limit, access) in segments {
      (self[selector], self[base], self[limit], self[access]) = (0x1000, 0x1_0000, 0xffff, 0xf3)
    }
  }
}

/// What the guest is before something is broken.
enum Mode: UInt64, CaseIterable {
  /// 64-bit code; the same without "unrestricted guest"; without any secondary controls; 32-bit code under 64-bit paging.
  case long, restricted, bare, compatible
  /// 32 bits, paged, without PAE and with it; without paging; without protection; virtual-8086 mode.
  case paged, extended, flat, real, virtual
}

enum DrawFields {
  static func vector(_ draw: inout SplitMix) -> Vector {
    var fields = DrawnFields()
    fields[.pinControls] = Baseline.pin | Baseline.timerControl
    if draw.chance(55) { fields.choose(Mode.allCases[Int(draw.below(UInt64(Mode.allCases.count)))]) }
    let isOne = draw.chance(65)
    for _ in 0..<(isOne ? 1 : 2 + draw.below(2)) { spoil(&fields, &draw) }
    // Without the timer a guest does what it likes: the one that is as it should be leaves by itself.
    if !isOne || fields[.activity] != 0 { fields[.pinControls] |= Baseline.timerControl }
    // Bochs ends where IA-32e mode has neither protection nor paging.
    if fields[.entryControls] >> 9 & 1 == 1 && fields[.guestCR0] & 0x8000_0001 == 0 {
      fields[.guestCR0] |= 0x8000_0000
    }
    // The simulator has no PDPTEs: with EPT they are fields that nobody sets, without it a processor reads them from memory.
    let hasTables = fields[.primaryControls] >> 31 & fields[.secondaryControls] >> 1 & 1 == 1
    if !hasTables && fields[.entryControls] >> 9 & 1 == 0 { fields[.guestCR4] &= ~(1 << 5) }
    // Nobody sends the start-up interrupt that it would wait for.
    if fields[.activity] == 3 { fields[.interruptibility] |= draw.below(2) + 1 }
    return vector(fields)
  }
  static func vector(_ fields: DrawnFields) -> Vector {
    var vector = Vector(question: .entry, fields: fields.list)
    vector.setCode(Vector.call)
    return vector
  }

  private static func spoil(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    switch draw.below(100) {
    case 0..<18: controls(&fields, &draw)
    case 18..<26: addresses(&fields, &draw)
    case 26..<36: injection(&fields, &draw)
    case 36..<51: host(&fields, &draw)
    case 51..<66: registers(&fields, &draw)
    case 66..<86: segments(&fields, &draw)
    default: state(&fields, &draw)
    }
  }
  private static func one(_ of: [VMCSField], _ draw: inout SplitMix) -> VMCSField {
    of[Int(draw.below(UInt64(of.count)))]
  }
  private static func flip(
    _ field: VMCSField, bits: UInt64, _ fields: inout DrawnFields, _ draw: inout SplitMix
  ) {
    fields[field] ^= 1 << draw.below(bits)
  }

  private static func controls(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    let field = one(
      [.pinControls, .primaryControls, .secondaryControls, .exitControls, .entryControls, .cr3Targets], &draw)
    switch field {
    case .cr3Targets: fields[field] = draw.chance(70) ? draw.below(10) : draw.next()
    case .pinControls: flip(field, bits: draw.chance(80) ? 9 : 32, &fields, &draw)
    default:
      flip(field, bits: 32, &fields, &draw)
      // What the manual couples: shadow and APIC virtualisation, virtual NMIs, saving the timer, what rests on EPT.
      if draw.chance(25) { fields[.primaryControls] |= 1 << 21 }
      if draw.chance(10) { fields[.pinControls] |= 1 << 3 }
      if draw.chance(10) { fields[.pinControls] |= 1 << 5 }
      if draw.chance(10) { fields[.primaryControls] ^= 1 << 22 }
      if draw.chance(10) { fields[.secondaryControls] ^= 1 << 1 }
      if draw.chance(10) { fields[.exitControls] ^= 1 << 22 }
    }
  }
  /// An address of a page that is none, lies behind the memory that there can be, or is as good as another.
  private static func page(_ draw: inout SplitMix) -> UInt64 {
    switch draw.below(4) {
    case 0: Place.portBitmaps | 1 << draw.below(12)
    case 1: Place.portBitmaps | 1 << (36 + draw.below(28))
    case 2: draw.next()
    default: draw.below(1 << 28) << 12
    }
  }
  private static func addresses(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    switch draw.below(7) {
    case 0: fields[.portsA] = page(&draw)
    case 1: fields[.portsB] = page(&draw)
    case 2: fields[.msrBitmap] = page(&draw)
    case 3: fields[.vpid] = draw.chance(70) ? 0 : draw.next()
    default: fields[.eptPointer] ^= draw.chance(70) ? 1 << draw.below(12) : 1 << draw.below(64)
    }
  }
  private static func injection(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    let vectors: [UInt64] = [0, 1, 2, 3, 8, 10, 11, 12, 13, 14, 17, 18, 21, 31, 32, draw.below(256)]
    // Bochs ends where type 7 (a monitor trap) is injected: see the known difference.
    var event = 1 << 31 | draw.below(7) << 8 | vectors[Int(draw.below(16))]
    if draw.chance(40) { event |= 1 << 11 }
    if draw.chance(10) { event ^= 1 << (12 + draw.below(20)) }
    fields[.injection] = event
    fields[.injectedError] = draw.chance(80) ? draw.below(0x8000) : draw.next()
    fields[.injectedLength] = draw.chance(70) ? draw.below(18) : draw.next()
    if draw.chance(50) { fields[.guestRFLAGS] |= 1 << 9 }
    if draw.chance(30) { fields[.interruptibility] = 1 << draw.below(5) }
    if draw.chance(25) { fields[.activity] = draw.below(4) }
    if draw.chance(25) { fields[.pinControls] |= 1 << 3 | 1 << 5 }
  }
  /// An address that no processor takes, or any.
  private static func linear(_ draw: inout SplitMix) -> UInt64 {
    draw.chance(60) ? 1 << (47 + draw.below(17)) : draw.next()
  }
  private static func host(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    switch draw.below(12) {
    case 0: flip(.hostCR0, bits: draw.chance(70) ? 32 : 64, &fields, &draw)
    case 1: flip(.hostCR4, bits: draw.chance(70) ? 25 : 64, &fields, &draw)
    case 2: fields[.hostCR3] |= 1 << (40 + draw.below(24))
    case 3: fields[one([.hostSysenterESP, .hostSysenterEIP], &draw)] = linear(&draw)
    case 4: fields[.hostPAT] = draw.chance(50) ? draw.next() : Baseline.pat ^ 1 << draw.below(64)
    case 5: flip(.hostEFER, bits: draw.chance(70) ? 16 : 64, &fields, &draw)
    case 6, 7:
      let field = one([.hostES, .hostCS, .hostSS, .hostDS, .hostFS, .hostGS, .hostTR], &draw)
      fields[field] = draw.chance(40) ? 0 : fields[field] ^ 1 << draw.below(4)
    case 8: fields[.hostRIP] = 1 << (47 + draw.below(17))
    default:
      fields[one([.hostBaseFS, .hostBaseGS, .hostBaseTR, .hostBaseGDTR, .hostBaseIDTR], &draw)] = linear(
        &draw)
    }
  }
  private static func registers(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    switch draw.below(11) {
    case 0, 1: flip(.guestCR0, bits: draw.chance(80) ? 32 : 64, &fields, &draw)
    case 2, 3: flip(.guestCR4, bits: draw.chance(80) ? 25 : 64, &fields, &draw)
    case 4: fields[.guestCR3] = draw.chance(50) ? draw.next() : fields[.guestCR3] | 1 << (36 + draw.below(28))
    case 5: flip(.guestDebugControl, bits: draw.chance(70) ? 17 : 64, &fields, &draw)
    case 6: flip(.guestDR7, bits: 64, &fields, &draw)
    case 7: fields[one([.guestSysenterESP, .guestSysenterEIP], &draw)] = linear(&draw)
    case 8: fields[.guestPAT] = draw.chance(50) ? draw.next() : Baseline.pat ^ 1 << draw.below(64)
    default: flip(.guestEFER, bits: draw.chance(80) ? 16 : 64, &fields, &draw)
    }
  }
  private static func segments(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    let all: [(selector: VMCSField, base: VMCSField, limit: VMCSField, access: VMCSField)] = [
      (.guestCS, .baseCS, .limitCS, .accessCS), (.guestSS, .baseSS, .limitSS, .accessSS),
      (.guestDS, .baseDS, .limitDS, .accessDS), (.guestES, .baseES, .limitES, .accessES),
      (.guestFS, .baseFS, .limitFS, .accessFS), (.guestGS, .baseGS, .limitGS, .accessGS),
      (.guestTR, .baseTR, .limitTR, .accessTR), (.guestLDTR, .baseLDTR, .limitLDTR, .accessLDTR),
      (.guestCS, .baseCS, .limitCS, .accessCS), (.guestSS, .baseSS, .limitSS, .accessSS),
    ]
    let segment = all[Int(draw.below(10))]
    if segment.selector == .guestLDTR && draw.chance(80) {
      (fields[.accessLDTR], fields[.limitLDTR]) = (0x82, 0xff)
    }
    switch draw.below(12) {
    case 0: fields[segment.selector] ^= 1 << draw.below(5)
    case 1: fields[segment.base] = linear(&draw)
    case 2: fields[segment.base] ^= 1 << draw.below(64)
    case 3: fields[segment.limit] = draw.next()
    case 4, 5: fields[segment.limit] ^= 1 << draw.below(32)
    case 6, 7: fields[segment.access] = fields[segment.access] & ~0xf | draw.below(16)
    case 8:
      // Privilege: of code and stack, and what their selectors say.
      fields[segment.access] = fields[segment.access] & ~0x60 | draw.below(4) << 5
      if draw.chance(50) { fields[segment.selector] = fields[segment.selector] & ~3 | draw.below(4) }
      if draw.chance(50) { fields[.accessSS] = fields[.accessSS] & ~0x60 | draw.below(4) << 5 }
      if draw.chance(50) { fields[.guestSS] = fields[.guestSS] & ~3 | draw.below(4) }
      if draw.chance(50) { fields[.guestCS] = fields[.guestCS] & ~3 | draw.below(4) }
      if draw.chance(50) {
        fields[.accessCS] = fields[.accessCS] & ~0xf | [9, 11, 13, 15, 3][Int(draw.below(5))]
      }
    case 9: fields[one([.baseGDTR, .baseIDTR], &draw)] = linear(&draw)
    case 10: fields[one([.limitGDTR, .limitIDTR], &draw)] = 1 << draw.below(32)
    default: fields[segment.access] ^= 1 << draw.below(32)
    }
  }
  private static func state(_ fields: inout DrawnFields, _ draw: inout SplitMix) {
    switch draw.below(8) {
    case 0: fields[.guestRIP] = linear(&draw)
    case 1, 2: flip(.guestRFLAGS, bits: draw.chance(80) ? 24 : 64, &fields, &draw)
    case 3: fields[.activity] = draw.chance(80) ? draw.below(4) : draw.next()
    case 4: fields[.interruptibility] = draw.chance(80) ? draw.below(32) : 1 << draw.below(32)
    case 5:
      fields[.pendingDebug] = draw.chance(80) ? 1 << draw.below(18) : draw.next()
      if draw.chance(50) { fields[.interruptibility] = 1 << draw.below(2) }
    case 6:
      // A single step that is due, or is not.
      fields[.guestRFLAGS] |= draw.below(2) << 8 | 1 << 9
      fields[.guestDebugControl] = draw.below(2) << 1
      fields[.interruptibility] = draw.below(3)
      fields[.pendingDebug] = draw.below(2) << 14
      fields[.activity] = fields[.interruptibility] == 0 ? draw.below(2) : 0
    default: fields[.link] = draw.chance(50) ? draw.next() : .max ^ 1 << draw.below(64)
    }
  }
}
