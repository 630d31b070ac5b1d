// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: warnings are errors, existentials and imports are spelled out.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(
  name: "ArgumentParser",
  package: "swift-argument-parser"
)

/// The module table: each library and what it may import.
///
/// Imports point down only.
let modules: KeyValuePairs<String, [Target.Dependency]> = [
  "RealignNumerics": ["COpenBLAS", "CRealignKernels", "CRealignMPI", "CRealignNaive"],
  "RealignText": [],
  "RealignHardware": ["RealignNumerics", "RealignText"],
  "RealignModels": ["RealignNumerics", "RealignText"],
  "RealignData": ["RealignText", "RealignNumerics", crypto],
  "RealignKnowledge": ["RealignText", "RealignNumerics", crypto, grdb],
  "RealignTraining": ["RealignModels", "RealignData", "RealignNumerics", "RealignText", crypto],
  "RealignCitations": ["RealignKnowledge", "RealignData", "RealignText"],
  "RealignDetection": [
    "RealignModels", "RealignKnowledge", "RealignCitations", "RealignNumerics", "RealignText",
  ],
  "RealignEvaluation": [
    "RealignModels", "RealignData", "RealignCitations", "RealignDetection", "RealignNumerics",
    "RealignText",
  ],
  "RealignReports": ["RealignText"],
  "RealignPipeline": [
    "RealignNumerics", "RealignText", "RealignModels", "RealignData", "RealignKnowledge",
    "RealignTraining", "RealignCitations", "RealignDetection", "RealignEvaluation",
    "RealignReports", "RealignHardware", crypto, yams,
  ],
]

let libraries = modules.map { name, dependencies in
  Target.target(
    name: name,
    dependencies: dependencies,
    resources: name == "RealignPipeline" ? [.copy("Resources/AtlasBase")] : [],
    swiftSettings: settings
  )
}

/// A module's tests live in the folder of its name; all share the test support.
let tests = modules.map { name, dependencies in
  Target.testTarget(
    name: name + "Tests",
    dependencies: dependencies + [.init(stringLiteral: name), "RealignTestSupport"],
    exclude: ["RealignText", "RealignModels", "RealignTraining", "RealignPipeline"]
      .contains(name) ? ["Goldens"] : [],
    swiftSettings: settings
  )
}

let package = Package(
  name: "realign",
  products: [.executable(name: "realign", targets: ["realign"])]
    + modules.map { name, _ in .library(name: name, targets: [name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "COpenBLAS",
      path: "CSources/COpenBLAS",
      pkgConfig: "openblas",
      providers: [.apt(["libopenblas-dev", "liblapacke-dev"])]
    ),
    .target(
      name: "CRealignKernels",
      path: "CSources/CRealignKernels",
      linkerSettings: [.linkedLibrary("m")]
    ),
    .target(
      name: "CRealignMPI",
      path: "CSources/CRealignMPI",
      linkerSettings: [.linkedLibrary("dl")]
    ),
    .target(
      name: "CRealignNaive",
      path: "CSources/CRealignNaive",
      linkerSettings: [.linkedLibrary("m")]
    ),
    .executableTarget(
      name: "realign",
      dependencies: [
        "RealignPipeline", "RealignBenchmarks", "RealignHardware", "RealignNumerics", arguments,
      ],
      swiftSettings: settings
    ),
    .target(
      name: "RealignBenchmarks",
      dependencies: [
        "RealignPipeline", "RealignTraining", "RealignModels", "RealignData", "RealignHardware",
        "RealignNumerics", "RealignText",
      ],
      path: "Benchmarks/RealignBenchmarks",
      swiftSettings: settings
    ),
    .testTarget(
      name: "RealignBenchmarksTests",
      dependencies: [
        "RealignBenchmarks", "RealignPipeline", "RealignHardware", "RealignNumerics", "RealignText",
        "RealignTestSupport",
      ],
      swiftSettings: settings
    ),
    .target(
      name: "RealignTestSupport",
      dependencies: ["RealignNumerics"],
      path: "Tests/RealignTestSupport",
      swiftSettings: settings
    ),
    .executableTarget(
      name: "realign-ranks",
      dependencies: ["RealignNumerics", "RealignTestSupport"],
      path: "Tests/Distributed/Ranks",
      swiftSettings: settings
    ),
    .testTarget(
      name: "RealignFuzzingTests",
      dependencies: ["RealignHardware", "RealignModels", "RealignNumerics", "RealignText"],
      path: "Tests/Fuzzing",
      exclude: ["Corpus", "Dictionaries", "Fuzzers", "make_corpus.py", "run.sh"],
      swiftSettings: settings
    ),
    .testTarget(
      name: "RealignCLITests",
      dependencies: [
        "realign", "realign-ranks", "RealignPipeline", "RealignHardware", "RealignModels",
        "RealignNumerics", "RealignText", "RealignTestSupport",
      ],
      swiftSettings: settings
    ),
  ] + libraries + tests
)
