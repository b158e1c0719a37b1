import Testing

@Suite("The sources")
struct SourceTests {
    /// What reads the clock, draws randomness, prints or starts something: all of it is a shell's work.
    static let impure = [
        "clock_gettime", "ContinuousClock", "SuspendingClock", "SystemRandomNumberGenerator", "print(", "getenv(",
        "Task {", "Task.", "Thread", "pthread_",
    ]

    @Test("an engine reads no clock, draws no randomness of its own, prints nothing and starts nothing")
    func enginesArePure() throws {
        for target in try Manifest.load().layered where target.kind == .engine {
            for source in try Source.all(of: target.name) {
                #expect(source.places(of: Self.impure).isEmpty)
                let draws = source.lines.indices.filter { number in
                    let two = source.lines[number...].prefix(2).joined()
                    let draws = [".random(in:", ".shuffled("].contains { source.lines[number].contains($0) }
                    return draws && !two.contains("using:")
                }
                #expect(draws.map { "\(source.path):\($0 + 1)" } == [])
            }
        }
    }

    @Test("nothing that may come from outside meets a trap, and nothing is left to do")
    func noTraps() throws {
        for path in Tree.files(in: "Sources", ending: ".swift") {
            let places = try Source(path: path).places(of: ["fatalError(", "try!", "as!", "TODO", "FIXME"])
            #expect(places.isEmpty)
        }
    }

    @Test("a file can be read in one sitting: at most 400 lines")
    func filesAreShort() throws {
        for path in Tree.files(in: "Sources", ending: "") where path.hasSuffix(".swift") || path.hasSuffix(".h") {
            #expect(
                try Tree.text(of: path).split(separator: "\n", omittingEmptySubsequences: false).count <= 401, "\(path)"
            )
        }
    }

    @Test("a protocol's target says which RFCs it follows", arguments: ["BGP", "DNS", "HTTP"])
    func protocolsHaveREADMEs(target: String) throws {
        #expect(try Tree.text(of: "Sources/\(target)/README.md").contains("RFC"))
    }
}
