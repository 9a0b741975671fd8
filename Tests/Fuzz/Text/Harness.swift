// SPDX-License-Identifier: Apache-2.0
// Fuzzes the text reader and its compiler.
//
// Properties: nothing traps; an unusable file has a message; a compiled file's binary form reads back as the same values;
// its decompiled text compiles to the same bytes.

import CellConfig

/// One input: the bytes of a file.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzText(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  let loaded = Loader.load(bytes: bytes, path: "input.cell")
  guard let file = loaded.files.first else {
    if !loaded.problems.contains(where: \.isError) { fatalError("no file, and no error either") }
    return 0
  }
  guard file.isText else { return 0 }
  let binary = Loader.load(bytes: file.binary, path: "binary.cell")
  guard let compiled = binary.files.first else {
    fatalError("the compiled form is refused: \(binary.problems)")
  }
  if compiled.configuration != file.configuration { fatalError("the compiled form says something else") }
  let text = Decompiler.text(file.configuration)
  let again = Loader.load(bytes: Array(text.utf8), path: "decompiled.cell")
  guard let same = again.files.first else {
    fatalError("the decompiled form is refused: \(again.problems)\n\(text)")
  }
  if same.binary != file.binary { fatalError("decompiling and compiling changed the bytes\n\(text)") }
  return 0
}
