internal import Config
internal import Kernel

extension OpenFiles {
    init?(_ surroundings: Surroundings) {
        let subject = surroundings.subject
        needed = subject.descriptorsNeeded
        if let agent = surroundings.agentProcess {
            guard let text = ProcFile.read("/proc/\(agent)/limits"), let limits = Self.limits(text) else {
                return nil
            }
            (now, most, who) = (limits.now, limits.most, "the running agent (pid \(agent))")
        } else {
            guard let limits = Limits.openFiles else { return nil }
            (now, most, who) = (limits.now, limits.most, "an agent started from here")
        }
    }

    /// `Max open files            1024                 524288               files`
    static func limits(_ text: String) -> (now: UInt64, most: UInt64)? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Max open files") }) else {
            return nil
        }
        let words = line.split(separator: " ").map(String.init)
        guard words.count > 4 else { return nil }
        let number = { (word: String) in word == "unlimited" ? UInt64.max : UInt64(word) }
        guard let now = number(words[3]), let most = number(words[4]) else { return nil }
        return (now, most)
    }
}

extension Subject {
    /// Counted generously: a socket for each address, transport and thread; a listener and a connection or two for each
    /// neighbor; for each check its socket and a program's pipe; and what an agent has anyway.
    fileprivate var descriptorsNeeded: UInt64 {
        let sockets = network.services.reduce(0) { sum, service in
            sum + service.addresses.count * 2 * (service.serve(at: site.name)?.threads ?? 1)
        }
        let checks = network.services.reduce(0) { $0 + $1.checks.count * $1.addresses.count }
        return UInt64(64 + sockets + 3 * site.neighbors.count + 3 * checks)
    }
}
