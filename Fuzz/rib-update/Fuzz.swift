import BGP
import Net
import RIB

/// Any bytes as a stream of messages of one neighbor, heard twice by two RIBs: one recognizes what it has seen, the other
/// has everything read by BGP. Both must end with the same prefixes, and whoever is told of them must be able to read it.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    let codec = Codec(fourByteASN: data[0] & 1 == 0, isInternal: data[0] & 2 != 0)
    let bytes = [UInt8](UnsafeBufferPointer(start: data + 1, count: count - 1))
    var fast = Pair(codec)
    var slow = Pair(codec)
    for _ in 0..<2 {
        var framer = Framer()
        framer.append(bytes)
        while let frame = try? framer.next(), frame.type == .update {
            guard let message = try? Message.decode(frame, codec), case .update(let update) = message else {
                precondition((try? fast.rib.receive(frame, from: fast.source, now: .zero)) == nil)
                return 0
            }
            _ = try? fast.rib.receive(frame, from: fast.source, now: .zero)
            slow.rib.receive(update, from: slow.source, now: .zero)
        }
    }
    for family in Family.allCases { precondition(fast.prefixes(family) == slow.prefixes(family)) }
    fast.listen()
    fast.rib.down(fast.source)
    while fast.rib.work() {}
    fast.listen()
    precondition(fast.rib.size.routes == 0)
    return 0
}

private struct Pair: ~Copyable {
    var rib = RIB(asn: ASN(65000), id: RouterID(rawValue: 1))
    let source: NeighborID
    let listener: NeighborID

    init(_ codec: Codec) {
        source = Self.add(&rib, codec.isInternal ? 65000 : 64501, codec)
        listener = Self.add(&rib, 64502, Codec())
    }

    private static func add(_ rib: inout RIB, _ asn: UInt32, _ codec: Codec) -> NeighborID {
        var neighbor = RIB.Neighbor(asn: ASN(asn), address: Address(v4: asn))
        (neighbor.importing, neighbor.exporting) = (.acceptAll, .acceptAll)
        neighbor.checksFirstAS = false
        let id = rib.add(neighbor)
        rib.up(
            id,
            SessionTerms(
                peerID: RouterID(rawValue: asn), codec: codec, families: [.ipv4, .ipv6],
                nextHops: [.ipv4: [Address(v4: 1)], .ipv6: [Address(v6: 1)]]))
        return id
    }

    func prefixes(_ family: Family) -> [Prefix] {
        guard let all = Prefix(Address(family: family, bits: 0), length: 0) else { return [] }
        return rib.page(.all, within: all, limit: .max).prefixes
    }

    mutating func listen() {
        while rib.hasNews(for: listener) {
            var framer = Framer()
            framer.append(rib.take(for: listener).bytes)
            do { while let frame = try framer.next() { _ = try Message.decode(frame, Codec()) } } catch {
                preconditionFailure("\(error)")
            }
            precondition(framer.pending == 0)
        }
    }
}
