// SPDX-License-Identifier: Apache-2.0
// Two exceptions exit, and are raised in the guest again: #DB and #AC. A guest whose handler raises the same one again, for ever, would
// let no NMI through between them, and could not be stopped (CVE-2015-5307, CVE-2015-8104). The guest notices nothing. SDM vol. 3C, 28.2.1: what
// the processor would have noted in DR6 and DR7 is done here.

/// Exceptions that exit, as bits of the exception bitmap.
enum Intercepted {
  static var debug: UInt64 { 1 }
  static var alignment: UInt64 { 17 }
  static var bitmap: UInt64 { 1 << debug | 1 << alignment }
}

extension Processor {
  /// Raises in the guest the exception that has made it leave.
  func passOn(_ cpu: W) -> Verdict {
    let event = vmcs(.exitInterruption)
    let (vector, type) = (event & 0xff, (event >> 8) & 7)
    if vector == W(known: Intercepted.debug) {
      // INT1 is of a type of its own, and goes on behind itself.
      let isInstruction = type .== W(known: Event.privileged)
      if (.!(isInstruction .| (type .== W(known: Event.hardware)))).isTrue {
        return stop(cpu, Stop.unhandled)
      }
      count(.exceptions)
      noteDebug()
      setVMCS(
        .injection, W.choose(isInstruction, W(known: Event.instructionBreak), W(known: Event.debug)))
      setVMCS(.injectedLength, W.choose(isInstruction, vmcs(.instructionLength) & 0xf, 0))
      // Delivery ends what MOV SS and STI hold back; with it, and a single step, no entry would succeed (27.3.1.5).
      setVMCS(.interruptibility, vmcs(.interruptibility) & W(known: ~0x3))
      return .resume
    }
    if vector == W(known: Intercepted.alignment) {
      count(.exceptions)
      return raise(Event.alignment)
    }
    return stop(cpu, Stop.unhandled)
  }

  /// What the processor notes of a debug exception: which breakpoint it was (DR6), and that others are not to fall into its handler (DR7.GD,
  /// and recording of branches).
  private func noteDebug() {
    noteBreakpoints(vmcs(.qualification) & W(known: 0x600f))
    setVMCS(.guestDR7, vmcs(.guestDR7) & W(known: ~(1 << 13)))
    setVMCS(.guestDebugControl, vmcs(.guestDebugControl) & W(known: ~1))
  }
}
