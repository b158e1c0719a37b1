import Control
import DNS
import Glibc
import Loop
import Net

extension Invocation {
    func dnsQuery() throws(Failure) -> Exit {
        let text = try argument("DOMAIN").orMissing("DOMAIN")
        guard let name = Name(text) else { throw Failure("dns: \"\(text.printable(100))\" is no domain name") }
        let typeText = argument("TYPE") ?? "A"
        guard let type = RecordType(name: typeText) else {
            throw Failure("dns: \"\(typeText.printable(100))\" is no type of records, such as AAAA or TYPE65280")
        }
        let server = Endpoint(try queried(), port: try queriedPort())
        var message = Message.query(id: .random(in: 0 ... .max), Question(name, type))
        message.edns?.dnssecOK = has("dnssec")
        let answer: QueryAnswer
        do {
            answer = try QueryClient(server, isTCP: has("tcp")).ask(message)
        } catch { throw Failure(.expectationFailed, "dns: \(server): \(error)") }
        give(QueryReport(answer, question: text, type, server), answer.text(from: server))
        return .done
    }

    private func queriedPort() throws(Failure) -> UInt16 {
        guard let text = value("port") else { return 53 }
        guard let port = UInt16(text), port > 0, !text.hasPrefix("+") else {
            throw Failure("dns: --port \"\(text.printable(100))\" should be from 1 to 65535")
        }
        return port
    }

    /// The first address of a service of this host, where nobody says which.
    private func queried() throws(Failure) -> Address {
        if let text = value("at") {
            guard let address = Address(text) else {
                throw Failure("dns: --at \"\(text.printable(100))\" should be an address, such as 192.0.2.53 or ::1")
            }
            return address
        }
        let addresses = try status().checks.compactMap { Address($0.address) }
        guard let first = addresses.first else { throw Failure("dns: this host has no service; --at says whom to ask") }
        return first
    }
}

extension String? {
    fileprivate func orMissing(_ name: String) throws(Failure) -> String {
        guard let self else { throw Failure("dns: \(name) is missing: landfall dns query \(name) [TYPE]") }
        return self
    }
}

/// What came back, and how long it took.
struct QueryAnswer {
    var message: Message
    var bytes: Int
    var milliseconds: Double
    var isTCP: Bool
}

/// Asks one server one question; again over TCP when the answer is cut.
struct QueryClient {
    private let server: Endpoint
    private let isTCP: Bool
    /// For each attempt.
    private static let patience = Duration.seconds(3)
    private static let attempts = 2

    init(_ server: Endpoint, isTCP: Bool) { (self.server, self.isTCP) = (server, isTCP) }

    func ask(_ message: Message) throws -> QueryAnswer {
        guard !isTCP else { return try overTCP(message) }
        for _ in 1..<Self.attempts {
            do { return try whole(message) } catch is Silence {}
        }
        do { return try whole(message) } catch let silence as Silence {
            throw Silence(within: Self.patience * Self.attempts, sent: silence.sent)
        }
    }

    /// Nothing, or nothing that answers the question.
    private struct Silence: Error, CustomStringConvertible {
        var within = QueryClient.patience
        /// How long the last message was that is no answer.
        var sent: Int?

        var description: String {
            "no answer within \(within.shortText)" + (sent.map { ", only \($0) bytes that are none" } ?? "")
        }
    }

    private struct Garbage: Error, CustomStringConvertible { var description: String }

    /// Over TCP, when what comes over UDP was cut.
    private func whole(_ message: Message) throws -> QueryAnswer {
        let answer = try overUDP(message)
        return answer.message.flags.contains(.truncated) ? try overTCP(message) : answer
    }

    /// What isn't an answer to this question is somebody else's (RFC 5452 §9.1); FORMERR may repeat none.
    private static func answer(_ bytes: [UInt8], to message: Message) -> Message? {
        guard let answer = try? Message(bytes), answer.id == message.id, answer.flags.contains(.response),
            answer.questions.isEmpty || answer.questions == message.questions
        else { return nil }
        return answer
    }

    private func overUDP(_ message: Message) throws -> QueryAnswer {
        let socket = try Socket.udp(server.address.family)
        try socket.connect(server)
        let began = Loop.now
        _ = try socket.send(try message.encode())
        var stranger: Int?
        while true {
            do { try wait(for: socket, Int16(POLLIN), began + Self.patience) } catch is Silence {
                throw Silence(sent: stranger)
            }
            guard let bytes = try socket.receive(65535) else { continue }
            guard let answer = Self.answer(bytes, to: message) else {
                stranger = bytes.count
                continue
            }
            return QueryAnswer(
                message: answer, bytes: bytes.count, milliseconds: (Loop.now - began).milliseconds, isTCP: false)
        }
    }

