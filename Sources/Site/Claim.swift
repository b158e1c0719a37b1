internal import Control
internal import Glibc
internal import Loop
internal import Net

/// The right to be the agent of a site and host on this machine: an abstract socket, which belongs to the network
/// namespace and goes with its owner, however that ends.
///
/// A stranger who has the name, or somebody who doesn't say who it is, can't keep an agent from starting: what is left
/// against a second one then are the state folder's lock and the control socket.
struct Claim {
    private let socket: Socket?

    /// How long a holder may take to say who it is: an agent's queue empties as soon as its loop turns.
    private static let patience = Duration.seconds(2)

    /// nil: another agent has it.
    init?(network: String, site: String, host: String, user: UInt32) throws(SystemError) {
        let name = AgentClaim.name(network: network, site: site, host: host)
        let deadline = Loop.now + Self.patience
        while true {
            if let free = try Self.take(name) {
                socket = free
                return
            }
            let holder = (try? Socket.connect(unix: name))?.peerUser
            if AgentClaim.counts(holder, for: [user]) { return nil }
            guard holder == nil, Loop.now < deadline else { break }
            usleep(10_000)
        }
        socket = nil
    }

    /// nil: somebody has it.
    private static func take(_ name: String) throws(SystemError) -> Socket? {
        do { return try Socket.listen(unix: name) } catch {
            guard error.code == EADDRINUSE else { throw error }
            return nil
        }
    }

    /// Whoever connects learns from the kernel whose it is, and is let go: else the queue would fill, and tell nobody any
    /// more.
    func answer(on loop: Loop) throws(SystemError) -> Listener? {
        guard let socket else { return nil }
        return try Listener(loop: loop, socket: socket) { _, _ in }
    }
}
