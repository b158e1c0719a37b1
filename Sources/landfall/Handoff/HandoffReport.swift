import Config
import Dialect
import Net

/// What `handoff --json` prints; docs/handoff.md describes every field.
struct HandoffReport: Encodable {
    let schema = "landfall.handoff/1"
    let file: String
    let sha256: String
    let network: String
    let site: String
    let platform: String
    let routers: [Routers]
    let roas: [ROA]
    let routeObjects: [RouteObject]
    let placeholders: [Placeholder]

    init(_ package: HandoffPackage, _ platform: Handoff.Platform) {
        (file, sha256, network) = (package.file, package.hash, package.network.name)
        (site, self.platform) = (package.site.name, platform.rawValue)
        routers = package.handoffs.map { Routers($0, platform) }
        roas = package.network.routeOrigins.map(ROA.init)
        routeObjects = package.network.routeOrigins.map { RouteObject($0, text: package.routeObject($0)) }
        placeholders = package.placeholders.map { Placeholder(name: $0.name, meaning: $0.meaning) }
    }

    /// Those of one AS.
    struct Routers: Encodable {
        let asn: UInt32
        let originASN: UInt32
        let role: String
        let prefixes: [String]
        let communities: [Tag]
        let sendsMED: Bool
        let sessions: [Session]
        let configuration: String

        init(_ handoff: Handoff, _ platform: Handoff.Platform) {
            (asn, originASN) = (handoff.asn.rawValue, handoff.origin.rawValue)
            role = handoff.relation?.rawValue ?? "internal"
            prefixes = handoff.prefixes.map(\.description)
            communities = handoff.communities.map { Tag(value: $0.value, when: $0.when) }
            (sendsMED, sessions) = (handoff.hasMED, handoff.sessions.map(Session.init))
            configuration = handoff.text(for: platform)
        }
    }

    struct Tag: Encodable {
        let value: String
        let when: String
    }

    struct Session: Encodable {
        let host: String
        let neighbor: String
        let hostAddress: String?
        let routerAddress: String
        let routerPort: UInt16
        let hostWaits: Bool
        let holdTimeSeconds: Int64
        let hops: UInt8?
        let ttlSecurity: Bool
        let hasPassword: Bool

        init(_ session: Handoff.Session) {
            (host, neighbor, hostAddress) = (session.host, session.neighbor, session.hostAddress?.description)
            (routerAddress, routerPort) = (session.routerAddress.description, session.port)
            (hostWaits, holdTimeSeconds) = (session.isPassive, session.holdTime.components.seconds)
            (hops, ttlSecurity, hasPassword) = (session.hops, session.hasTTLSecurity, session.hasPassword)
        }
    }

    struct RouteObject: Encodable {
        let `class`: String
        let prefix: String
        let origin: String
        let text: String

        init(_ origin: RouteOrigin, text: String) {
            (`class`, prefix) = (origin.objectClass, origin.prefix.description)
            (self.origin, self.text) = (origin.asn.description, text)
        }
    }

    struct Placeholder: Encodable {
        let name: String
        let meaning: String
    }
}

/// As validators' exports and the tools of registries have them.
struct ROA: Encodable {
    let asn: UInt32
    let prefix: String
    let maxLength: Int

    init(_ origin: RouteOrigin) {
        (asn, prefix, maxLength) = (origin.asn.rawValue, origin.prefix.description, origin.maxLength)
    }
}

/// What `handoff --only roas` prints.
struct ROAs: Encodable {
    let roas: [ROA]

    init(_ package: HandoffPackage) { roas = package.network.routeOrigins.map(ROA.init) }
}
