import Interop
import Peers

/// Malformed UPDATEs and what each router makes of them, beside our own session: for the record, since others may do as
/// they like. It goes into `docs/interop.md`, behind the table of what works.
struct MalformedMessages {
    /// A file of `Tests/BGPTests/Vectors`: its first line, and the message.
    struct Vector {
        var name: String
        var what: String
        var bytes: [UInt8]

        /// nil for those that want other sessions than between two ASes with four-byte ASNs.
        init?(_ name: String, text: String) {
            let lines = text.split(separator: "\n").map(String.init)
            guard lines.contains("codec: 4 external") else { return nil }
            self.name = name
            what = lines.first.map { String($0.drop(while: { $0 == "#" || $0 == " " })) } ?? ""
            let digits = lines.filter { !$0.hasPrefix("#") && !$0.hasPrefix(">") && !$0.hasPrefix("codec") }
                .joined().filter { !$0.isWhitespace }
            bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap { at in
                let start = digits.index(digits.startIndex, offsetBy: at)
                return UInt8(digits[start...].prefix(2), radix: 16)
            }
        }

        static let all: [Self] = entries(of: "Tests/BGPTests/Vectors").filter { name in
            ["rfc7606", "rfc7607", "incident", "cve-2023"].contains { name.hasPrefix($0) }
        }.compactMap { name in
            readFile("Tests/BGPTests/Vectors/\(name)").flatMap { Self(String(name.dropLast(4)), text: $0) }
        }
    }

    var reactions: [Make: [Malformed.Reaction?]] = [:]

    mutating func ask(_ make: Make) async throws {
        let router = try await Malformed(make)
        var list: [Malformed.Reaction?] = []
        for vector in Vector.all {
            do { list.append(try await router.reaction(to: vector.bytes)) } catch {
                say("\(make), \(vector.name): \(error)")
                list.append(nil)
                await router.stop()
            }
        }
        await router.stop()
        reactions[make] = list
    }

    var text: String {
        let makes = Make.allCases.filter { reactions[$0] != nil }
        let names = ["message", "what is wrong", "ours"] + makes.map { "\($0)" }
        let head = ["| " + names.joined(separator: " | ") + " |", "|" + names.map { _ in "---|" }.joined()]
        let rows = Vector.all.enumerated().map { index, vector in
            let theirs = makes.map { reactions[$0]?[index].map { "\($0)" } ?? "?" }
            let cells = ["`\(vector.name)`", vector.what, "\(Malformed.ours(vector.bytes))"] + theirs
            return "| " + cells.map { $0.replacing("|", with: "/") }.joined(separator: " | ") + " |"
        }
        return """
            ## Malformed messages

            Each of these (`Tests/BGPTests/Vectors`) went over a session that was up and had a route to 203.0.113.0/24: the route is
            kept, it is withdrawn, or the session is reset, with this NOTIFICATION. ExaBGP keeps no routes: there it is what it
            reports. Ours is a session that uses what it hears.

            """ + "\n" + (head + rows).joined(separator: "\n") + "\n"
    }
}
