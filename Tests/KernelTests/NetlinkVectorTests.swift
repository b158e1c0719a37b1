import CLinux
import Glibc
import Net
import Peers
import Testing

@testable import Kernel

/// What an x86-64 kernel answered once: lines of hex, and behind `>` what they mean. `LANDFALL_RECORD=1` writes the meaning
/// again.
@Suite("Netlink messages of a real kernel")
struct NetlinkVectorTests {
    private static let folder = "Tests/KernelTests/Vectors"
    static let files = entries(of: "\(Repository.root)/\(folder)")

    @Test("mean what stands below them", arguments: files)
    func meaning(file: String) throws {
        let (head, meaning, message) = try Self.vector(file)
        let read = "> \(Reading(message).text)"
        if getenv("LANDFALL_RECORD") != nil {
            try writeFile("\(Repository.root)/\(Self.folder)/\(file)", (head + [read, ""]).joined(separator: "\n"))
        } else {
            #expect(meaning == [read], "\(file)")
        }
    }

    @Test("cut anywhere they are an error", arguments: files)
    func truncatedDatagram(file: String) throws {
        let bytes = try Self.vector(file).message.encoded
        for length in 1..<bytes.count {
            #expect(throws: WireError.self, "\(file): \(length) bytes") {
                try NetlinkMessage.decode(bytes.span.extracting(first: length))
            }
        }
    }

    @Test("with a body that ends early they say less, and nothing else", arguments: files)
    func truncatedBody(file: String) throws {
        let whole = try Self.vector(file).message
        let fixed = [UInt16(RTM_NEWLINK): 16, UInt16(RTM_NEWADDR): 8][whole.type] ?? 12
        for length in 0..<whole.body.count {
            var cut = whole
            cut.body = Array(whole.body[..<length])
            let read = Reading(cut)
            if length < fixed { #expect(read.text == "nothing", "\(file): \(length) bytes") }
            #expect(read.isPart(of: Reading(whole)), "\(file): \(length) bytes: \(read.text)")
        }
    }

    @Test("next hops that end early, or say that they are longer, are left out")
    func ways() throws {
        let whole = try Self.vector("route-multipath.hex").message
        let ways = try #require(try whole.attributes(skipping: 12)[UInt16(RTA_MULTIPATH.rawValue)])
        #expect(try #require(Route(whole)).ways.count == 2)
        for length in 0..<ways.count {
            var cut = whole
            cut.body = Array(whole.body[..<12])
            cut.body.putAttribute(RTA_MULTIPATH.rawValue, Array(ways[..<length]))
            #expect(try #require(Route(cut)).ways.count == length / 16, "\(length) bytes")
        }
        for length in 0...UInt8.max {
            var bent = whole
            bent.body = Array(whole.body[..<12])
            bent.body.putAttribute(RTA_MULTIPATH.rawValue, [length, 0] + ways.dropFirst(2))
            #expect(try #require(Route(bent)).ways.count <= ways.count / 8, "a length of \(length)")
        }
    }

    private static func vector(_ file: String) throws -> (head: [String], meaning: [String], message: NetlinkMessage) {
        let lines = try Repository.text("\(folder)/\(file)").split(separator: "\n").map(String.init)
        let digits = Array(lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix(">") }.joined().utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { at in
            UInt8(String(decoding: digits[at...(at + 1)], as: UTF8.self), radix: 16)
        }
        let messages = try NetlinkMessage.decode(bytes.span)
        #expect(messages.count == 1, "\(file)")
        return (
            lines.filter { !$0.hasPrefix(">") }, lines.filter { $0.hasPrefix(">") }, try #require(messages.first)
        )
    }
}

/// What each decoder makes of a message.
private struct Reading {
    var interface: Interface?
    var address: HostAddress?
    var neighbor: NeighborEntry?
    var route: Route?
    var table: TableRoute?

    init(_ message: NetlinkMessage) {
        (interface, address) = (Interface(message), HostAddress(message))
        (neighbor, route, table) = (NeighborEntry(message), Route(message), TableRoute(message))
    }

    var text: String {
        let all: [Any?] = [interface, address, neighbor, route, table?.text]
        let texts = all.compactMap(\.self).map { "\($0)" }
        return texts.isEmpty ? "nothing" : texts.joined(separator: "; ")
    }

    /// Attributes may be missing; what is there is the same.
    func isPart(of whole: Reading) -> Bool {
        guard (interface ?? whole.interface) == whole.interface, (address ?? whole.address) == whole.address else {
            return false
        }
        if let neighbor, let entry = whole.neighbor {
            var bare = entry
            bare.linkAddress = nil
            return neighbor == entry || neighbor == bare
        }
        if let table, let known = whole.table {
            // Without its attributes, a route to 0.0.0.0/0 is told from others by its length alone.
            guard table.prefix == known.prefix, table.kind == known.kind,
                table.ways.allSatisfy({ $0.isPart(of: known.ways) })
            else { return false }
        }
        if let route, let known = whole.route {
            return (route.kind, route.length) == (known.kind, known.length)
                && route.ways.allSatisfy(known.ways.contains)
        }
        return neighbor == nil && route == nil && (table == nil || whole.table != nil)
    }
}

extension TableRoute.Way {
    /// The interface is said last.
    fileprivate func isPart(of whole: [Self]) -> Bool {
        whole.contains { $0 == self || interface == 0 && gateway == $0.gateway && isOnLink == $0.isOnLink }
    }
}

extension TableRoute {
    /// As ip(8) might say it.
    fileprivate var text: String {
        let ways = ways.map { way in
            "via \(way.gateway.map { "\($0)" } ?? "link") dev \(way.interface) weight \(way.weight)"
                + (way.isOnLink ? " onlink" : "")
        }
        let head = "\(kind) \(prefix) table \(table) proto \(`protocol`) metric \(metric) tos \(tos)"
        return ([head] + ways).joined(separator: ", ")
    }
}
