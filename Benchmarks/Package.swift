// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that C and timing never come near the product. A plain executable and not a benchmark
// framework: what is wanted is the ratio to C within one run, turn by turn, which a framework that times our half alone
// cannot give.

/// The product's own strict list.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "doe-audit-benchmarks",
    // Named, because a path's own name is the clone's folder, which can be anything.
    dependencies: [.package(name: "doe-audit", path: "..")],
    targets: [
        .target(name: "CPeers", cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "c-responder", dependencies: ["CPeers"], cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [.linkedLibrary("systemd")]),
        .executableTarget(name: "c-relay", cSettings: [.treatAllWarnings(as: .error)]),
        .target(name: "CSPDM", cSettings: [.treatAllWarnings(as: .error)], linkerSettings: [.linkedLibrary("gcrypt")]),
        .executableTarget(name: "spdm-requester", dependencies: ["CSPDM"], cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(name: "spdm-responder", dependencies: ["CSPDM"], cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(name: "c-echo", dependencies: ["CPeers"], cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(name: "c-clients", dependencies: ["CPeers"], cSettings: [.treatAllWarnings(as: .error)]),
        .executableTarget(
            name: "measure",
            dependencies: [
                "CPeers",
                .product(name: "DOEWords", package: "doe-audit"),
                .product(name: "DOEObjects", package: "doe-audit"),
                .product(name: "DOEPolicy", package: "doe-audit"),
                .product(name: "DOETrace", package: "doe-audit"),
                .product(name: "DOEAssembly", package: "doe-audit"),
            ],
            swiftSettings: strict),
    ]
)
