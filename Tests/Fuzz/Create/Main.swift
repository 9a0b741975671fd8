// SPDX-License-Identifier: Apache-2.0
// Hands over to libFuzzer. SwiftPM renames `main` to this, so libFuzzer's own `main` cannot be used.

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer,
  _ body: @convention(c) (UnsafePointer<UInt8>, Int) -> CInt
) -> CInt

@_cdecl("fuzz_create_main")
func start(_ count: CInt, _ arguments: UnsafeMutableRawPointer) -> CInt {
  var count = count
  var arguments = arguments
  return runDriver(&count, &arguments, fuzzCreate)
}
