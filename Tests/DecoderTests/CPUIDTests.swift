// SPDX-License-Identifier: Apache-2.0
// What CPUID tells a guest of where it runs. CPU 0 is root's, CPU 1 a cell's.

import Testing

@testable import Core

/// What the guest of a CPU reads.
private struct Told {
  let processor = PaperProcessor()

  /// A machine whose cell has an open bus, whose APICs are in x2APIC mode, and whose processor answers all ones.
  init(openBus: Bool = false, x2APIC: Bool = false) {
    processor.write(.occupant, 0, Owner.root)
    processor.write(.occupant, 1, 1)
    // Root's bit means nothing.
    processor.write(.cellFlags, Owner.root, CellFlag.openBus)
    processor.write(.cellFlags, 1, openBus ? CellFlag.openBus : 0)
    processor.msrs[.apicBase] = 0xfee0_0800 | (x2APIC ? APICBase.x2apic : 0)
    processor.native = CPUIDWords(eax: 0xffff_ffff, ebx: 0xffff_ffff, ecx: 0xffff_ffff, edx: 0xffff_ffff)
  }

  /// EAX, EBX, ECX, EDX.
  func answer(_ leaf: UInt64, cpu: UInt64 = 1) -> [UInt64] {
    processor.setGuest(.rax, leaf)
    processor.setGuest(.rcx, 0)
    #expect(processor.answerCPUID(cpu) == .resume)
    return [GuestRegister.rax, .rbx, .rcx, .rdx].map(processor.guest)
  }
  /// EBX, ECX, EDX as letters.
  func name(_ leaf: UInt64, cpu: UInt64 = 1) -> String {
    let words = answer(leaf, cpu: cpu)
    let bytes = words.dropFirst().flatMap { word in
      (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
    }
    return String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
  }
}

@Suite("CPUID: where a guest runs")
struct CPUIDTests {
  @Test("The first name is Jailhouse's, for root and cells, in both modes", arguments: [false, true])
  func firstName(isX2: Bool) {
    for cpu: UInt64 in [0, 1] {
      #expect(Told(openBus: true, x2APIC: isX2).name(CPUIDLeaf.hypervisor, cpu: cpu) == "Jailhouse")
    }
  }

  @Test("A cell is told of no sensors and performance states, whose MSRs it has not; root is told all")
  func power() {
    #expect(Told().answer(CPUIDLeaf.power) == [4, 0, 1, 0])
    #expect(Told().answer(CPUIDLeaf.power, cpu: 0) == [UInt64](repeating: 0xffff_ffff, count: 4))
    // Others are the processor's.
    for leaf: UInt64 in [0, 2, 4, 5, 7, 0xb, 0xd, 0x16] {
      #expect(Told().answer(leaf) == [UInt64](repeating: 0xffff_ffff, count: 4), "\(leaf)")
    }
  }

  @Test("A second name, KVM's, is told to cells with an open bus in x2APIC mode, and to nobody else")
  func secondName() {
    #expect(Told(openBus: true, x2APIC: true).name(CPUIDLeaf.secondHypervisor) == "KVMKVMKVM")
    #expect(
      Told(openBus: true, x2APIC: true).answer(CPUIDLeaf.secondHypervisor)[0] == CPUIDLeaf.secondFeatures)
    let nothing: [UInt64] = [0, 0, 0, 0]
    #expect(Told(openBus: true, x2APIC: true).answer(CPUIDLeaf.secondHypervisor, cpu: 0) == nothing, "root")
    #expect(Told(openBus: true).answer(CPUIDLeaf.secondHypervisor) == nothing, "xAPIC mode")
    #expect(Told(x2APIC: true).answer(CPUIDLeaf.secondHypervisor) == nothing, "no open bus")
  }

  @Test(
    "Neither has features, and the processor's own say is not heard between them",
    arguments: [0x4000_0001, 0x4000_0002, 0x4000_0101, 0x4000_0200, 0x4fff_ffff, 0x7fff_ffff] as [UInt64])
  func noFeatures(leaf: UInt64) {
    for cpu: UInt64 in [0, 1] {
      #expect(Told(openBus: true, x2APIC: true).answer(leaf, cpu: cpu) == [0, 0, 0, 0])
    }
  }

  @Test("A cell is told of no VMX and no SVM; the extended leaves are the processor's")
  func noVMX() {
    let told = Told()
    #expect(told.answer(CPUIDLeaf.features)[2] & CPUIDLeaf.vmx == 0)
    #expect(told.answer(CPUIDLeaf.extended)[2] & CPUIDLeaf.svm == 0)
    #expect(told.answer(CPUIDLeaf.features, cpu: 0)[2] & CPUIDLeaf.vmx != 0)
    #expect(told.answer(CPUIDLeaf.extended & ~1)[0] == 0xffff_ffff)
  }
}
