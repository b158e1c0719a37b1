/// What went wrong with someone else's program, in words for whoever reads the failing test.
public struct PeerError: Error, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}

/// Waits until `condition` holds, looking every few milliseconds: for states of other programs, which tell nobody when
/// they change.
public func eventually(
    _ what: String, within limit: Duration = .seconds(10), isolation: isolated (any Actor)? = #isolation,
    _ condition: () async throws -> Bool
) async throws(PeerError) {
    let end = ContinuousClock.now + limit
    while true {
        do {
            if try await condition() { return }
            guard ContinuousClock.now < end else { throw PeerError("waited \(limit) in vain: \(what)") }
            try await Task.sleep(for: .milliseconds(5))
        } catch let error as PeerError {
            throw error
        } catch {
            throw PeerError("\(what): \(error)")
        }
    }
}
