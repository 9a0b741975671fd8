// SPDX-License-Identifier: Apache-2.0
// In which forms steps are used: every use of a step must have one of these, and the theorem of the step opens it in each
// (Sources/Symbolic/Machine/Given.swift says what a form is).

import Core
import Symbolic

/// The forms of what steps are given.
enum StepForms {
  /// An array in a copy: which copy, the copy's size, start, count, stride.
  private static func array(_ holder: String, _ stride: UInt64) -> String { "\(holder) w w w \(stride)" }
  /// A layout: the copy and its size, three words, the arrays, the end.
  private static func layout(_ holder: String) -> String {
    let strides: [UInt64] = [
      1, Stride.memory, Stride.cache, Stride.chip, Stride.port, Stride.device, Stride.capability,
      Stride.stream,
    ]
    return "\(holder) w w w w " + strides.map { array(holder, $0) }.joined(separator: " ") + " w"
  }
  private static let cell = layout("cell")
  private static let root = layout("system")
  private static let system = root + " w w w w w " + array("system", Stride.iommu) + " w"
  private static let facts = "w w w w w w " + array("system", Stride.chip)
  /// A claimant: owner, whether it is root, the CPU that asks.
  private static let byCell = "w false w"
  private static let byRoot = "=0 true w"

  /// The root of a tree: the tree and its page of level 4.
  private static let path = "w w =0 =0 =0"

  static let all: [ProvedStep: Set<StepForm>] = [
    .addCell: [StepForm("\(cell) \(facts) \(byCell) w w")],
    .addRoot: [StepForm("\(root) \(facts) \(byRoot) w w")],
    .admitClaims: [StepForm("claims w")],
    .admitGuestRanges: [StepForm("guest w")],
    .buildTree: [StepForm("w current w w w w"), StepForm("w next w w w w")],
    .cacheItem: [StepForm("w \(cell) \(facts) \(byCell)"), StepForm("w \(root) \(facts) \(byRoot)")],
    .cellItem: [StepForm("w \(cell) \(facts) \(byCell)")],
    .collectPages: [StepForm("NoState<SymbolicWord>()")],
    .cpuItem: [StepForm("w \(cell) \(facts) \(byCell)"), StepForm("w \(root) \(facts) \(byRoot)")],
    .cpuNumbers: [StepForm("=0 \(system)")],
    .decode: [StepForm("w w w")],
    .deviceItem: [StepForm("w \(cell) nil \(byCell)"), StepForm("w \(root) nil \(byRoot)")],
    .fillLevel1: [StepForm("one w w w w w w w w w w w")],
    .fillLevel2: [StepForm("two w w w w w w w w w w w")],
    .fillLevel3: [StepForm("three w w w w w w w w w w w")],
    .fillLevel4: [StepForm("four w w w w w w w w w w w")],
    .granted: [StepForm("w w")],
    .guestMap: [StepForm("\(cell)")],
    .keepClaims: [StepForm("w")],
    .lineHolder: [StepForm("w")],
    .mappedRanges: [StepForm("\(path) current w w w w"), StepForm("\(path) next w w w w")],
    .memoryItem: [StepForm("w \(cell) nil \(byCell)"), StepForm("w \(root) nil \(byRoot)")],
    .pinItem: [StepForm("w \(cell) \(facts) \(byCell)"), StepForm("w \(root) \(facts) \(byRoot)")],
    .pinTargets: [StepForm("w w w")],
    .plantTree: [StepForm("w")],
    .portItem: [StepForm("w \(cell) \(facts) \(byCell)"), StepForm("w \(root) \(facts) \(byRoot)")],
    .portRange: [StepForm("w w w w w w true"), StepForm("w w w w w w false")],
    .protect: [StepForm("\(system) \(facts) \(byRoot) w")],
    .protectedItem: [StepForm("w \(system)")],
    .readCell: [StepForm("cell w w")],
    .readSystem: [StepForm("system w w")],
    .rootChip: [StepForm("w \(facts)")],
    .rootItem: [StepForm("w \(root) \(facts) \(byRoot)")],
    .streamItem: [StepForm("w \(cell) \(facts) \(byCell)"), StepForm("w \(root) \(facts) \(byRoot)")],
    .sweepPins: [StepForm("w")],
    .systemFacts: [StepForm("=0 \(system)")],
    .takenRanges: [StepForm("\(path) current w w w w"), StepForm("\(path) next w w w w")],
  ]
}
