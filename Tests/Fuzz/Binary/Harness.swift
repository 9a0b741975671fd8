// SPDX-License-Identifier: Apache-2.0
// Fuzzes the binary readers: the core's, which the hypervisor uses, and the tools'.
//
// Properties: neither traps; what the core takes the tools take; what the tools write (revision 14) they read back as the
// same values, and the core takes it where it took the original.

import CellConfig
import Core
import Simulator

/// What the core's reader says of bytes; nil where it refuses them.
private func coreReads(_ bytes: [UInt8], assumed: UInt64) -> Bool {
  let machine = Simulator<UInt64>(.init(rows: 64, cells: 4))
  machine.foreign[0] = bytes
  let size = UInt64(bytes.count)
  if let copy = machine.privateCopy(0, size: size, into: .cell),
    (try? machine.readCell(copy, assumed: assumed)) != nil
  {
    return true
  }
  if let copy = machine.privateCopy(0, size: size, into: .system),
    (try? machine.readSystem(copy, assumed: assumed)) != nil
  {
    return true
  }
  return false
}

/// One input: the bytes of a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBinary(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let loaded = Loader.load(bytes: bytes, path: "input.cell")
  guard let file = loaded.files.first, !file.isText else {
    for assumed in UInt64(0)..<3 where coreReads(bytes, assumed: assumed) {
      fatalError("the core takes what the tools refuse: \(loaded.problems)")
    }
    return 0
  }
  // A name that is no UTF-8 cannot survive as text; what stands for its bytes may be longer than 31.
  if file.configuration.cell.name.contains("\u{fffd}") { return 0 }
  let isTaken = coreReads(bytes, assumed: UInt64(file.configuration.architecture.rawValue))
  let written = BinaryWriter.write(file.configuration)
  guard let again = Loader.load(bytes: written, path: "again.cell").files.first else {
    fatalError("what the tools wrote they do not read")
  }
  if again.configuration != file.configuration {
    fatalError("writing and reading again changed \(file.configuration)\nto \(again.configuration)")
  }
  if isTaken && !coreReads(written, assumed: 0) { fatalError("the core refuses what the tools wrote again") }
  return 0
}
