// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

/// Every target is compiled in Swift 6 language mode and treats warnings as errors. (Seeded faults may leave a value unused.)
let isSeeded = Context.environment["OSTROG_SEEDED"] != nil
let strict: [SwiftSetting] = [.swiftLanguageMode(.v6)] + (isSeeded ? [] : [.treatAllWarnings(as: .error)])

/// For the targets whose generic code runs on the simulator: optimised builds see the bodies across modules and
/// specialise them for UInt64. Without it, `verify` spends its time in witness tables.
let specialised: [SwiftSetting] =
  strict + [.unsafeFlags(["-cross-module-optimization"], .when(configuration: .release))]

let package = Package(
  name: "ostrog",
  products: [
    .executable(name: "verify", targets: ["verify"]),
    .executable(name: "ostrog", targets: ["ostrog"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Arrows point down: CLIs → Proofs → Models, Core, Symbolic, Simulator.
    .target(name: "Core", swiftSettings: specialised),
    .target(name: "Models", path: "Models", swiftSettings: strict),
    .systemLibrary(name: "CZ3", path: "Sources/CZ3", providers: [.apt(["libz3-dev"])]),
    .systemLibrary(
      name: "CMessageDigest", path: "Sources/CMessageDigest", providers: [.apt(["libmd-dev"])]),
    // A decoder by others: `explain` shows instructions, and a test holds the core's decoder against it.
    .systemLibrary(name: "CCapstone", path: "Sources/CCapstone", providers: [.apt(["libcapstone-dev"])]),
    .target(name: "Symbolic", dependencies: ["Core", "CZ3"], swiftSettings: strict),
    .target(name: "Simulator", dependencies: ["Core"], swiftSettings: specialised),
    // The machine that ships. The image itself is built by scripts/embedded-gate.sh; here its sources are tested.
    .systemLibrary(name: "CSilicon", path: "Kernel/image/shims"),
    .target(
      name: "Image", dependencies: ["Core", "CSilicon"], path: "Kernel/image",
      exclude: ["shims", "link.ld", "x86"],
      swiftSettings: specialised),
    .target(
      name: "Proofs", dependencies: ["Core", "Models", "Symbolic", "Simulator"], path: "Proofs",
      swiftSettings: strict),
    .target(name: "CellConfig", dependencies: ["Core", "Yams"], swiftSettings: strict),
    .target(
      name: "Verification",
      dependencies: [
        "Core", "CellConfig", "Models", "Symbolic", "Simulator", "Proofs", "CMessageDigest",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "verify",
      dependencies: [
        "Verification", "CellConfig", "Proofs",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // What `ostrog` does: all but its command line.
    .target(
      name: "Management", dependencies: ["Core", "Simulator", "CellConfig", "Verification", "CCapstone"],
      swiftSettings: strict),
    .executableTarget(
      name: "ostrog",
      dependencies: [
        "CellConfig", "Management", "Verification",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    // The theorems alone, without the parser, the reports and their libraries: what `make mutants` rebuilds.
    .executableTarget(name: "prove", dependencies: ["Proofs"], swiftSettings: strict),
    // What tests of several targets share.
    .target(name: "TestSupport", path: "Tests/Support", swiftSettings: strict),
    // Random lives of the core beside the model: for tests, and for the command that lives longer.
    .target(
      name: "Lives", dependencies: ["Core", "Simulator", "Models", "TestSupport"], path: "Tests/Lives",
      swiftSettings: specialised),
    .executableTarget(name: "live", dependencies: ["Lives"], swiftSettings: strict),
    // The simulator beside Bochs: the same vectors for both.
    .executableTarget(
      name: "compare", dependencies: ["Core", "Simulator", "TestSupport"], swiftSettings: strict),
    .testTarget(
      name: "CoreTests", dependencies: ["Core", "Simulator", "Models", "TestSupport", "Lives"],
      swiftSettings: strict),
    .testTarget(
      name: "ImageTests", dependencies: ["Image", "CellConfig", "Core", "Simulator"], swiftSettings: strict),
    .testTarget(
      name: "CellConfigTests",
      dependencies: ["CellConfig", "Core", "Simulator", "ostrog", "TestSupport", "Bed"],
      swiftSettings: strict),
    .testTarget(
      name: "ToolTests",
      dependencies: [
        "Management", "Verification", "CellConfig", "Core", "Simulator", "TestSupport", "ostrog",
      ],
      exclude: ["Machines"], swiftSettings: strict),
    .testTarget(
      name: "ProofsTests",
      dependencies: ["Proofs", "Models", "Symbolic", "Core", "Simulator", "TestSupport"],
      swiftSettings: strict),
    .testTarget(
      name: "VerificationTests",
      dependencies: ["Verification", "CellConfig", "Core", "Proofs", "TestSupport"],
      exclude: ["Rules", "Scale"], swiftSettings: strict),
    .testTarget(
      name: "DecoderTests", dependencies: ["Core", "Simulator", "TestSupport", "CCapstone"],
      swiftSettings: strict),
    // The naive oracle of the fuzzer: depends on nothing, so it can share no code with what it judges.
    .target(name: "Naive", path: "Tests/Fuzz/Naive", swiftSettings: strict),
    // What a debug image tells of its transitions, beside the model.
    .target(
      name: "ModelOracle", dependencies: ["Models", "Naive"], path: "Tests/ModelOracle", swiftSettings: strict
    ),
    .executableTarget(name: "oracle", dependencies: ["ModelOracle"], swiftSettings: strict),
    .testTarget(
      name: "ModelOracleTests", dependencies: ["ModelOracle", "TestSupport"], exclude: ["told.txt"],
      swiftSettings: strict),
    .testTarget(name: "NaiveTests", dependencies: ["Naive"], swiftSettings: strict),
    // The testbed's machine on the simulator, and the choice of the worst that fuzzing came to.
    .target(
      name: "Bed", dependencies: ["Core", "Simulator", "CellConfig"], path: "Tests/Fuzz/Bed",
      swiftSettings: strict),
    .executableTarget(name: "worst", dependencies: ["Bed"], swiftSettings: strict),
  ]
)

// Fuzzers have no `main` of their own, so they exist only for scripts/fuzz.sh, which builds everything instrumented.
if Context.environment["OSTROG_FUZZ"] != nil {
  let fuzzers: [(name: String, folder: String, judge: Target.Dependency)] = [
    ("fuzz-admission", "Admission", "Naive"), ("fuzz-binary", "Binary", "CellConfig"),
    ("fuzz-text", "Text", "CellConfig"), ("fuzz-create", "Create", "Bed"),
  ]
  package.targets.append(.target(name: "FuzzDriver", path: "Tests/Fuzz/Driver", swiftSettings: strict))
  for (name, folder, judge) in fuzzers {
    package.targets.append(
      .executableTarget(
        name: name, dependencies: ["Core", "Simulator", "FuzzDriver", judge],
        path: "Tests/Fuzz/\(folder)", swiftSettings: strict))
  }
}
