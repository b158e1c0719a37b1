import Net
import YAML

/// A neighbor, whose hold time may stand at its router.
struct RouterNeighborDraft: Sendable {
    fileprivate var neighbor: BorderRouter.Neighbor
    fileprivate var holdTime: Duration?

    func neighbor(_ usual: Duration) -> BorderRouter.Neighbor {
        var neighbor = self.neighbor
        neighbor.holdTime = holdTime ?? usual
        return neighbor
    }
}

extension Kind where Value == RouterNeighborDraft {
    static var routerNeighbor: Kind {
        record("{name: …, address: …, asn: …, role: …}") { RouterNeighborDraft(keys: &$0) }
    }
}

extension RouterNeighborDraft {
    fileprivate init?(keys: inout Keys) {
        let name = keys.required("name", .name)
        let address = keys.required("address", .onLink)
        let interface = keys.optional("interface", .interface)
        let port = keys.optional("port", .number(1...UInt16.max), default: 179)
        let asn = keys.required("asn", .asn)
        let role = keys.optional("role", .choice(BorderRouter.Role.self))
        let passive = keys.optional("passive", .flag, default: false)
        let local = keys.optional("local-address", .onLink)
        holdTime = keys.optional("hold-time", .holdTime)
        let retry = keys.optional(
            "connect-retry", .duration(.seconds(1) ... .seconds(3600)), default: .seconds(5))
        let link = SessionLink(keys: &keys)
        let strict = keys.optional("strict-role", .flag, default: false)
        let families = keys.optional("families", list(of: .choice(FamilyWord.self)))
        let nextHops = keys.optional("next-hops", list(of: .unicast, most: 2))
        let limits = BorderRouter.Limits(keys: &keys)
        let mrai = keys.optional("mrai", .duration(.zero ... .seconds(600)), default: .zero)
        let policies = keys.policies()
        let sets = keys.optional("accept-as-sets", .flag, default: false)
        let graceful = keys.optional("graceful-shutdown", .flag, default: true)
        let firstAS = keys.optional("first-as", .flag)
        let nextHop = keys.optional("next-hop", .choice(BorderRouter.NextHop.self))
        let onLink = keys.optional("next-hop-on-link", .flag)
        let blackhole = keys.optional("blackhole", .flag)
        let cost = keys.optional("cost", .number(0...UInt32.max), default: 0)
        let logsRoutes = keys.optional("log-routes", .flag, default: false)
        let drain = keys.optional("drain", .flag, default: false)
        guard let name, let address, let asn, let link, role != nil || !keys.has("role") else { return nil }
        neighbor = BorderRouter.Neighbor(
            name: name, address: address, interface: interface, port: port, asn: asn, role: role, passive: passive,
            localAddress: local, holdTime: .zero, connectRetry: retry, link: link, isStrict: strict,
            families: (families ?? []).map(\.value), nextHops: nextHops ?? [], limits: limits, mrai: mrai,
            importing: policies.importing, exporting: policies.exporting, acceptsASSets: sets,
            honorsGracefulShutdown: graceful, checksFirstAS: firstAS, nextHop: nextHop,
            checksNextHop: onLink, honorsBlackhole: blackhole, cost: cost, logsRoutes: logsRoutes, isDraining: drain)
    }
}

extension Keys {
    fileprivate mutating func policies() -> (
        importing: [BorderRouter.PolicyName]?, exporting: [BorderRouter.PolicyName]?
    ) {
        (optional("import", oneOrList(of: .policyName)), optional("export", oneOrList(of: .policyName)))
    }
}

/// The words of the file for address families.
enum FamilyWord: String, CaseIterable, Sendable {
    case ipv4, ipv6

    var value: Family { self == .ipv4 ? .ipv4 : .ipv6 }
}

extension BorderRouter.Limits {
    /// Keys of the neighbor itself.
    fileprivate init(keys: inout Keys) {
        prefixes = keys.optional("max-prefixes", .ofEachFamily)
        warning = keys.optional("prefix-warning", .number(1...100), default: 80)
        hold = .seconds(120)
        if let text = keys.optional("prefix-hold", .patience) { hold = text }
        prefixesOut = keys.optional("max-prefixes-out", .ofEachFamily)
    }
}

extension Kind where Value == Duration? {
    /// How long a session stays down.
    fileprivate static var patience: Kind {
        scalar("a duration from 1s to 24h, such as 2m, or forever") { text -> Duration?? in
            if text == "forever" { return .some(nil) }
            guard let value = Duration(text: text), (.seconds(1) ... .seconds(86400)).contains(value) else {
                return nil
            }
            return .some(value)
        }
    }
}

extension Kind where Value == [Family: Int] {
    private static let most = 1...10_000_000

    /// A number for each, or `{ipv4: …, ipv6: …}`.
    fileprivate static var ofEachFamily: Kind {
        let number = Kind<Int>.number(most)
        let each = record("{ipv4: …, ipv6: …}") { keys -> [Family: Int]? in
            let v4 = keys.optional("ipv4", number)
            let v6 = keys.optional("ipv6", number)
            var limits: [Family: Int] = [:]
            (limits[.ipv4], limits[.ipv6]) = (v4, v6)
            return limits
        }
        return Kind("\(number.accepts), or {ipv4: …, ipv6: …}", describe: each.describe) { node, label, reading in
            if case .mapping = node.content { return each.read(node, label, &reading) }
            return number.read(node, label, &reading).map { [.ipv4: $0, .ipv6: $0] }
        }
    }
}

extension Kind where Value == String {
    /// What Linux takes (dev_valid_name in net/core/dev.c).
    fileprivate static var interface: Kind {
        scalar("the name of an interface, at most 15 bytes without / and spaces") { text in
            let clean = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f && $0 != "/" && $0 != ":" }
            return clean && (1...15).contains(text.utf8.count) && text != "." && text != ".." ? text : nil
        }
    }
}

extension Kind where Value == BorderRouter.PolicyName {
    fileprivate static var policyName: Kind {
        Kind<String>.name.map("the name of a policy, all, none or gao-rexford") { text, _ in
            BorderRouter.PolicyName.reserved.first { $0.word == text }?.name ?? .own(text)
        }
    }
}
