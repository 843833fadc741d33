// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "keyvigil",
    products: [
        // The others are there for the types that stand in its signatures.
        .library(name: "KeyVigil", targets: ["KeyVigil", "Vocabulary", "Curl", "Database", "Mail", "Secrets"]),
        .executable(name: "keyvigil", targets: ["Command"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swhitty/FlyingFox", exact: "0.27.1"),
    ],
    targets: [
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "COpenSSL"),
        .systemLibrary(name: "CPostgres"),
        .systemLibrary(name: "CSQLite"),

        .target(name: "Mail", swiftSettings: strict),
        .target(name: "Curl", dependencies: ["CCurl", "Mail"], swiftSettings: strict),
        .target(name: "Database", dependencies: ["CPostgres", "CSQLite"], swiftSettings: strict),
        .target(name: "Secrets", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "Vocabulary", swiftSettings: strict),
        .target(name: "Judgement", dependencies: ["Vocabulary"], swiftSettings: strict),
        .target(
            name: "KeyVigil",
            dependencies: [
                "Vocabulary", "Curl", "Database", "Mail", "Secrets", .product(name: "Yams", package: "Yams"),
            ],
            resources: [
                .embedInCode("Providers/Catalogue"), .embedInCode("Providers/common.yaml"),
                .embedInCode("Providers/unsupported.yaml"), .embedInCode("Providers/vectors.json"),
                .embedInCode("Schema/schema.postgresql.sql"), .embedInCode("Schema/schema.sqlite.sql"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Revalidation",
            dependencies: [
                "Judgement", "Vocabulary", "KeyVigil", "Curl", "Database", "Mail", "Secrets",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Mustache", package: "swift-mustache"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Simulator",
            dependencies: [
                "Vocabulary", "KeyVigil",
                .product(name: "FlyingFox", package: "FlyingFox"),
                .product(name: "FlyingSocks", package: "FlyingFox"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Command",
            dependencies: [
                "Revalidation", "Judgement", "KeyVigil", "Vocabulary", "Simulator", "Curl", "Database", "Mail",
                "Secrets",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: strict,
            // Memory that one thread takes and another gives back is a tenth of the work of a check with glibc's malloc.
            linkerSettings: [.linkedLibrary("mimalloc")]
        ),

        .target(
            name: "TestSupport", dependencies: ["Vocabulary", "Database", "KeyVigil", "Mail", "Secrets"],
            path: "Tests/TestSupport",
            swiftSettings: strict),
        .executableTarget(
            name: "Example", dependencies: ["KeyVigil", "Vocabulary", "Curl", "Database", "Mail", "Secrets"],
            path: "Tests/Example",
            swiftSettings: strict),
        .target(
            name: "JudgementSupport", dependencies: ["Judgement", "Vocabulary"], path: "Tests/JudgementSupport",
            swiftSettings: strict),
        .testTarget(
            name: "JudgementTests", dependencies: ["Judgement", "JudgementSupport", "Vocabulary"], swiftSettings: strict
        ),
        .testTarget(name: "MailTests", dependencies: ["Mail", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "CurlTests", dependencies: ["Curl", "Mail", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DatabaseTests", dependencies: ["Database", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "SecretsTests", dependencies: ["Secrets", "TestSupport"], exclude: ["Interoperability"],
            swiftSettings: strict),
        .testTarget(
            name: "KeyVigilTests",
            dependencies: ["KeyVigil", "Vocabulary", "Curl", "Database", "Mail", "Secrets", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "RevalidationTests",
            dependencies: [
                "Revalidation", "Judgement", "JudgementSupport", "Vocabulary", "Simulator", "Curl", "Database", "Mail",
                "Secrets",
                "TestSupport",
            ],
            exclude: ["Golden"],
            swiftSettings: strict),
        .testTarget(
            name: "SimulatorTests",
            dependencies: ["Simulator", "Vocabulary", "KeyVigil", "Curl", "Secrets", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "Command", "Database", "Judgement", "JudgementSupport", "KeyVigil", "Revalidation", "Secrets",
                "Simulator", "TestSupport", "Vocabulary",
            ],
            exclude: ["Products"],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
