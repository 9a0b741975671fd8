// SPDX-License-Identifier: Apache-2.0
// The guest's general registers by their numbers, as instructions and exit qualifications have them. Merged: which one it is makes no
// branch, for a branch here would multiply the paths of whoever asks.

extension Processor {
  /// The general register with that number (0 to 15).
  func general(_ number: W) -> W {
    var value = guest(.rax)
    value = W.choose(number .== 1, guest(.rcx), value)
    value = W.choose(number .== 2, guest(.rdx), value)
    value = W.choose(number .== 3, guest(.rbx), value)
    value = W.choose(number .== 4, vmcs(.guestRSP), value)
    value = W.choose(number .== 5, guest(.rbp), value)
    value = W.choose(number .== 6, guest(.rsi), value)
    value = W.choose(number .== 7, guest(.rdi), value)
    value = W.choose(number .== 8, guest(.r8), value)
    value = W.choose(number .== 9, guest(.r9), value)
    value = W.choose(number .== 10, guest(.r10), value)
    value = W.choose(number .== 11, guest(.r11), value)
    value = W.choose(number .== 12, guest(.r12), value)
    value = W.choose(number .== 13, guest(.r13), value)
    value = W.choose(number .== 14, guest(.r14), value)
    return W.choose(number .== 15, guest(.r15), value)
  }

  /// Sets it.
  func setGeneral(_ number: W, _ value: W) {
    func set(_ register: GuestRegister, _ its: UInt64) {
      setGuest(register, W.choose(number .== W(known: its), value, guest(register)))
    }
    set(.rax, 0)
    set(.rcx, 1)
    set(.rdx, 2)
    set(.rbx, 3)
    setVMCS(.guestRSP, W.choose(number .== 4, value, vmcs(.guestRSP)))
    set(.rbp, 5)
    set(.rsi, 6)
    set(.rdi, 7)
    set(.r8, 8)
    set(.r9, 9)
    set(.r10, 10)
    set(.r11, 11)
    set(.r12, 12)
    set(.r13, 13)
    set(.r14, 14)
    set(.r15, 15)
  }
}
