/// What operators ask of a running agent, as the JSON of a request's body. All keys but the target may be left out; a key
/// that isn't known is refused, since an order that is understood by half is not the one that was given.
///
///     POST /drain      {"target": {"kind": "host"}, "waitSeconds": 30, "forSeconds": 1800, "force": false, "dryRun": true}
///     POST /undrain    {"target": {"kind": "neighbor", "name": "transit-a"}}
///     POST /undo       {"number": 7}
///     POST /check-now  {"check": "dns www.example.org A", "address": "203.0.113.53"}
///     POST /reload     {"dryRun": true, "confirmSeconds": 300}
///     POST /reload     {"zones": true}
///     POST /confirm
///     POST /rollback   {"number": 16, "dryRun": true}
///
/// `dryRun` says what would happen, and does nothing.
package struct DrainOrder: Codable, Hashable, Sendable {
    package var target: OrderTarget
    /// How long traffic gets to move; nil: as the configuration says.
    package var waitSeconds: Double?
    /// It ends by itself after this; nil: when somebody says so.
    package var forSeconds: Double?
    /// Withdraw at the end of the wait, however much traffic is still there.
    package var force = false
    package var dryRun = false

    package init(_ target: OrderTarget) { self.target = target }

    /// A day; a year and a day.
    package static let waitSecondsRange = 0.0...86_400
    package static let forSecondsRange = 0.001...31_708_800

    private enum Key: String, CodingKey, CaseIterable { case target, waitSeconds, forSeconds, force, dryRun }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        target = try keys.decode(OrderTarget.self, forKey: .target)
        waitSeconds = try keys.seconds(.waitSeconds, Self.waitSecondsRange)
        forSeconds = try keys.seconds(.forSeconds, Self.forSecondsRange)
        force = try keys.flag(.force)
        dryRun = try keys.flag(.dryRun)
    }
}

package struct UndrainOrder: Codable, Hashable, Sendable {
    package var target: OrderTarget
    package var dryRun = false

    package init(_ target: OrderTarget) { self.target = target }

    private enum Key: String, CodingKey, CaseIterable { case target, dryRun }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        target = try keys.decode(OrderTarget.self, forKey: .target)
        dryRun = try keys.flag(.dryRun)
    }
}

/// What a drain is about.
package struct OrderTarget: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable { case host, service, neighbor }

    package var kind: Kind
    /// Of the service or the neighbor.
    package var name: String?

    package init(_ kind: Kind, _ name: String? = nil) { (self.kind, self.name) = (kind, name) }

    private enum Key: String, CodingKey, CaseIterable { case kind, name }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        let text = try keys.decode(String.self, forKey: .kind)
        guard let kind = Kind(rawValue: text) else {
            throw OrderError("kind \"\(text)\" should be host, service or neighbor")
        }
        let name = try keys.decodeIfPresent(String.self, forKey: .name)
        if kind != .host, name == nil { throw OrderError("a \(kind) wants a name") }
        if kind == .host, name != nil { throw OrderError("the host that is meant is this one: it takes no name") }
        (self.kind, self.name) = (kind, name)
    }
}

/// To go back, by `/undo` or `/rollback`.
package struct BackOrder: Codable, Hashable, Sendable {
    /// Of an act, as `GET /history` lists them, or of a copy, as `GET /accepted` does; nil: of the latest act, or of the
    /// copy that was in use before this one.
    package var number: Int?
    package var dryRun = false

    package init(_ number: Int? = nil) { self.number = number }

    private enum Key: String, CodingKey, CaseIterable { case number, dryRun }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        number = try keys.decodeIfPresent(Int.self, forKey: .number)
        dryRun = try keys.flag(.dryRun)
    }
}

/// nil: all of them.
package struct CheckOrder: Codable, Hashable, Sendable {
    package var check: String?
    package var address: String?

    package init() {}

    private enum Key: String, CodingKey, CaseIterable { case check, address }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        check = try keys.decodeIfPresent(String.self, forKey: .check)
        address = try keys.decodeIfPresent(String.self, forKey: .address)
    }
}

package struct ReloadOrder: Codable, Hashable, Sendable {
    /// Only zone files are read again: the configuration stays the one that is in use.
    package var zones = false
    package var dryRun = false
    /// Goes back by itself after this, unless confirmed.
    package var confirmSeconds: Double?

    package init() {}

    package static let confirmSecondsRange = 1.0...86_400

    private enum Key: String, CodingKey, CaseIterable { case zones, dryRun, confirmSeconds }

    package init(from decoder: any Swift.Decoder) throws {
        let keys = try decoder.known(Key.self)
        zones = try keys.flag(.zones)
        dryRun = try keys.flag(.dryRun)
        confirmSeconds = try keys.seconds(.confirmSeconds, Self.confirmSecondsRange)
        if zones, confirmSeconds != nil { throw OrderError("zones and confirmSeconds exclude each other") }
    }
}
