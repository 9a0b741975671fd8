#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows that each check of the embedded gate can fail: gives it a file that it must reject, and near misses that it
# must accept. Ends with `N passed, N failed`.
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
passed=0 failed=0
result() { # condition-holds name
  if [ "$1" = 0 ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "embedded-gate-selftest: FAILED $2" >&2; fi
}

# --- rules of the core's source: `rejects RULE` reads a file that must be rejected by that rule alone.
rejects() {
  cat > "$work/Case.swift"
  local rules; rules=$(python3 "$root/scripts/core-rules.py" "$work/Case.swift" | sed 's/.*: \[\([a-z-]*\)\].*/\1/' | sort -u)
  [ "$rules" = "$1" ]; result $? "$1 on: $(head -c 60 "$work/Case.swift" | tr '\n' ' ') (got: ${rules:-nothing})"
}
accepts() {
  cat > "$work/Case.swift"
  python3 "$root/scripts/core-rules.py" "$work/Case.swift" >&2; result $? "accepted: $(head -c 60 "$work/Case.swift" | tr '\n' ' ')"
}
rejects import <<< 'import Glibc'
rejects import <<< '@preconcurrency import Foundation'
rejects import <<< 'public import Synchronization'
rejects while <<< 'func f(_ n: Int) { var i = 0; while i < n { i += 1 } }'
rejects while <<< 'func f() { let s = "a // b"; while true {} }'
rejects while <<< 'func f() { let s = "\" "; while true {} }'
rejects while <<< $'/* /* */ a comment */ func f() {\n  while true {} }'
rejects $'repeat\nwhile' <<< 'func f() { repeat {} while true }'
rejects for <<< 'func f(_ n: Int) { for i in 0..<n {} }'
rejects for <<< 'func f() { for i in 0..<Limits.count {} }'
rejects for <<< 'enum Limits { static var count: Int { other() } }; func f() { for i in 0..<Limits.count {} }'
rejects for <<< 'func f(_ n: Int) { for i in 0..<UInt64(n) {} }'
rejects for <<< 'func f(_ a: [Int]) { for x in a {} }'
rejects for <<< 'func f(_ a: [Int?]) { for case let x? in a {} }'
rejects for <<< 'func f(_ a: [(Int, Int)]) { for (x, y) in a {} }'
rejects hidden-loop <<< 'func f(_ a: Span<Int>) { a.indices }'
rejects hidden-loop <<< 'func f() { (0..<9).forEach { _ in } }'
rejects hidden-loop <<< 'func f(_ n: Int) { _ = stride(from: 0, to: n, by: 2) }'
rejects pointer <<< 'struct S { let p: UnsafeRawPointer }'
rejects pointer <<< 'func f(_ x: UInt64) -> Int64 { unsafeBitCast(x, to: Int64.self) }'
rejects pointer <<< 'func f() { withUnsafePointer(to: 1) { _ in } }'
rejects pointer <<< '@_extern(c) func poke(_ a: UInt64)'
rejects force <<< 'func f(_ x: Int?) -> Int { x! }'
rejects force <<< 'func f(_ x: [Int?]) -> Int { x[0]! + 1 }'
rejects force <<< 'func f() { try! g() }'
rejects force <<< 'func f(_ x: Any) -> Int { x as! Int }'
rejects catch <<< 'func f() { do { try g() } catch { h() } }'
rejects catch <<< 'func f() { _ = try? g() }'
rejects unnamed <<< 'func f(_ name: Loop) { loop(name, 1) }'
rejects twice <<< $'func f() { loop(.sweep, 1) }\nfunc g() { loop(.sweep, 1) }'
rejects twice <<< $'func f() { let name = a ? ProvedStep.x : .y; try step(name) }\nfunc g() { try step(.y, 1) }'
rejects unchecked <<< 'struct S: @unchecked Sendable {}'
rejects $'pointer\nunchecked' <<< 'func f() { nonisolated(unsafe) var x = 0 }'
rejects floating-point <<< 'func f(_ x: Double) {}'
rejects allocation <<< 'final class C {}'
rejects allocation <<< 'func f(_ x: any Error) {}'
accepts <<< $'func f() { loop(.keep, 1) }\nfunc g() { try step(.keep, 1) }'
accepts <<< '// import Foundation; while true {}; Unsafe'
accepts <<< 'let s = "while import Unsafe x! \\"'
accepts <<< 'func f(_ a: Bool, for b: Bool, repeating: Int) -> Bool { !a && a != b }'
accepts <<< 'prefix operator .! ; func f(_ a: Bool) -> Bool { .!a }'
accepts <<< 'enum Limits { static var count: UInt64 { 8 }
  static let most = 0x10 // why
}
func f() { for i in 0..<8 {}; for i in UInt64(0)..<0x1_0 {}; for i: Int in 0...Limits.count {}; for _ in 0..<Limits.most {} }'
accepts <<< 'func f(_ stride: UInt64, in class: Int) { times(stride) }'

