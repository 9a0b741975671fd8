// SPDX-License-Identifier: Apache-2.0
// The instruction that made the guest leave, read from the guest's memory: at most three words, of one page or two. Another CPU of the
// cell may change it at any time; then the cell gets what it has written there.

/// What was fetched: three words, the first with the instruction's first byte, and how many of them there are.
struct Fetched<W: Word>: LoopState {
  var first: W = 0
  var second: W = 0
  var third: W = 0
  var count: W = 0
  func map(_ transform: (W) -> W) -> Fetched<W> {
    Fetched(
      first: transform(first), second: transform(second), third: transform(third), count: transform(count))
  }
}

extension Processor {
  /// The memory access of the instruction that has made the guest of CPU `cpu` leave; nil where it is none that is known.
  @_optimize(speed) @inline(never) func memoryAccess(_ cpu: W) -> Instruction<W>? {
    // Bits 2:0: read, write, fetch; bits 8:7: the linear address is known, and it is what was accessed, no table on the way.
    let qualification = vmcs(.qualification)
    let isPlain =
      ((qualification & 0x187) .== 0x181) .| ((qualification & 0x187) .== 0x182)
    // An event that was being delivered would be lost.
    if (.!isPlain .| vmcs(.vectoring).has(1 << 31)).isTrue { return nil }
    guard let root = rootPage(cpu) else { return nil }
    let is64 = isIn64BitMode
    let linear = W.choose(is64, vmcs(.guestRIP), (vmcs(.baseCS) &+ vmcs(.guestRIP)) & 0xffff_ffff)
    guard let page = guestPhysical(linear, root) else { return nil }
    let fetched = fetch(linear, at: page, root)
    let bits = (linear & 7) << 3
    let size = W.choose(is64, 8, W.choose(vmcs(.accessCS).has(1 << 14), 4, 2))
    let instruction = decode(
      Code(
        low: (fetched.first >> bits) | (fetched.second << (64 &- bits)),
        high: (fetched.second >> bits) | (fetched.third << (64 &- bits)), size: size))
    let isFetched = ((linear & 7) &+ instruction.length) .<= (fetched.count << 3)
    let isWrite = qualification.has(2)
    let isSame = W.Condition.choose(isWrite, instruction.isWrite .== 1, instruction.isWrite .== 0)
    if ((instruction.isKnown .== 1) .& isFetched .& isSame).isTrue { return instruction }
    return nil
  }

  /// The words from the one on that holds linear address `linear`, which lies at guest-physical `physical`.
  private func fetch(_ linear: W, at physical: W, _ root: W) -> Fetched<W> {
    let page = physical & W(known: ~0xfff)
    let offset = linear & 0xff8
    // The page behind is looked up where an instruction from here may reach it; it may not be there.
    let behind = 0x1000 <= (linear & 0xfff) &+ 14 ? guestPhysical((linear | 0xfff) &+ 1, root) : nil
    let next = (behind ?? 0) & W(known: ~0xfff)
    let end: W = behind == nil ? 0x1000 : 0x2000
    var fetched = Fetched<W>()
    loop(.fetchCode, 3, &fetched, frame: .none) { i, fetched in
      fetched.count .<= i
    } body: { i, fetched in
      let at = offset &+ (i << 3)
      if ((fetched.count .!= i) .| (end .<= at)).isTrue { return }
      guard let word = self.guestWord(W.choose(at .< 0x1000, page, next) | (at & 0xff8), root) else { return }
      fetched.first = W.choose(i .== 0, word, fetched.first)
      fetched.second = W.choose(i .== 1, word, fetched.second)
      fetched.third = W.choose(i .== 2, word, fetched.third)
      fetched.count = i &+ 1
    }
    return fetched
  }
}
