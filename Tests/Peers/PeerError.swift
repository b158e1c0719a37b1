/// What went wrong with someone else's program, in words for whoever reads the failing test.
public struct PeerError: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// How long tests wait for what should come soon. It costs time only where something is wrong, so it is long: machines are
/// slow, and busy with other tests.
public let patience: Duration = .seconds(60)

/// Waits until `condition` holds, looking again after a few milliseconds, and then less often, since most looks start a
/// program: for states of other programs, which tell nobody when they change.
public func eventually(
    _ what: String, within limit: Duration = patience, isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws(PeerError) {
    let end = ContinuousClock.now + limit
    var pause: Duration = .milliseconds(5)
    while true {
        do {
            if try await condition() { return }
            guard ContinuousClock.now < end else { throw PeerError("waited \(limit) in vain: \(what)") }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(80))
        } catch let error as PeerError {
            throw error
        } catch {
            throw PeerError("\(what): \(error)")
        }
    }
}
