// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// One strict list for every target: what the compiler can hold, a reviewer need not.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// What others wrote and is linked in, in exact versions. A release's source package has them in `vendor/`, put there
/// by packaging/scripts/vendor, since it is built without a network.
func dependency(_ name: String, exact version: Version) -> Package.Dependency {
    let vendored = "\(Context.packageDirectory)/vendor/\(name)"
    return FileManager.default.fileExists(atPath: vendored)
        ? .package(path: vendored) : .package(url: "https://github.com/apple/\(name)", exact: version)
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

/// A module of ours. `ours` is the import table of docs/modules.md; a test compares the two with the sources.
func module(_ name: String, ours: [String], others: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: ours.map { .byName(name: $0) } + others, swiftSettings: strict)
}

func tests(of name: String, with more: [String] = [], resources: [Resource] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: ([name, "TestSupport"] + more).map { .byName(name: $0) },
        resources: resources,
        swiftSettings: strict)
}

let package = Package(
    name: "doe-audit",
    products: [
        .executable(name: "doe-auditd", targets: ["doe-auditd"]),
        .executable(name: "doe-audit", targets: ["doe-audit"]),
        .executable(name: "doe-audit-broker", targets: ["doe-audit-broker"]),
        // For Benchmarks/ alone, which is a package of its own.
        .library(name: "DOEWords", targets: ["DOEWords"]),
        .library(name: "DOEObjects", targets: ["DOEObjects"]),
        .library(name: "DOEPolicy", targets: ["DOEPolicy"]),
        .library(name: "DOETrace", targets: ["DOETrace"]),
        .library(name: "DOEAssembly", targets: ["DOEAssembly"]),
    ],
    dependencies: [
        dependency("swift-argument-parser", exact: "1.8.2"), dependency("swift-system", exact: "1.8.1"),
    ],
    targets: [
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        .systemLibrary(name: "CGcrypt", pkgConfig: "libgcrypt", providers: [.apt(["libgcrypt20-dev"])]),
        .target(name: "CLinux"),
        .target(name: "CTOML"),

        module("DOEWords", ours: ["CGcrypt"]),
        module("DOELinux", ours: ["CLinux", "CSystemd", "DOEWords"], others: [systemPackage]),
        module("DOEObjects", ours: ["DOEWords"]),
        module("SPDMSocket", ours: ["DOEWords", "DOELinux"]),
        module("PCIConfig", ours: ["DOEWords", "DOELinux"]),
        module("DOEBroker", ours: ["DOEWords", "DOELinux", "PCIConfig", "DOETrace"], others: [systemPackage]),
        module("DOEPolicy", ours: ["DOEWords", "DOEObjects"]),
        module(
            "DOEMailbox", ours: ["DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "PCIConfig", "DOEPolicy"]),
        module("DOESimulator", ours: ["DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "PCIConfig"]),
        module("DOERecord", ours: ["DOEWords"]),
        module("DOEAuditTrail", ours: ["CLinux", "DOEWords", "DOELinux", "DOERecord"], others: [systemPackage]),
        module("DOETaint", ours: ["DOEWords", "DOELinux"], others: [systemPackage]),
        module(
            "DOEConfiguration", ours: ["CTOML", "DOEWords", "DOELinux", "SPDMSocket", "DOEPolicy", "DOEControl"]),
        module(
            "DOEMonitor",
            ours: [
                "DOEWords", "DOELinux", "DOEObjects", "PCIConfig", "DOEPolicy", "DOEMailbox", "DOERecord",
                "DOEAuditTrail", "DOETaint",
            ]),
        module("DOEControl", ours: ["DOEWords", "DOELinux"], others: [systemPackage]),
        module(
            "DOEProxy",
            ours: [
                "DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "DOEControl", "DOEMailbox", "DOEMonitor",
            ]),
        module("DOETrace", ours: ["DOEWords", "DOELinux", "PCIConfig"], others: [systemPackage]),
        module("DOEAssembly", ours: ["DOEWords", "DOEObjects"]),
        module(
            "DOEWitness", ours: ["DOEWords", "DOELinux", "PCIConfig", "DOETrace", "DOEAssembly", "DOEMonitor"]),
        module(
            "DOEReport", ours: ["DOEWords", "DOELinux", "DOEPolicy", "DOERecord", "DOEAuditTrail"],
            others: [systemPackage]),

        .executableTarget(
            name: "doe-auditd",
            dependencies: [
                "DOEWords", "DOELinux", "SPDMSocket", "PCIConfig", "DOEBroker", "DOEPolicy", "DOEMailbox",
                "DOESimulator", "DOERecord", "DOEAuditTrail", "DOETaint", "DOEConfiguration", "DOEMonitor",
                "DOEControl", "DOEProxy", "DOETrace", "DOEWitness", "CSystemd",
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "doe-audit",
            dependencies: [
                "DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "PCIConfig", "DOEPolicy", "DOEConfiguration",
                "DOEControl", "DOEReport", argumentParser,
            ],
            swiftSettings: strict),

        .executableTarget(
            name: "doe-audit-broker", dependencies: ["DOEWords", "DOELinux", "PCIConfig", "DOEBroker"],
            swiftSettings: strict),

        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(
            name: "doe-auditTests",
            dependencies: [
                "doe-audit", "TestSupport", "DOEWords", "DOELinux", "DOEObjects", "DOEPolicy", "PCIConfig",
                "DOEControl",
                argumentParser,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "doe-auditdTests",
            dependencies: ["doe-auditd", "DOEConfiguration", "DOEProxy", "TestSupport", argumentParser],
            swiftSettings: strict),
        .target(
            name: "TestSupport", dependencies: ["CLinux", "DOELinux"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(name: "CFaults", path: "Tests/CFaults"),
        .target(
            name: "MailboxTestSupport",
            dependencies: ["DOEWords", "DOEObjects", "PCIConfig", "DOEMailbox", "DOESimulator"],
            path: "Tests/MailboxTestSupport", swiftSettings: strict),
        .target(
            name: "WitnessTestSupport", dependencies: ["DOEWords", "DOETrace"], path: "Tests/WitnessTestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "gate-proof",
            dependencies: [
                "DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "PCIConfig", "DOEPolicy", "DOEMailbox",
                "DOESimulator", "DOEAuditTrail", "DOETaint", "DOEMonitor", "DOEProxy", "TestSupport",
            ],
            path: "Tests/gate", swiftSettings: strict),
        .target(name: "CAttempts", path: "Tests/CAttempts"),
        .executableTarget(
            name: "sandbox-proof", dependencies: ["CAttempts", "DOELinux"], path: "Tests/sandbox",
            swiftSettings: strict),
        tests(of: "DOEWords"),
        tests(of: "DOELinux", with: ["DOEWords"]),
        tests(of: "DOEObjects", with: ["DOEWords"]),
        tests(of: "SPDMSocket", with: ["DOEWords", "DOELinux"]),
        tests(
            of: "PCIConfig",
            with: [
                "DOEWords", "DOELinux", "CLinux", "DOEObjects", "DOEPolicy", "DOEMailbox", "DOESimulator",
                "MailboxTestSupport",
            ]),
        tests(of: "DOEBroker", with: ["DOEWords", "DOELinux", "PCIConfig", "DOETrace"]),
        tests(of: "DOEPolicy", with: ["DOEWords", "DOEObjects"]),
        tests(
            of: "DOEMailbox",
            with: [
                "DOEWords", "DOEObjects", "SPDMSocket", "DOEPolicy", "PCIConfig", "DOESimulator", "DOELinux",
                "MailboxTestSupport",
            ]),
        tests(of: "DOESimulator", with: ["DOEWords", "DOEObjects", "PCIConfig"]),
        tests(of: "DOERecord", with: ["DOEWords"]),
        tests(
            of: "DOEAuditTrail", with: ["CFaults", "CLinux", "DOEWords", "DOERecord", "DOELinux", "DOEReport"]),
        tests(of: "DOETaint", with: ["DOEWords", "DOELinux"]),
        tests(of: "DOEConfiguration", with: ["DOEWords", "DOELinux", "SPDMSocket", "DOEPolicy", "DOEControl"]),
        tests(
            of: "DOEMonitor",
            with: [
                "DOEWords", "DOEObjects", "DOEPolicy", "DOEMailbox", "DOESimulator", "DOERecord", "DOEAuditTrail",
                "DOETaint", "PCIConfig", "DOELinux", "MailboxTestSupport", "CFaults",
            ]),
        tests(of: "DOEControl", with: ["DOEWords", "DOELinux"]),
        tests(of: "DOETrace", with: ["DOEWords", "DOELinux", "PCIConfig", "WitnessTestSupport"]),
        tests(of: "DOEAssembly", with: ["DOEWords", "WitnessTestSupport"]),
        tests(
            of: "DOEWitness",
            with: ["DOEWords", "DOELinux", "PCIConfig", "DOETrace", "DOEAssembly", "WitnessTestSupport"]),
        tests(
            of: "DOEProxy",
            with: [
                "DOEWords", "DOELinux", "DOEObjects", "SPDMSocket", "DOEPolicy", "DOEMailbox", "DOEAuditTrail",
                "DOETaint", "DOEControl", "DOEMonitor",
            ]),
        tests(
            of: "DOEReport", with: ["DOEWords", "DOEPolicy", "DOERecord", "DOELinux", "DOEAuditTrail"]),
    ],
    cxxLanguageStandard: .cxx17
)
