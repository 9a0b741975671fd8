// SPDX-License-Identifier: Apache-2.0
// Of names that the core has as well, these tests mean those of the lives.

@testable import Lives

typealias Operation = Lives.Operation
typealias Wish = Lives.Wish
