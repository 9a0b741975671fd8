// SPDX-License-Identifier: Apache-2.0
// A table of unknown content: an uninterpreted function from index to word, and the writes since.

import Core

/// One column of the symbolic machine's memory.
struct SymbolicTable {
  /// The content before the writes.
  var content: Function
  /// The table whose content at the beginning of the path this is; nil once it has been forgotten.
  var origin: Table?
  /// Writes since, oldest first.
  var writes: [(index: SymbolicWord, value: SymbolicWord)] = []
  /// What was not forgotten when `content` began: other trees' words.
  var kept: Kept?

  /// The word at `index`, merged over the writes that may have set it.
  func read(_ index: SymbolicWord, in context: Z3Context) -> SymbolicWord {
    var result = SymbolicWord(content(index.term(in: context)))
    if let kept { result = kept.word(index, else: result, in: context) }
    for write in writes {
      result = SymbolicWord.choose(write.index .== index, write.value, result)
    }
    return result
  }
}