    private func overTCP(_ message: Message) throws -> QueryAnswer {
        let began = Loop.now
        let deadline = began + Self.patience
        let socket = try Socket.connect(to: server)
        let query = try message.encode()
        var unsent = [UInt8(query.count >> 8), UInt8(query.count & 255)] + query
        while !unsent.isEmpty {
            try wait(for: socket, Int16(POLLOUT), deadline)
            if let error = socket.pendingError { throw error }
            unsent.removeFirst(try socket.send(unsent))
        }
        var received: [UInt8] = []
        while true {
            if received.count >= 2 {
                let length = Int(received[0]) << 8 | Int(received[1])
                if received.count >= 2 + length {
                    guard let answer = Self.answer([UInt8](received[2..<2 + length]), to: message) else {
                        throw Garbage(description: "sent \(length) bytes over TCP that are no answer")
                    }
                    return QueryAnswer(
                        message: answer, bytes: length, milliseconds: (Loop.now - began).milliseconds, isTCP: true)
                }
            }
            try wait(for: socket, Int16(POLLIN), deadline)
            guard let bytes = try socket.receive(65535) else { continue }
            guard !bytes.isEmpty else { throw Garbage(description: "closed the connection without an answer") }
            received += bytes
        }
    }

    private func wait(for socket: Socket, _ events: Int16, _ deadline: Instant) throws {
        var entry = pollfd(fd: socket.descriptor, events: events, revents: 0)
        let left = (deadline - Loop.now).milliseconds
        guard left > 0, poll(&entry, 1, Int32(left.rounded(.up))) > 0 else { throw Silence() }
    }
}

extension QueryAnswer {
    fileprivate func text(from server: Endpoint) -> String {
        let flags = QueryReport.names(of: message.flags).joined(separator: " ")
        let took = (milliseconds * 10).whole()
        let head =
            "\(message.rcode)\(flags.isEmpty ? "" : ", \(flags)"), \(bytes) bytes over \(isTCP ? "TCP" : "UDP") from "
            + "\(server.address) in \(took / 10).\(took % 10) ms"
            + (message.nsid.map { $0.isEmpty ? "" : ", \($0.printable()) (NSID)" } ?? "")
            + QueryReport.extendedErrors(of: message).map { ", extended error \($0)" }.joined()
        let sections = [
            ("Answer", message.answers), ("Authority", message.authority), ("Additional", message.additional),
        ]
        let parts = sections.filter { !$0.1.isEmpty }.map { title, records in
            ([title] + records.map { "  \($0.description.printable(2000))" }).joined(separator: "\n")
        }
        return ([head] + parts).joined(separator: "\n\n")
    }
}

/// `landfall dns query … --json`; docs/json.md describes every field.
struct QueryReport: Encodable {
    let schema = "landfall.dns-query/1"
    let server: String
    let transport: String
    let question: String
    let type: String
    let rcode: String
    let flags: [String]
    let nsid: String?
    let extendedErrors: [String]
    let bytes: Int
    let milliseconds: Double
    let answer: [String]
    let authority: [String]
    let additional: [String]

    init(_ reply: QueryAnswer, question: String, _ type: RecordType, _ server: Endpoint) {
        let message = reply.message
        (self.server, transport) = ("\(server.address)", reply.isTCP ? "tcp" : "udp")
        (self.question, self.type) = (question, "\(type)")
        (rcode, flags) = ("\(message.rcode)", Self.names(of: message.flags))
        (nsid, bytes) = (message.nsid, reply.bytes)
        extendedErrors = Self.extendedErrors(of: message)
        milliseconds = Double((reply.milliseconds * 1000).whole()) / 1000
        answer = message.answers.map(\.description)
        authority = message.authority.map(\.description)
        additional = message.additional.map(\.description)
    }

    /// Why there is no better answer (RFC 8914): `20`, and the text where there is one.
    static func extendedErrors(of message: Message) -> [String] {
        (message.edns?.options ?? []).filter { $0.code == 15 && $0.data.count >= 2 }.map { option in
            let code = Int(option.data[0]) << 8 | Int(option.data[1])
            let text = String(decoding: option.data.dropFirst(2), as: UTF8.self).printable(200)
            return text.isEmpty ? "\(code)" : "\(code) (\(text))"
        }
    }

    static func names(of flags: Flags) -> [String] {
        let all: [(Flags, String)] = [
            (.authoritative, "aa"), (.truncated, "tc"), (.recursionDesired, "rd"), (.recursionAvailable, "ra"),
            (.authenticated, "ad"), (.checkingDisabled, "cd"),
        ]
        return all.filter { flags.contains($0.0) }.map(\.1)
    }
}
