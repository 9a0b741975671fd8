// SPDX-License-Identifier: Apache-2.0
// Functions that differ from others in one place.

/// `f`, but `value` at `key`.
func updated<K: Individual, V: Individual>(
  _ f: @escaping (K) -> V, at key: K, to value: V
) -> (K) -> V where K.Truth == V.Truth {
  { k in .choose(k .== key, value, f(k)) }
}

/// `f`, but `g` for the first argument `key`.
func updated<K: Individual, X, V: Individual>(
  _ f: @escaping (K, X) -> V, at key: K, to g: @escaping (X) -> V
) -> (K, X) -> V where K.Truth == V.Truth {
  { k, x in .choose(k .== key, g(x), f(k, x)) }
}

/// `f`, but `g` for the first argument `key`.
func updated<K: Individual, X, Y, V: Individual>(
  _ f: @escaping (K, X, Y) -> V, at key: K, to g: @escaping (X, Y) -> V
) -> (K, X, Y) -> V where K.Truth == V.Truth {
  { k, x, y in .choose(k .== key, g(x, y), f(k, x, y)) }
}
