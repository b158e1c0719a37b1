internal import DNS
internal import Glibc
internal import Loop
internal import Net

/// What other hosts say of their zones: each is asked, at its own addresses, for the serial and the hash of every zone that
/// both have.
struct OtherZones {
    /// Of one service.
    static let mostZones = 1000

    struct Question: Hashable, Sendable {
        var service: String
        var zone: String
        /// What is asked for.
        var name: Name
        var host: String
        /// Its addresses, of which the next is asked when one doesn't answer.
        var servers: [Endpoint]
        /// What the answer should be.
        var own: String
    }

    enum Answer: Hashable, Sendable {
        /// Serial and hash.
        case version(String)
        /// It doesn't say.
        case none(ResponseCode)
    }

    fileprivate struct Difference {
        var question: Question
        var answer: Answer
        var since: Instant
    }

    private var asker: Loop?
    private var isAsking = false
    private var asked: [String: Instant] = [:]
    fileprivate var differences: [[String]: Difference] = [:]

    func isDue(_ service: String, _ every: Duration, now: Instant) -> Bool {
        !isAsking && (asked[service].map { now - $0 >= every } ?? true)
    }

    /// The thread that asks; nil when there is none to be had.
    mutating func begin(_ services: [String], now: Instant) -> Loop? {
        asker = asker ?? (try? Loop(name: "zones"))
        guard asker != nil else { return nil }
        for service in services { asked[service] = now }
        isAsking = true
        return asker
    }

    /// A host that doesn't answer says nothing about its zones: checks, sessions and other hosts notice.
    mutating func take(_ answers: [Question: Answer], of questions: [Question], now: Instant) {
        isAsking = false
        let services = Set(questions.map(\.service))
        var next = differences.filter { !services.contains($0.value.question.service) }
        for question in questions {
            guard let answer = answers[question], answer != .version(question.own) else { continue }
            let key = [question.service, question.zone, question.host]
            next[key] = Difference(question: question, answer: answer, since: differences[key]?.since ?? now)
        }
        differences = next
    }

    /// What to say of those of a service that have differed for so long, in a settled order.
    func differing(_ service: String, for least: Duration, now: Instant) -> [String] {
        let sorted = differences.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { $0.value }
        let lasting = sorted.filter { $0.question.service == service && now - $0.since >= least }
        return lasting.map { $0.text }
    }
}

extension OtherZones.Difference {
    fileprivate var text: String {
        let own = question.own.prefix { $0 != " " }
        switch answer {
        case .none(let rcode): return "\(question.zone): \(question.host) says nothing of it (\(rcode))"
        case .version(let version):
            let serial = version.prefix { $0 != " " }
            return serial == own
                ? "\(question.zone): \(question.host) has other records with the same serial \(own)"
                : "\(question.zone): serial \(own) here, \(serial) at \(question.host)"
        }
    }
}

// MARK: Asking

extension OtherZones {
    private static let patience = Duration.seconds(1)
    private static let tries = 3
    /// Questions that one host is asked at once.
    private static let most = 64

    /// Those that are missing from the result weren't answered. Waits.
    static func ask(_ questions: [Question]) -> [Question: Answer] {
        var answers: [Question: Answer] = [:]
        var (waiting, number) = (questions, 0)
        while !waiting.isEmpty {
            answers.merge(ask(waiting, at: { $0.servers[number] })) { first, _ in first }
            number += 1
            waiting.removeAll { answers[$0] != nil || !$0.servers.indices.contains(number) }
        }
        return answers
    }

    /// All of them at one address a host, a few at a time.
    private static func ask(_ questions: [Question], at server: (Question) -> Endpoint) -> [Question: Answer] {
        var answers: [Question: Answer] = [:]
        var waiting = questions
        var triesLeft: [Endpoint: Int] = [:]
        while !waiting.isEmpty {
            let hosts = Dictionary(grouping: waiting, by: server).mapValues { Array($0.prefix(most)) }
            let found = exchange(hosts)
            answers.merge(found) { first, _ in first }
            for (server, asked) in hosts where asked.contains(where: { found[$0] == nil }) {
                triesLeft[server, default: tries] -= 1
            }
            waiting.removeAll { found[$0] != nil || triesLeft[server($0)] == 0 }
        }
        return answers
    }

    private static func exchange(_ hosts: [Endpoint: [Question]]) -> [Question: Answer] {
        var sockets: [(socket: Socket, questions: [Question])] = []
        for (server, questions) in hosts {
            guard let socket = try? Socket.udp(server.address.family), (try? socket.connect(server)) != nil else {
                continue
            }
            for (id, question) in questions.enumerated() { send(question, UInt16(id), socket) }
            sockets.append((socket, questions))
        }
        var answers: [Question: Answer] = [:]
        let wanted = sockets.reduce(0) { $0 + $1.questions.count }
        let deadline = Loop.now + patience
        while answers.count < wanted {
            var entries = sockets.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
            let left = (deadline - Loop.now).milliseconds
            guard left > 0, poll(&entries, UInt(entries.count), Int32(left.rounded(.up))) > 0 else { break }
            for (socket, questions) in sockets { receive(socket, questions, &answers) }
        }
        return answers
    }

    private static func send(_ question: Question, _ id: UInt16, _ socket: Socket) {
        let asked = DNS.Question(question.name, .txt, .chaos)
        guard let query = try? Message(id: id, questions: [asked]).encode() else { return }
        _ = try? socket.send(query)
    }

    private static func receive(_ socket: Socket, _ questions: [Question], _ answers: inout [Question: Answer]) {
        while let bytes = try? socket.receive(65535), let message = try? Message(bytes) {
            guard Int(message.id) < questions.count else { continue }
            let question = questions[Int(message.id)]
            guard message.questions.first?.name == question.name, message.flags.contains(.response) else { continue }
            let text = message.answers.first { $0.type == .txt }?.data.dropFirst()
            answers[question] = text.map { .version(String(decoding: $0, as: UTF8.self)) } ?? .none(message.rcode)
        }
    }
}
