import DNS
import Health
import Net
import YAML

extension Kind where Value == Check {
    static func check(in folder: String) -> Kind {
        record("{dns: {name: …, type: …}}, or another kind of check") { Check(keys: &$0, folder) }
    }
}

extension Check {
    private static let kinds = ["dns", "tcp", "http", "icmp", "exec"]

    fileprivate init?(keys: inout Keys, _ folder: String) {
        let asked = Self.kind(&keys, folder)
        let every = keys.optional("every", .duration(.milliseconds(50) ... .seconds(3600)), default: .seconds(1))
        let timeout =
            keys.optional("timeout", .duration(.milliseconds(10) ... .seconds(60))) ?? min(.milliseconds(500), every)
        let fast = keys.optional("fast", .duration(.milliseconds(10) ... .seconds(3600)))
        let rise = keys.optional("rise", .number(1...100), default: 3)
        let fall = keys.optional("fall", .number(1...100), default: 2)
        let slow = keys.optional("slow", .duration(.milliseconds(1) ... .seconds(60)))
        let reach = keys.optional("reach", .choice(Reach.self)) ?? .local
        let lease = keys.optional("lease", .duration(.milliseconds(100) ... .seconds(86400)))
        let neighbor = keys.optional("neighbor", .name)
        Self.refuseCount(&keys)
        guard let (kind, title) = asked else { return nil }
        let policy = Monitor.Policy(
            rise: rise, fall: fall, lease: lease ?? Self.lease(every, timeout, fall: fall), slow: slow, reach: reach)
        self.init(
            name: title + (neighbor.map { " for \($0)" } ?? ""), kind: kind, every: every, timeout: timeout, fast: fast,
            policy: policy, neighbor: neighbor)
        refuseTimes(&keys)
    }

    private static func kind(_ keys: inout Keys, _ folder: String) -> (Kind, String)? {
        let dns = keys.optional("dns", record { DNSCheck(keys: &$0) })
        let tcp = keys.optional("tcp", record { TCPCheck(keys: &$0) })
        let http = keys.optional("http", record { HTTPCheck(keys: &$0, folder) })
        let icmp = keys.optional("icmp", record { EchoCheck(keys: &$0) })
        let exec = keys.optional("exec", record { ExecCheck(keys: &$0) })
        return dns.map { (.dns($0), $0.title) } ?? tcp.map { (.tcp($0), $0.title) } ?? http.map {
            (.http($0), $0.title)
        }
            ?? icmp.map { (.icmp($0), $0.title) } ?? exec.map { (.exec($0), $0.title) }
    }

    private static func refuseCount(_ keys: inout Keys) {
        let given = kinds.filter(keys.has)
        if given.isEmpty {
            keys.refuse("says nowhere what to ask; it should have one of the keys \(either(kinds))")
        } else if given.count > 1 {
            keys.refuse("asks several things, \(listed(given)); write one check for each")
        }
    }

    private func refuseTimes(_ keys: inout Keys) {
        if timeout > every {
            keys.refuse(
                "timeout", "\(timeout.text) is longer than every \(every.text): checks would overtake each other")
        }
        if let fast, fast > every {
            keys.refuse("fast", "\(fast.text) is longer than every \(every.text); it should be shorter")
        }
        if let slow = policy.slow, slow >= timeout {
            keys.refuse("slow", "\(slow.text) is not shorter than timeout \(timeout.text): nothing would ever be slow")
        }
        if policy.lease < every + timeout {
            let least = every + timeout
            keys.refuse(
                "lease", "\(policy.lease.text) ends before the next result can be there, \(least.text) after the last")
        }
    }

    /// Long enough that failures are found by counting them, at least three intervals: a lease is for a checker that
    /// reports nothing at all.
    static func lease(_ every: Duration, _ timeout: Duration, fall: Int) -> Duration {
        max(every * fall + timeout, every * 3)
    }
}

extension TCPCheck {
    fileprivate init?(keys: inout Keys) {
        let port = keys.required("port", .number(1...UInt16.max))
        let send = keys.optional("send", .words)
        let expect = keys.optional("expect", .words)
        guard let port else { return nil }
        self.init(port: port, send: send ?? [], expect: expect ?? [])
    }

    fileprivate var title: String { "tcp \(port)" }
}

extension Kind where Value == [UInt8] {
    /// What is said or heard over a connection: line ends and all.
    fileprivate static var words: Kind {
        scalar("text of 1 to 1024 bytes; in double quotes, \\r and \\n are line ends", mayBeSecret: true) { text in
            (1...1024).contains(text.utf8.count) ? Array(text.utf8) : nil
        }
    }
}

extension EchoCheck {
    fileprivate init?(keys: inout Keys) {
        self.init(address: keys.optional("address", .unicast))
    }

    fileprivate var title: String { "icmp" + (address.map { " \($0)" } ?? "") }
}

extension Kind where Value == [String] {
    /// A program and its arguments.
    static var command: Kind {
        let argument = Kind<String>.scalar("a text of at most 1000 bytes", mayBeSecret: true) {
            $0.utf8.count <= 1000 ? $0 : nil
        }
        return list(of: argument, most: 100).map { words, _ throws(Refusal) in
            if words[0].isEmpty { throw Refusal("begins with nothing; it should begin with a program") }
            if words.contains(where: { $0.utf8.contains(0) }) {
                throw Refusal("holds a zero byte, which no program gets")
            }
            return words
        }
    }
}

extension ExecCheck {
    fileprivate init?(keys: inout Keys) {
        let command = keys.required("run", .command)
        let tellsLoad = keys.optional("load", .flag, default: false)
        guard let command else { return nil }
        self.init(command: command, tellsLoad: tellsLoad)
    }

    fileprivate var title: String {
        let name = command[0].split(separator: "/").last.map(String.init) ?? command[0]
        let words = [name] + Secrets.hidden(in: command).dropFirst()
        let text = words.joined(separator: " ").unicodeScalars.map { $0.value < 0x20 ? " " : Character($0) }
        return "exec " + (text.count > 40 ? String(text.prefix(37)) + "…" : String(text))
    }
}
