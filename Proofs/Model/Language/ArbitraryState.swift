// SPDX-License-Identifier: Apache-2.0
// A state and a request of which nothing is known: uninterpreted functions and relations.

import Models
import Symbolic

extension State where L == TermLogic {
  /// An arbitrary state; different names, independent states.
  static func arbitrary(_ name: String, _ l: TermLogic) -> State<TermLogic> {
    let (cell, resource) = (l.sorts.cell, l.sorts.resource)
    func function(_ part: String, _ domain: Sort..., to range: Sort) -> Function {
      l.context.function("\(name).\(part)", domain, range)
    }
    func flag(_ part: String) -> (Term) -> Term {
      let f = function(part, cell, to: l.context.boolean)
      return { f($0) }
    }
    func mark(_ part: String) -> (Term, Term) -> Term {
      let f = function(part, cell, resource, to: l.context.boolean)
      return { f($0, $1) }
    }
    let phase = function("phase", cell, to: l.sorts.phase)
    let claims = function("claims", cell, resource, l.sorts.right, to: l.context.boolean)
    let base = function("base", resource, l.sorts.right, to: l.context.boolean)
    let holder = function("holder", resource, to: cell)
    let occupant = function("occupant", resource, to: cell)
    let armed = function("armed", resource, to: l.context.boolean)
    let target = function("target", resource, to: resource)
    let content = function("content", resource, to: l.sorts.value)
    let secret = function("secret", resource, cell, to: l.context.boolean)
    return State(
      logic: l, enabled: l.truth("\(name).enabled"), manager: l.resource("\(name).manager"),
      phase: { phase($0) }, confidential: flag("confidential"), loaded: flag("loaded"),
      passive: flag("passive"),
      agrees: flag("agrees"),
      locked: flag("locked"), claims: { claims($0, $1, $2) }, keepsRoot: mark("keepsRoot"),
      loadable: mark("loadable"), base: { base($0, $1) }, holder: { holder($0) }, occupant: { occupant($0) },
      armed: { armed($0) }, target: { target($0) }, content: { content($0) }, secret: { secret($0, $1) })
  }
}

extension Request where L == TermLogic {
  /// An arbitrary configuration.
  static func arbitrary(_ name: String, _ l: TermLogic) -> Request<TermLogic> {
    let (resource, boolean) = (l.sorts.resource, l.context.boolean)
    let claims = l.context.function("\(name).claims", [resource, l.sorts.right], boolean)
    let keepsRoot = l.context.function("\(name).keepsRoot", [resource], boolean)
    let loadable = l.context.function("\(name).loadable", [resource], boolean)
    let peer = l.context.function("\(name).peer", [resource], l.sorts.cell)
    return Request(
      claims: { claims($0, $1) }, keepsRoot: { keepsRoot($0) }, loadable: { loadable($0) },
      confidential: l.truth("\(name).confidential"), passive: l.truth("\(name).passive"), peer: { peer($0) })
  }
}
