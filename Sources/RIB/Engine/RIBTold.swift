package import BGP
package import Net

// MARK: What a neighbor is told

extension RIB {
    package enum Told: Hashable, Sendable {
        /// With these attributes.
        case told(PathAttributes, nextHops: [Address])
        case silent(Silence)
        /// Nobody has a route, or there is no session.
        case nothing
    }

    /// What a neighbor is told about a prefix, or why not.
    package mutating func told(_ prefix: Prefix, to id: NeighborID) -> Told {
        let net = nets.find(prefix)
        guard net.exists, let best = best(of: net), let profile = ExportProfile(neighbors[id.index]) else {
            return .nothing
        }
        let source = NeighborID(rawValue: routes[best].neighbor)
        guard source != id else { return .silent(.source) }
        switch judgeExport(accepted(best), prefix, from: source, profile) {
        case .silent(let silence): return .silent(silence)
        case .tell(var edit):
            if edit.ownNextHop { edit.nextHops = neighbors[id.index].terms?.nextHops[prefix.family] }
            var bytes: [UInt8] = []
            let asn = own.asn
            attributes.withBytes(accepted(best)) { EditWriter.apply(edit, asn: asn, to: $0, into: &bytes) }
            return message(bytes, prefix, profile.terms)
        }
    }

    private func message(_ bytes: [UInt8], _ prefix: Prefix, _ terms: ExportProfile.SharedTerms) -> Told {
        let onWire = terms.codec.fourByteASN ? bytes : Canonical.bytes(bytes, for: terms.codec)
        let length = UpdateWriter.length(onWire?.count ?? bytes.count, bits: prefix.length)
        guard onWire != nil, length <= terms.longestMessage, let update = Canonical.update(bytes) else {
            return .silent(.tooLong(length, limit: terms.longestMessage))
        }
        return .told(update.attributes, nextHops: bytes.span.nextHops)
    }
}
