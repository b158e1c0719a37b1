internal import Loop
internal import Net

/// The right to be the agent of a site and host on this machine: an abstract socket, which belongs to the network
/// namespace and goes with its owner, however that ends.
///
/// Anyone on the machine could take such a name, so a holder counts only when it is root or the same user as we are;
/// a stranger can't keep an agent from starting.
struct Claim {
    private let socket: Socket?

    /// nil: another agent has it.
    init?(network: String, site: String, host: String, user: UInt32) throws(SystemError) {
        let name = String("@landfall/\(network)/\(site)/\(host)".prefix(100))
        do { socket = try Socket.listen(unix: name) } catch {
            guard let holder = try? Socket.connect(unix: name).peerUser else { throw error }
            if holder == 0 || holder == user { return nil }
            socket = nil
        }
    }
}
