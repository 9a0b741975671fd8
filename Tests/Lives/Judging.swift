// SPDX-License-Identifier: Apache-2.0
// The model's guards and invariants, tried at every point that they speak of. No guard speaks of a point's cell or right,
// no invariant of its right, so those stay fixed: the same verdict as `refusals` and `violations`, sooner.

import Core
import Models

/// The points that matter. Values that nobody changes, of a type that does not say so.
nonisolated(unsafe) private let ofGuards = Place.logic.points.filter { $0.cell == 0 && $0.right == 0 }
nonisolated(unsafe) private let ofInvariants = Place.logic.points.filter { $0.right == 0 }

extension World {
  /// The guards that fail now.
  func refusals(_ step: some Transition<FiniteLogic>) -> [String] { refusals(step, in: model) }

  /// The guards that fail in a state.
  func refusals(_ step: some Transition<FiniteLogic>, in s: State<FiniteLogic>) -> [String] {
    var names: [String] = []
    for point in ofGuards {
      for guarded in step.guards(s, point) where !guarded.holds && !names.contains(guarded.name) {
        names.append(guarded.name)
      }
    }
    return names
  }

  /// An invariant of the model that does not hold.
  func broken() -> String? {
    for invariant in Invariant<FiniteLogic>.all {
      if let point = ofInvariants.first(where: { !invariant.holds(model, $0) }) {
        return "the model's invariant \(invariant.name) does not hold for cells \(Place.id(point.cell)) and "
          + "\(Place.id(point.other)) at \(Place.all[point.resource].name)"
      }
    }
    return nil
  }
}
