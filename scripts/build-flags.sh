# SPDX-License-Identifier: Apache-2.0
# Sourced. One configuration for programs and tests: each set of flags builds everything again. -enable-testing lets tests see internals; it costs the programs nothing measurable (`make bench`).
build_flags=(-c release -Xswiftc -enable-testing)
lint_paths="Sources Models Proofs Tests Kernel Package.swift"
