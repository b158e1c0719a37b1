package import Config
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// The rehearsal's own side: the first process of new PID, mount and network namespaces (and a user namespace, when an
/// ordinary user started it). When it ends, however it ends, the kernel ends everything in them.
package enum Inside {
    /// Set for this process alone; its value is `user` where it has a user namespace of its own.
    static let marker = "LANDFALL_REHEARSAL="

    static var hasUsersOfItsOwn: Bool { getenv("LANDFALL_REHEARSAL").map { String(cString: $0) } == "user" }

    /// Where the exit code goes that a rehearsal that is kept ends with, while it stays.
    static let verdictDescriptor: Int32 = 3

    /// Whether this process was started as the inside of a rehearsal.
    package static var isHere: Bool { getpid() == 1 && getenv("LANDFALL_REHEARSAL") != nil }

    /// Holds the rehearsal. Comes before any other thread exists.
    package static func hold(
        _ network: Network, file: String, routers program: RouterProgram, mrai: Duration, only: [String],
        tell: @escaping (Director.News) -> Void
    ) throws(LabError) -> (Director, Report) {
        do {
            signal(SIGCHLD, SIG_IGN)  // bury whom the end of an agent leaves to us
            try listen(to: Signals([SIGTERM, SIGINT, SIGHUP]))
            try Limits.raiseOpenFiles()
            Limits.hurry()
            let stage = try Stage(file: file, zones: network.services.flatMap { $0.serve?.dns.zones.map(\.path) ?? [] })
            let director = try Director(network, stage: stage, routers: program, mrai: mrai, tell: tell)
            return (director, try director.run(only: only))
        } catch let error as LabError {
            throw error
        } catch let error as SystemError {
            throw lacking(error)
        } catch { throw .failed("\(error)") }
    }

    /// The first process of a PID namespace gets only the signals that it asks for. Its end is that of everything.
    private static func listen(to signals: Signals) throws(SystemError) {
        let loop = try Loop(name: "signals")
        loop.submit {
            _ = try? loop.watch(signals.descriptor, for: .readable) { _ in
                if let number = signals.next() { exit(128 + number) }
            }
        }
    }

    /// A refusal names what is missing.
    static func lacking(_ error: SystemError) -> LabError {
        guard error.code == EPERM || error.code == EACCES else { return .failed("\(error)") }
        let wanted: CapabilitySet = [.sysAdmin, .netAdmin, .netRaw, .netBindService]
        let missing = wanted.subtracting(Capabilities.effective)
        let remedy = missing.isEmpty ? "this machine forbids it even to root: is this a container?" : "run it as root"
        return .machineLacks("\(error)\(missing.isEmpty ? "" : " (without \(missing))"): \(remedy)")
    }

    /// Tells the outside how it went and what to say, lets go of its terminal, and stays.
    package static func stay(code: Int32, saying text: String) -> Never {
        let message = [UInt8(truncatingIfNeeded: code)] + Array(text.utf8)
        var rest = message[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(verdictDescriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        close(verdictDescriptor)
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        for stream in 0...2 { dup2(null, Int32(stream)) }
        while true { pause() }
    }
}
