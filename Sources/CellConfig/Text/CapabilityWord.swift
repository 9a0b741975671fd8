// SPDX-License-Identifier: Apache-2.0
// Words of the text form, for those who write it.

/// The word for a PCI capability (bit 15: an extended one); its number where there is no word.
public func capabilityWord(_ id: UInt16) -> String {
  Vocabulary.word(Vocabulary.capabilities, UInt64(id)) ?? "0x" + hex(UInt64(id))
}
