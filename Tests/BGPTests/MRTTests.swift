import BGP
import Glibc
import Net
import Peers
import Testing

/// UPDATEs that real routers sent between 1999 and 2015, from the archives of RIPE RIS and RouteViews, and from other BGP
/// implementations.
@Suite("Messages from the real Internet")
struct MRTTests {
    static let folder = (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data") + "/mrt"

    static let files = ["bgpkit-fixtures", "libbgpstream", "mrtparse-samples"].flatMap { group in
        entries(of: folder + "/" + group)
            .filter { $0.contains("updates") || $0.hasSuffix("_bgp") }
            .filter { !$0.hasPrefix("bird") }  // recorded with ADD-PATH, which reads differently
            .map { group + "/" + $0 }
    }

    /// Of each file; all of them take half a minute.
    static let most = getenv("LANDFALL_ALL") == nil ? 2000 : .max

    @Test(
        "every message is read; written and read again it is the same",
        .enabled(if: !files.isEmpty, "no MRT files: set LANDFALL_DATA to the folder that has mrt/"), arguments: files)
    func all(file: String) {
        var tally = Tally()
        for record in records(of: Self.folder + "/" + file, atMost: Self.most) { tally.take(record) }
        #expect(tally.messages > 0, "\(file)")
        #expect(tally.different == 0, "\(file): \(tally)")
        #expect(tally.errors == 0, "\(file): \(tally)")
    }

    @Test(
        "replayed as a neighbor's, no UPDATE ends the session or is lost on the way",
        .enabled(if: !files.isEmpty, "no MRT files: set LANDFALL_DATA to the folder that has mrt/"), arguments: files)
    func replayed(file: String) {
        for isNew in [true, false] {
            var rig = Rig {
                ($0.families, $0.maxPrefixes, $0.acceptsASSets) = ([.ipv4, .ipv6], 1_000_000, true)
            }
            let families: [Capability] = [.multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast)]
            rig.toEstablished(Rig.peerOpen(families + (isNew ? [.fourByteASN(Rig.peerASN)] : [])))
            var announced = 0
            for record in records(of: Self.folder + "/" + file, atMost: Self.most)
            where record.codec == Codec(fourByteASN: isNew) && record.isUpdate {
                rig.handle(.received(record.message, Rig.outgoing))
                if case .success(let list) = decode(record.message, record.codec),
                    case .update(let update)? = list.first
                {
                    announced += update.reachable.count
                }
            }
            #expect(rig.session.state == .established, "\(file): \(rig.session.endings)")
            // Routes through AS65000, which the rig is, are loops to it: there are none in what was collected.
            #expect(rig.session.counters.announced == announced && rig.session.counters.flawed == 0, "\(file)")
        }
    }
}

/// A message, and how wide AS numbers are in it.
struct Record {
    var message: [UInt8]
    var codec: Codec

    var isUpdate: Bool { message.count > 18 && message[18] == MessageType.update.rawValue }
}

struct Tally: CustomStringConvertible {
    var messages = 0
    var errors = 0
    var faulty = 0
    var same = 0
    var different = 0
    var reasons: [String: Int] = [:]

    mutating func take(_ record: Record) {
        guard record.message.count > 18, record.message[18] != MessageType.routeRefresh.rawValue else { return }
        messages += 1
        switch decode(record.message, record.codec) {
        case .failure(let error):
            errors += 1
            reasons["\(error)", default: 0] += 1
        case .success(let list): for message in list { take(message, record) }
        }
    }

    private mutating func take(_ message: Message, _ record: Record) {
        guard !message.isFaulty else { return faulty += 1 }
        let bytes = message.encoded(record.codec)
        if bytes == record.message { same += 1 }
        if decode(bytes, record.codec) != .success([message]) {
            different += 1
            reasons["\(message)", default: 0] += 1
        }
    }

    var description: String {
        let worst = reasons.sorted { $0.value > $1.value }.prefix(3).map { "\($0.value) × \($0.key)" }
        return "\(messages) messages, \(same) byte for byte, \(faulty) with faults, \(errors) errors. "
            + worst.joined(separator: "; ")
    }
}

/// The BGP messages in an MRT file (RFC 6396 §4.4), packed or not.
func records(of path: String, atMost limit: Int) -> [Record] {
    let bytes = unpacked(path)
    var rest = bytes.span
    var result: [Record] = []
    do {
        while !rest.isEmpty, result.count < limit { if let record = try nextRecord(&rest) { result.append(record) } }
    } catch {
        return result  // a file that was cut
    }
    return result
}

func unpacked(_ path: String) -> [UInt8] {
    let program = path.hasSuffix(".bz2") ? "bzip2 -dc" : path.hasSuffix(".gz") ? "gzip -dc" : "cat"
    guard let pipe = popen("\(program) '\(path)'", "r") else { return [] }
    defer { pclose(pipe) }
    return readBytes(pipe)
}

private func readBytes(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk[..<count]
    }
}

/// nil for a record that holds no message.
private func nextRecord(_ rest: inout Span<UInt8>) throws(WireError) -> Record? {
    try rest.skip(4)
    let (type, subtype) = (try rest.u16(), try rest.u16())
    let body = try rest.bytes(Int(try rest.u32()))
    var span = body.span
    switch (type, subtype) {
    case (16, 1), (16, 4):  // BGP4MP_MESSAGE, BGP4MP_MESSAGE_AS4
        let width = subtype == 1 ? 2 : 4
        try span.skip(2 * width + 2)
        let family = try span.u16()
        guard family == 1 || family == 2 else { return nil }  // one file has 21 without addresses
        try span.skip(family == 1 ? 8 : 32)
        let isInternal = body[..<width] == body[width..<2 * width]
        return Record(message: span.array, codec: Codec(fourByteASN: subtype != 1, isInternal: isInternal))
    case (5, 1):  // BGP, MSG_BGP_UPDATE: without a header
        try span.skip(12)
        guard span.count <= 4096 - 19 else { return nil }  // one file is damaged there
        var message = [UInt8](repeating: 0xff, count: 16)
        message.put(UInt16(19 + span.count))
        message.put(UInt8(2))
        return Record(message: message + span.array, codec: Codec(fourByteASN: false))
    default: return nil
    }
}
