// swift-tools-version: 6.2
import PackageDescription

/// Shells own descriptors, threads and time.
let shell: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// Engines are pure values: no clock, no socket, no file, no randomness of their own, no Foundation, no unsafe code.
let engine: [SwiftSetting] = shell + [.strictMemorySafety()]

/// glibc hides what Linux adds (accept4, recvmmsg, setns…) from whoever doesn't ask for it.
let linux: [CSetting] = [.define("_GNU_SOURCE")]

/// One line a target, lowest layer first. A target imports lower layers only, never its own: `ManifestTests` reads the
/// headings below.
let targets: [Target] = [
    // Layer 0: C
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CBzip2", providers: [.apt(["libbz2-dev"])]),
    .target(
        name: "CGeo",
        exclude: [
            "airports.csv", "airports.LICENSE", "airports.py", "cities.csv", "countries.csv", "geonames.py",
            "registrations.LICENSE", "registrations.py", "registrations.txt",
        ]),

    // Layer 1: engines
    .target(name: "Net", swiftSettings: engine),
    .target(name: "YAML", dependencies: ["CYAML"], swiftSettings: engine),
    .target(name: "Codes", swiftSettings: engine),
    .target(name: "Digest", dependencies: ["CSSL"], swiftSettings: engine),

    // Layer 2: engines, then shells
    .target(name: "BGP", dependencies: ["Net"], exclude: ["README.md"], swiftSettings: engine),
    .target(name: "DNS", dependencies: ["Digest", "Net"], exclude: ["README.md"], swiftSettings: engine),
    .target(name: "HTTP", exclude: ["README.md"], swiftSettings: engine),
    .target(name: "Geo", dependencies: ["CGeo"], swiftSettings: engine),
    .target(name: "Loop", dependencies: ["CLinux", "Net"], cSettings: linux, swiftSettings: shell),
    .target(name: "Kernel", dependencies: ["CLinux", "Net"], cSettings: linux, swiftSettings: shell),
    .target(name: "Files", dependencies: ["CBzip2", "CZlib"], cSettings: linux, swiftSettings: shell),
    .target(name: "TLS", dependencies: ["CSSL"], exclude: ["README.md"], swiftSettings: shell),

    // Layer 3: engines
    .target(name: "Health", dependencies: ["DNS", "Net"], swiftSettings: engine),
    .target(name: "Announce", dependencies: ["Codes", "Net"], swiftSettings: engine),
    .target(name: "RIB", dependencies: ["BGP", "Net"], exclude: ["README.md"], swiftSettings: engine),
    .target(name: "Internet", dependencies: ["Geo", "Net"], exclude: ["README.md"], swiftSettings: engine),
    .target(name: "Dialect", dependencies: ["Net"], swiftSettings: engine),

    // Layer 4: shells, and the engine Config
    .target(name: "Speaker", dependencies: ["BGP", "Loop", "Net"], cSettings: linux, swiftSettings: shell),
    .target(
        name: "Probe", dependencies: ["DNS", "HTTP", "Health", "Kernel", "Loop", "Net", "TLS"], cSettings: linux,
        swiftSettings: shell),
    .target(
        name: "Nameserver", dependencies: ["DNS", "Kernel", "Loop", "Net"], cSettings: linux, swiftSettings: shell),
    .target(name: "Control", dependencies: ["Codes", "HTTP", "Loop", "Net"], cSettings: linux, swiftSettings: shell),
    .target(
        name: "Config", dependencies: ["Announce", "BGP", "Codes", "DNS", "Geo", "Health", "Net", "RIB", "YAML"],
        swiftSettings: engine),

    // Layer 5: shells
    .target(
        name: "Daemon", dependencies: ["Config", "Control", "Files", "HTTP", "Kernel", "Loop", "Net"],
        cSettings: linux, swiftSettings: shell),
    .target(
        name: "Planner", dependencies: ["Announce", "Config", "Digest", "Files", "Geo", "Internet", "Kernel", "Net"],
        cSettings: linux, swiftSettings: shell),

    // Layer 6: shells
    .target(
        name: "Site",
        dependencies: [
            "Announce", "BGP", "Codes", "Config", "Control", "DNS", "Daemon", "Digest", "Files", "HTTP", "Health",
            "Kernel", "Loop", "Nameserver", "Net", "Probe", "Speaker",
        ], cSettings: linux, swiftSettings: shell),
    .target(
        name: "Router",
        dependencies: [
            "BGP", "Config", "Control", "Daemon", "Files", "HTTP", "Kernel", "Loop", "Net", "RIB", "Speaker",
        ],
        exclude: ["README.md"], cSettings: linux, swiftSettings: shell),
    .target(
        name: "Lab",
        dependencies: [
            "Announce", "Config", "Control", "DNS", "Dialect", "Files", "Geo", "HTTP", "Health", "Kernel", "Loop",
            "Net", "Planner", "Probe",
        ], cSettings: linux, swiftSettings: shell),
    .target(
        name: "Doctor",
        dependencies: [
            "Announce", "Codes", "Config", "Control", "DNS", "Files", "HTTP", "Health", "Kernel", "Loop", "Net",
        ],
        cSettings: linux, swiftSettings: shell),

    // Layer 7: the command line
    .executableTarget(
        name: "landfall",
        dependencies: [
            "Announce", "Codes", "Config", "Control", "DNS", "Daemon", "Dialect", "Digest", "Doctor", "Files", "Geo",
            "HTTP", "Health", "Internet", "Kernel", "Lab", "Loop", "Net", "Planner", "Router", "Site",
        ], cSettings: linux, swiftSettings: shell),

    // Tests, and other people's programs, which tests, benchmarks and comparisons share
    .target(
        name: "Peers", path: "Tests/Peers", exclude: ["README.md", "bgpy_plan.py", "dnspython_rrsets.py"],
        cSettings: linux, swiftSettings: shell),
    .target(
        name: "Interop", dependencies: ["BGP", "Loop", "Net", "Peers", "Speaker"], path: "Tests/Interop",
        exclude: ["README.md"],
        cSettings: linux, swiftSettings: shell),
    .target(
        name: "RoutedInternet", dependencies: ["Dialect", "Internet", "Kernel", "Lab", "Loop", "Net", "Peers"],
        path: "Tests/RoutedInternet", exclude: ["README.md"], cSettings: linux, swiftSettings: shell),
    .executableTarget(
        name: "Confined", dependencies: ["CLinux", "Kernel", "Net"], path: "Tests/Confined", cSettings: linux,
        swiftSettings: shell),
    .executableTarget(
        name: "Soak", dependencies: ["Announce", "Health", "Net"], path: "Tests/Soak", swiftSettings: shell),
    .executableTarget(
        name: "Benchmarks",
        dependencies: [
            "BGP", "DNS", "Files", "Internet", "Kernel", "Loop", "Net", "Peers", "RIB", "Router", "Speaker",
        ],
        path: "Benchmarks", exclude: ["peers"], cSettings: linux, swiftSettings: shell),
    .executableTarget(
        name: "Judge", dependencies: ["Files", "Internet", "Interop", "Net", "Peers", "RoutedInternet"],
        path: "Tests/Judge",
        cSettings: linux, swiftSettings: shell),
    .testTarget(name: "NetTests", dependencies: ["Net"], swiftSettings: engine),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: engine),
    .testTarget(name: "DigestTests", dependencies: ["Digest"], swiftSettings: engine),
    .testTarget(
        name: "DNSTests", dependencies: ["DNS", "Digest", "Files", "Net", "Peers"], exclude: ["Vectors"],
        cSettings: linux, swiftSettings: engine),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP"], swiftSettings: engine),
    .testTarget(name: "GeoTests", dependencies: ["Geo"], swiftSettings: engine),
    .testTarget(name: "LoopTests", dependencies: ["Loop", "Net"], cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "KernelTests", dependencies: ["CLinux", "Confined", "Kernel", "Net", "Peers"], exclude: ["Vectors"],
        cSettings: linux, swiftSettings: shell),
    .testTarget(name: "FilesTests", dependencies: ["Files"], cSettings: linux, swiftSettings: shell),
    .testTarget(name: "BGPTests", dependencies: ["BGP", "Net", "Peers"], exclude: ["Vectors"], swiftSettings: shell),
    .testTarget(name: "RIBTests", dependencies: ["BGP", "Net", "RIB"], swiftSettings: shell),
    .testTarget(
        name: "InternetTests", dependencies: ["Files", "Geo", "Internet", "Net", "Peers"], swiftSettings: shell),
    .testTarget(
        name: "PlannerTests",
        dependencies: ["Announce", "Config", "Files", "Geo", "Internet", "Net", "Peers", "Planner"],
        cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "SpeakerTests", dependencies: ["BGP", "Loop", "Net", "Peers", "Speaker"], cSettings: linux,
        swiftSettings: shell),
    .testTarget(
        name: "InteropTests", dependencies: ["BGP", "Interop", "Net", "Peers"], cSettings: linux,
        swiftSettings: shell),
    .testTarget(name: "HealthTests", dependencies: ["Health", "Net"], swiftSettings: engine),
    .testTarget(name: "AnnounceTests", dependencies: ["Announce", "Net"], swiftSettings: engine),
    .testTarget(name: "DialectTests", dependencies: ["Dialect", "Net"], exclude: ["Vectors"], swiftSettings: shell),
    .testTarget(
        name: "ControlTests", dependencies: ["Codes", "Control", "HTTP", "Loop", "Net", "Peers"], cSettings: linux,
        swiftSettings: shell),
    .testTarget(
        name: "ConfigTests",
        dependencies: ["Announce", "BGP", "Codes", "Config", "DNS", "Geo", "Health", "Net", "Peers", "RIB", "YAML"],
        exclude: ["Broken"], swiftSettings: shell),
    .testTarget(
        name: "CommandLineTests",
        dependencies: [
            "Codes", "Control", "Dialect", "Doctor", "Files", "Kernel", "Net", "Peers", "Site", "landfall",
        ],
        exclude: ["Screens"], cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "SiteTests",
        dependencies: [
            "Announce", "Codes", "Config", "Control", "DNS", "Daemon", "Files", "Kernel", "Loop", "Net", "Peers",
            "Site",
            "Soak",
        ],
        cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "RouterTests",
        dependencies: [
            "BGP", "Config", "Control", "HTTP", "Kernel", "Loop", "Net", "Peers", "RIB", "Router", "Speaker",
            "landfall",
        ],
        exclude: ["Screens"], cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "DoctorTests", dependencies: ["Codes", "Config", "Doctor", "Kernel", "Net", "Peers"],
        exclude: ["Captured"], cSettings: linux, swiftSettings: shell),
    .testTarget(name: "ManifestTests", dependencies: ["Peers"], swiftSettings: shell),
    .testTarget(
        name: "ProbeTests", dependencies: ["DNS", "Health", "Kernel", "Loop", "Net", "Peers", "Probe"],
        cSettings: linux, swiftSettings: shell),
    .testTarget(name: "TLSTests", dependencies: ["TLS"], swiftSettings: shell),
    .testTarget(
        name: "NameserverTests", dependencies: ["DNS", "Files", "Loop", "Nameserver", "Net", "Peers", "Probe"],
        exclude: ["Vectors"], cSettings: linux, swiftSettings: shell),
    .testTarget(
        name: "LabTests", dependencies: ["Config", "Dialect", "Kernel", "Lab", "Loop", "Net", "Peers", "RIB"],
        cSettings: linux,
        swiftSettings: shell),
    .testTarget(
        name: "RehearsalTests", dependencies: ["Kernel", "Peers", "RoutedInternet", "landfall"], cSettings: linux,
        swiftSettings: shell),
    .testTarget(name: "PeersTests", dependencies: ["Peers"], swiftSettings: shell),
    .testTarget(
        name: "BenchmarksTests", dependencies: ["Benchmarks"], cSettings: linux, swiftSettings: shell),
]

/// One executable a folder of `Fuzz/`, only for `make fuzz`, which names them in LANDFALL_FUZZ.
let fuzzNames = (Context.environment["LANDFALL_FUZZ"] ?? "").split(separator: " ").map(String.init)
let fuzzTargets: [Target] = fuzzNames.map { name in
    .executableTarget(
        name: name,
        dependencies: [
            "Announce", "BGP", "Config", "Control", "DNS", "Doctor", "Geo", "HTTP", "Internet", "Kernel", "Lab", "Net",
            "RIB", "Site", "YAML",
        ],
        path: "Fuzz/" + name, exclude: ["corpus"], cSettings: linux,
        swiftSettings: shell + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
    name: "landfall",
    products: [
        .executable(name: "landfall", targets: ["landfall"]),
        .library(name: "Net", targets: ["Net"]),
        .library(name: "BGP", targets: ["BGP"]),
        .library(name: "DNS", targets: ["DNS"]),
        .library(name: "Internet", targets: ["Internet"]),
        .library(name: "Speaker", targets: ["Speaker"]),
    ],
    targets: targets + fuzzTargets,
    swiftLanguageModes: [.v6]
)
