import BGP
import Glibc
import Net
import Peers
import Testing

/// The same archives as in ``MRTTests``, read by somebody else's program.
@Suite("Messages from the real Internet, beside bgpdump")
struct BGPDumpTests {
    private static let lack =
        MRTTests.files.isEmpty
        ? "no MRT files: set LANDFALL_DATA to the folder that has mrt/" : Program.lack("bgpdump")

    @Test(
        "replayed as a neighbor's, as many prefixes are announced and withdrawn as bgpdump counts, and no session ends",
        .enabled(if: lack == nil, "\(lack ?? "")"), arguments: MRTTests.files)
    func counts(file: String) async throws {
        let part = try Self.beginning(of: MRTTests.folder + "/" + file)
        defer { unlink(part) }
        let theirs = try await Self.bgpdump(part)
        var ours = Counts()
        for (codec, records) in Dictionary(grouping: records(of: part, atMost: .max), by: \.codec) {
            try ours.add(Self.replay(records, codec), file)
        }
        #expect(theirs.announced + theirs.withdrawn > 0, "\(file)")
        #expect(ours == theirs, "\(file)")
    }

    private struct Counts: Equatable {
        var announced = 0
        var withdrawn = 0

        mutating func add(_ session: Session, _ file: String) throws {
            #expect(session.state == .established, "\(file): \(session.endings)")
            #expect(session.counters.flawed == 0, "\(file)")
            announced += Int(session.counters.announced)
            withdrawn += Int(session.counters.withdrawn)
        }
    }

    /// One session for all that was recorded under the same agreement, whoever said it.
    private static func replay(_ records: [Record], _ codec: Codec) -> Session {
        let peer = codec.isInternal ? Rig.asn : Rig.peerASN
        var rig = Rig {
            ($0.families, $0.maxPrefixes, $0.acceptsASSets) = ([.ipv4, .ipv6], 1_000_000, true)
            $0.peerASN = peer
        }
        let families: [Capability] = [.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast)]
        rig.toEstablished(Rig.peerOpen(asn: peer, families + (codec.fourByteASN ? [.fourByteASN(peer)] : [])))
        for record in records where record.isUpdate { rig.handle(.received(record.message, Rig.outgoing)) }
        return rig.session
    }

    /// `bgpdump -m`: a line for each prefix, with `A` or `W` in the third field.
    private static func bgpdump(_ file: String) async throws -> Counts {
        let child = try Child([try Program.find("bgpdump"), "-m", file], log: file + ".log")
        defer { unlink(file + ".log") }
        _ = try await child.wait()
        let kinds = child.output.split(separator: "\n").map { $0.split(separator: "|", maxSplits: 3) }
        return Counts(
            announced: kinds.count { $0.count > 2 && $0[2] == "A" },
            withdrawn: kinds.count { $0.count > 2 && $0[2] == "W" })
    }

    /// What a record adds to a message: its own header, that of BGP4MP with IPv6 addresses, and something to spare.
    private static let longest = Framer.maximumLength + 64

    /// The first records of an archive, unpacked, in a file of their own: all of it takes half a minute. A file that is
    /// damaged (one is, after its fourth record) ends before the first record that no message could fill; bgpdump counts
    /// prefixes in that, too.
    private static func beginning(of path: String) throws -> String {
        let bytes = unpacked(path)
        var rest = bytes.span
        var count = 0
        while count < MRTTests.most, rest.count >= 12 {
            var header = rest
            try header.skip(8)
            let length = 12 + Int(try header.u32())
            guard rest.count >= length, length <= longest else { break }
            try rest.skip(length)
            count += 1
        }
        let part = try makeFolder() + ".mrt"
        guard let file = fopen(part, "w") else { throw PeerError("cannot write \(part)") }
        _ = bytes.withUnsafeBufferPointer { fwrite($0.baseAddress, 1, bytes.count - rest.count, file) }
        fclose(file)
        return part
    }
}