# --- checks of the built image: `image EXPECTED` reads an image file; EXPECTED is a part of the gate's message.
mkdir -p "$work/core" "$work/image"
cat > "$work/core/Core.swift" <<'SWIFT'
public protocol Word: Sendable { static func + (a: Self, b: Self) -> Self }
extension UInt64: Word {}
public func twice<W: Word>(_ word: W) -> W { word + word }
SWIFT
run_gate() { "$root/scripts/embedded-gate.sh" --core "$work/core" --image "$work/image" > "$work/log" 2>&1; }
image() {
  cat > "$work/image/Image.swift"
  if run_gate; then result 1 "accepted an image that must fail with: $1"; return; fi
  grep -qF "$1" "$work/log"; result $? "rejected, but not with: $1 ($(tail -3 "$work/log" | tr '\n' ' '))"
}
cat > "$work/image/Image.swift" <<'SWIFT'
import Core
struct Block { var a: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) }
@c(ostrog_twice) public func entry(_ x: UInt64) -> UInt64 { twice(x) }
@c(ostrog_copy) public func copy(_ to: UnsafeMutableRawPointer, _ from: UnsafeRawPointer) {
  for i in 0..<8 { to.storeBytes(of: from.load(fromByteOffset: i * 64, as: Block.self), toByteOffset: i * 64, as: Block.self) }
}
SWIFT
mkdir -p "$work/image/shims"
printf 'module CGood { header "good.h" }\n' > "$work/image/shims/module.modulemap"
printf 'static inline unsigned good_load(const void *p) { return *(const volatile unsigned *)p; }\n' > "$work/image/shims/good.h"
cat > "$work/image/Shim.swift" <<'SWIFT'
import CGood
@c(ostrog_shim) public func shim(_ p: UnsafeRawPointer) -> UInt32 { good_load(p) }
SWIFT
run_gate; result $? "rejected a good image: $(tail -3 "$work/log" | tr '\n' ' ')"

rm "$work/image/Shim.swift"

rm "$work/image/Image.swift"
if run_gate; then result 1 "accepted an image that holds no Swift"
else grep -qF "holds no Swift: nothing was linked" "$work/log"; result $? "rejected an empty image, but not for being empty"; fi
image "the image does not compile" <<< 'import Core
@c(ostrog_entry) public func entry(_ x: UInt64) -> UInt64 { thrice(x) }'
image "the image does not compile" <<< 'import Core
@c(ostrog_entry) public func entry(_ x: UInt64) -> UInt64 { let unused = twice(x); return x }'
image "no entry point" <<< 'import Core
public func entry(_ x: UInt64) -> UInt64 { twice(x) }'
image "something is undefined" <<< '@_extern(c) func launch_missiles() -> UInt64
@c(ostrog_entry) public func entry() -> UInt64 { launch_missiles() }'
image "x86_64: floating-point or vector" <<< '@c(ostrog_half) public func half(_ p: UnsafeMutablePointer<Double>) { p.pointee *= 0.5 }'
image "in -no-allocations mode" <<< 'final class Box { var x: UInt64 = 0; init(_ y: UInt64) { x = y } }
nonisolated(unsafe) var kept: Box? = nil
@c(ostrog_box) public func box(_ x: UInt64) { kept = Box(x) }'
printf 'static inline void bad_fpu(void) { __asm__ volatile("fninit"); }\n' >> "$work/image/shims/good.h"
image "x86_64: floating-point or vector" <<< 'import CGood
@c(ostrog_fpu) public func fpu() { bad_fpu() }'
printf '#define NOTHING 0\n' > "$work/image/shims/good.h"
export GATE_ARM_FLAGS="-Xcc -mfloat-abi=hard -Xcc -mfpu=neon"
image "armv7: floating-point or vector" <<< '@c(ostrog_half) public func half(_ p: UnsafeMutablePointer<Double>) { p.pointee *= 0.5 }'
unset GATE_ARM_FLAGS
# The two below get past the compiler's own check, so that the gate's later checks are seen to work.
export GATE_ALLOCATIONS_COMPILE=yes
image "something is undefined" <<< 'final class Box { var x: UInt64 = 0; init(_ y: UInt64) { x = y } }
nonisolated(unsafe) var kept: Box? = nil
@c(ostrog_box) public func box(_ x: UInt64) { kept = Box(x) }'
image "allocation functions are linked" <<< '@c(calloc) @inline(never) public func ours(_ size: UInt) -> UInt { size &* size }
@c(ostrog_entry) public func entry(_ x: UInt) -> UInt { ours(x) &+ 1 }'
unset GATE_ALLOCATIONS_COMPILE
printf 'public func broken() -> UInt64 { 1 as Int }\n' > "$work/core/Broken.swift"
image "the core does not compile" <<< '@c(ostrog_entry) public func entry() {}'
rm "$work/core/Broken.swift"
printf 'func f() { while true {} }\n' > "$work/core/Loop.swift"
image "FAILED rules of the core's source" <<< '@c(ostrog_entry) public func entry() {}'
rm "$work/core/Loop.swift"

echo "embedded-gate-selftest: $passed passed, $failed failed"
[ $failed = 0 ]
