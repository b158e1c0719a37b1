import Announce
import Config
import Geo
import Health
import Net

struct PlaceReport: Encodable {
    let city: String
    let latitude: Double
    let longitude: Double

    init(_ place: Place) { (city, latitude, longitude) = (place.name, place.latitude, place.longitude) }
}

struct ServiceReport: Encodable {
    let name: String
    let addresses: [AddressReport]
    let zones: [String]
    let servedAt: [String]
    let checks: [CheckReportOfCheck]
    let noticedAfterMilliseconds: Span?
    let announcedAgainAfterMilliseconds: Span?

    struct AddressReport: Encodable {
        let address: String
        let prefix: String?
    }

    init(_ service: Service, _ network: Network) {
        name = service.name
        addresses = service.addresses.map {
            AddressReport(address: "\($0)", prefix: network.prefix(containing: $0)?.description)
        }
        (zones, servedAt) = (service.serve?.dns.zones.map(\.path) ?? [], service.serve?.sites ?? [])
        checks = service.checks.map(CheckReportOfCheck.init)
        noticedAfterMilliseconds = service.noticedAfter.map(Span.init)
        announcedAgainAfterMilliseconds = service.announcedAgainAfter(holdDown: network.announce.holdDown).map(
            Span.init)
    }
}

struct CheckReportOfCheck: Encodable {
    let name: String
    let everyMilliseconds: Int64
    let timeoutMilliseconds: Int64
    let fastMilliseconds: Int64?
    let slowMilliseconds: Int64?
    let reach: String
    let rise: Int
    let fall: Int
    let leaseMilliseconds: Int64
    let noticedAfterMilliseconds: Span

    init(_ check: Check) {
        (name, everyMilliseconds) = (check.name, check.every.wholeMilliseconds)
        (timeoutMilliseconds, leaseMilliseconds) = (
            check.timeout.wholeMilliseconds, check.policy.lease.wholeMilliseconds
        )
        (rise, fall) = (check.policy.rise, check.policy.fall)
        fastMilliseconds = check.fast?.wholeMilliseconds
        slowMilliseconds = check.policy.slow?.wholeMilliseconds
        reach = check.policy.reach.rawValue
        noticedAfterMilliseconds = Span(check.noticedAfter)
    }
}

struct ClientReport: Encodable {
    let name: String
    let system: String
    let place: PlaceReport
    let nearestSite: String
    let kilometers: Int
    let rttMilliseconds: Double
    let expectedSite: String?

    init(_ client: Network.Client) {
        (name, system, place) = (client.name, client.system, PlaceReport(client.place))
        (nearestSite, kilometers) = (client.nearest, Int(client.kilometers))
        (rttMilliseconds, expectedSite) = (client.rttMilliseconds, client.expected)
    }
}

struct Span: Encodable {
    let least: Int64
    let most: Int64

    init(_ range: ClosedRange<Duration>) {
        (least, most) = (range.lowerBound.wholeMilliseconds, range.upperBound.wholeMilliseconds)
    }
}

extension Network {
    /// A client of the rehearsal, and the site that is nearest to it as the crow flies.
    struct Client {
        var name: String
        var system: String
        var place: Place
        var nearest: String
        var kilometers: Double
        /// There and back over a cable to that site.
        var rttMilliseconds: Double
        /// Where the rehearsal's first measurement says that it lands.
        var expected: String?
    }

    var clients: [Client] {
        (internet?.ases ?? []).compactMap { system in
            guard let name = system.client,
                let site = sites.min(by: {
                    system.place.kilometers(to: $0.place) < system.place.kilometers(to: $1.place)
                })
            else { return nil }
            let measured = rehearsal.steps.first { $0.kind == .measure }?.expect.landings
            return Client(
                name: name, system: system.name, place: system.place, nearest: site.name,
                kilometers: system.place.kilometers(to: site.place),
                rttMilliseconds: Double((system.place.fibreDelay(to: site.place) * 2).wholeMilliseconds),
                expected: measured?.first { $0.client == name }?.site)
        }
    }
}
