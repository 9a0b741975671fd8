// SPDX-License-Identifier: Apache-2.0
// The flow policy between cells, resource by resource. What is not stated here may not flow.

extension State {
  /// What `u` writes into `x` may be read by `d`: both share it, or root keeps it, or root loads it.
  ///
  /// Management calls, status and disclosures are stated by each transition (`mayFlow`, `discloses`).
  public func connected(_ u: L.Cell, _ d: L.Cell, _ x: L.Resource) -> L.Truth {
    let both = sharesWithCells(u, x) .& sharesWithCells(d, x)
    let withRoot = L.Truth.choose(u .== root, sharesWithRoot(d, x), sharesWithRoot(u, x))
    let parties = (u .!= d) .& (u .!= hypervisor) .& (d .!= hypervisor)
    return parties .& .choose((u .== root) .| (d .== root), withRoot, both)
  }

  /// The cell's claim stands open to other cells' claims.
  private func sharesWithCells(_ c: L.Cell, _ x: L.Resource) -> L.Truth {
    live(c) .& claimed(c, x) .& shareable(c, x)
  }

  /// The cell's claim stands open to root: ROOTSHARED, or LOADABLE while the cell is loadable.
  private func sharesWithRoot(_ c: L.Cell, _ x: L.Resource) -> L.Truth {
    live(c) .& claimed(c, x) .& (keepsRoot(c, x) .| open(c, x))
  }
}
