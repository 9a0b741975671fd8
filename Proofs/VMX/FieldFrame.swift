// SPDX-License-Identifier: Apache-2.0
// What may be written of a VMCS after the first entry, whoever writes, in all theorems about what happens then:
//   - nothing of the host's state, and none of the controls that say what exits; of the entry controls the one bit that says in which mode the
//     guest is (P12);
//   - page tables, bitmaps and tag are not written, or are those of the CPU's cell, in force (P9);
//   - #DB and #AC exit, and no other exception; no list of MSRs is loaded or stored; the guest does not own the bits of CR0 and CR4 that VMX demands.

import Core
import Symbolic

/// The frame of the VMCS.
enum FieldFrame {
  typealias W = SymbolicWord

  /// What stays as it was at the first entry.
  private static let never: Set<VMCSField> = [
    .pinControls, .primaryControls, .secondaryControls, .exitControls, .xssExits,
  ]
  /// What is 0 for ever.
  private static let zero: Set<VMCSField> = [
    .entryLoads, .exitLoads, .exitStores, .cr3Targets, .pageFaultMask, .pageFaultMatch, .tscOffset,
  ]
  private static let tables: Set<VMCSField> = [.eptPointer, .vpid, .portsA, .portsB, .msrBitmap]

  /// Before the run.
  static func prepare(_ m: SymbolicMachine) { m.noted["entry"] = m.vmcs(.entryControls) }

  /// After it. `occupant`: the cell whose tables may be put in force; nil: none may.
  static func show(_ proof: PathProof, tablesOf occupant: W? = nil) {
    let m = proof.machine
    for field in m.writtenFields.sorted(by: { $0.rawValue < $1.rawValue }) {
      let name = "may be written, and so: \(field)"
      if field.kind == 3 || never.contains(field) {
        proof.prove(name) { .known(false) }
      } else if zero.contains(field) {
        proof.prove(name) { m.vmcs(field) .== 0 }
      } else if tables.contains(field) {
        proof.prove(name) { occupant.map { isOwn(m, field, $0) } ?? .known(false) }
      } else if field == .exceptions {
        proof.prove(name) { m.vmcs(field) .== W(known: 1 << 1 | 1 << 17) }
      } else if field == .entryControls {
        let mode = W(known: ~(1 << 9))
        guard let entry = m.noted["entry"] else {
          proof.explorer.fail("frame", "no theorem has noted the entry controls")
          continue
        }
        proof.prove(name) { (m.vmcs(field) & mode) .== (entry & mode) }
      } else if field == .cr0Mask || field == .cr4Mask {
        proof.prove(name) {
          let isCR0 = field == .cr0Mask
          // Of CR0 without PE (bit 0) and PG (bit 31): the guest is unrestricted.
          let free: UInt64 = isCR0 ? ~0x8000_0001 : ~0
          let fixed =
            (m.msr(isCR0 ? .cr0Fixed0 : .cr4Fixed0) & W(known: free))
            | (W(known: .max) &- m.msr(isCR0 ? .cr0Fixed1 : .cr4Fixed1)) | (isCR0 ? 0 : W(known: 1 << 13))
          return (m.vmcs(field) & fixed) .== fixed
        }
      }
    }
  }

  /// The first page of the cell's tree in force, and one more; 0: it has none.
  static func rootPage(_ m: SymbolicMachine, _ cell: W) -> W {
    let second = (cell .== W(known: Owner.root)) .& ((m.peek(.pool, W(known: PoolWord.rootTree)) & 1) .== 1)
    return m.peek(.treeRoot, (cell &+ cell) &+ W.choose(second, 1, 0))
  }

  /// The field names what the cell has in force. (That it has a tree is for those to show that look for one: "cpus-settle", "tables-after-…".)
  static func isOwn(_ m: SymbolicMachine, _ field: VMCSField, _ cell: W) -> SymbolicTruth {
    let ports = cell << 10
    switch field {
    case .eptPointer:
      let page = (rootPage(m, cell) &- 1) &+ m.peek(.pool, W(known: PoolWord.start))
      return m.vmcs(field) .== ((page << 12) | 6 | W(known: 3 << 3))
    case .vpid: return m.vmcs(field) .== (cell &+ 1)
    case .portsA: return m.vmcs(field) .== m.address(of: .ports, ports)
    case .portsB: return m.vmcs(field) .== m.address(of: .ports, ports &+ 512)
    case .msrBitmap: return m.vmcs(field) .== m.address(of: .msrBits, 0)
    default: return .known(false)
    }
  }
}
