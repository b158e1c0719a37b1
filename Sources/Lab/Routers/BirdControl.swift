internal import Glibc
internal import Kernel
package import Net

/// Asks a running BIRD over its control socket.
package struct BirdControl: RouterControl {
    package let path: String
    /// Of what one reply may be: a few hundred routes; ours have a dozen.
    static let limit = 1 << 20

    package init(path: String) { self.path = path }

    package func ask(_ question: String) throws(SystemError) -> BirdReply {
        let stream = try LocalStream(path: path, timeout: .seconds(2))
        _ = try reply(from: stream)  // the greeting
        try stream.send(question + "\n")
        return try reply(from: stream)
    }

    private func reply(from stream: LocalStream) throws(SystemError) -> BirdReply {
        var bytes: [UInt8] = []
        while bytes.count < Self.limit {
            let more = try stream.receive()
            guard !more.isEmpty else { break }
            bytes += more
            if bytes.last == UInt8(ascii: "\n"), let reply = BirdReply(String(decoding: bytes, as: UTF8.self)) {
                return reply
            }
        }
        throw SystemError("talk to BIRD", path, code: EPROTO)
    }

    package func sessions() throws(SystemError) -> [RouterSession] {
        RouterSession.all(in: try ask("show protocols all"))
    }

    /// nil: no route there.
    package func path(to address: Address) throws(SystemError) -> [UInt32]? {
        RouterSession.path(in: try ask("show route for \(address) primary all"))
    }
}
