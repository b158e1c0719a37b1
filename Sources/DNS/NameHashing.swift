/// How the names of a zone are hashed for NSEC3 (RFC 5155 §5).
struct NameHashing: Hashable, Sendable {
    let iterations: UInt16
    let salt: [UInt8]

    /// More would make a denial a way to keep us busy; resolvers take such a zone for unsigned anyway (RFC 9276 §3.2).
    static let mostIterations = 150

    /// From the data of an NSEC3PARAM, or of an NSEC3 as far as that is the same. nil: not SHA-1, or cut short.
    init?(_ data: ArraySlice<UInt8>) {
        let data = [UInt8](data)
        guard data.count >= 5, data[0] == 1, data.count >= 5 + Int(data[4]) else { return nil }
        iterations = UInt16(data[2]) << 8 | UInt16(data[3])
        salt = [UInt8](data[5..<5 + Int(data[4])])
    }

    /// `name` is on the wire, lower case.
    func hash(_ name: Span<UInt8>) -> SHA1.Digest {
        var digest = once(name)
        for _ in 0..<iterations { digest = once(digest.span) }
        return digest
    }

    private func once(_ bytes: Span<UInt8>) -> SHA1.Digest {
        var sum = SHA1()
        sum.update(bytes)
        sum.update(salt.span)
        return sum.finish()
    }
}

/// The first label of an NSEC3's owner: 20 bytes as 32 digits (RFC 5155 §3).
func decodeHash(_ label: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    return label.count == 32 && putBase32(label.span, into: &bytes) ? bytes : nil
}
