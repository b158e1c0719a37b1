/// What a file that was read again changes for one host: said before it is done, and done by the difference only.
///
///     ~ neighbor transit-a: prepend 0 → 2
///     ~ neighbor transit-b: hold-time 90s → 30s (its session is reset)
///     + address 203.0.113.54 of service dns
public struct Changes: Hashable, Sendable {
    /// In the order of the file: the network and the site, prefixes, neighbors, services with what belongs to them, the
    /// policy.
    public var all: [Change] = []
    /// What a running agent can't become, and what would: nothing is applied while there is one.
    public var obstacles: [String] = []

    /// Nothing here is different, whatever else in the file is.
    public var isEmpty: Bool { all.isEmpty && obstacles.isEmpty }

    public struct Change: Hashable, Sendable {
        public var kind: Kind
        public var subject: Subject
        public var name: String
        /// Which service a check, an address or a zone belongs to.
        public var service: String?
        /// `prepend 0 → 2`; of what is added or removed, nothing.
        public var details: [String] = []
        public var effect: Effect?
    }

    public enum Kind: String, Hashable, Sendable { case added, removed, changed }

    public enum Subject: String, Hashable, Sendable {
        case site, host, prefix, cover, neighbor, service, address, check, zone, policy
    }

    /// What comes of a change beside what it says.
    public enum Effect: String, Hashable, Sendable, CaseIterable {
        /// Cease/Other Configuration Change, and a new session (RFC 4486 §4).
        case sessionReset = "session-reset"
        /// Cease/Peer De-configured.
        case sessionEnd = "session-end"
        /// A new session.
        case sessionStart = "session-start"
        /// It can't withdraw what stands until it has passed once (ANNOUNCING 5).
        case mustPass = "must-pass"
        /// The process that serves is replaced on the same sockets.
        case serviceRestart = "service-restart"
        /// First the withdrawal, then the wait that routers need, then the address goes.
        case removedLast = "removed-last"
    }
}

extension Changes: CustomStringConvertible {
    /// A line each; obstacles first.
    public var description: String { lines.joined(separator: "\n") }

    public var lines: [String] { obstacles.map { "! \($0)" } + all.map(\.description) }
}

extension Changes.Change: CustomStringConvertible {
    public var description: String {
        let sign =
            switch kind {
            case .added: "+"
            case .removed: "-"
            case .changed: "~"
            }
        let whose = service.map { " of service \($0)" } ?? ""
        let what = details.isEmpty ? "" : ": " + details.joined(separator: ", ")
        return "\(sign) \(subject.rawValue) \(name)\(whose)\(what)" + (effect.map { " (\($0))" } ?? "")
    }
}

extension Changes.Effect: CustomStringConvertible {
    public var description: String {
        switch self {
        case .sessionReset: "its session is reset"
        case .sessionEnd: "its session ends"
        case .sessionStart: "its session begins"
        case .mustPass: "can't withdraw anything until it has passed"
        case .serviceRestart: "the service is replaced in place"
        case .removedLast: "after the withdrawal and its wait"
        }
    }
}
