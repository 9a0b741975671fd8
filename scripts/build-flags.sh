# SPDX-License-Identifier: Apache-2.0
# Sourced. One configuration for programs and tests: building swift-crypto takes minutes, and each set of flags builds
# it again. -enable-testing lets tests see internals; it costs the programs nothing measurable (`make bench`).
build_flags=(-c release -Xswiftc -enable-testing)
lint_paths="Sources Models Proofs Tests Kernel Package.swift"
