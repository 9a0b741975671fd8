// SPDX-License-Identifier: Apache-2.0
// What root asks for when it creates a cell.

/// A cell's configuration, as create receives it.
public struct Request<L: Logic> {
  /// What the cell names.
  public var claims: (L.Resource, L.Right) -> L.Truth
  /// ROOTSHARED.
  public var keepsRoot: (L.Resource) -> L.Truth
  /// LOADABLE.
  public var loadable: (L.Resource) -> L.Truth
  /// Cleared at set-loadable.
  public var confidential: L.Truth
  /// Never asked for consent.
  public var passive: L.Truth
  /// Ghost: for each named resource that a live cell claims already, one such cell.
  public var peer: (L.Resource) -> L.Cell

  /// Makes a request.
  public init(
    claims: @escaping (L.Resource, L.Right) -> L.Truth, keepsRoot: @escaping (L.Resource) -> L.Truth,
    loadable: @escaping (L.Resource) -> L.Truth, confidential: L.Truth, passive: L.Truth,
    peer: @escaping (L.Resource) -> L.Cell
  ) {
    self.claims = claims
    self.keepsRoot = keepsRoot
    self.loadable = loadable
    self.confidential = confidential
    self.passive = passive
    self.peer = peer
  }

  /// The configuration names the resource with some right.
  public func claimed(_ x: L.Resource, _ s: State<L>) -> L.Truth { s.anyRight { claims(x, $0) } }

  /// The claim may stand beside another of its kind.
  public func shareable(_ x: L.Resource, _ s: State<L>) -> L.Truth {
    keepsRoot(x) .& .!claims(x, s.logic.right(.execute))
  }
}
