public import Geo

/// Round trips along AS paths, for one graph and one set of sites.
///
/// Between an AS and the site that it lands on a packet takes what ``LatencyModel`` says of the distance. If the ASes on the path
/// can't hand it over on the way, because they meet only elsewhere, what the path is longer than the direct one comes on top, as
/// light in glass: once, since nobody knows whether the answer takes the same path.
public struct PathLatency: Sendable {
    private let presence: Presence
    private let homes: Homes
    private let model: LatencyModel
    /// By the site's number; nil: nobody knows where it is.
    private let sites: [SitePlace?]
    /// There and back from each country to each site, for ASes of which only the country is known; NaN: not known.
    private let direct: [Float]
    private let countries = Country.count

    private struct SitePlace {
        var home: Home
        var place: Place
    }

    /// - Parameters:
    ///   - sites: where they are, in the order of their numbers.
    ///   - originations: whom sites speak with: those have a router where the site is.
    public init(
        _ graph: ASGraph, _ homes: Homes, sites: [Place?], _ originations: [Origination] = [],
        _ model: LatencyModel = .fitted
    ) {
        precondition(homes.count == graph.count, "homes of the same graph")
        (self.homes, self.model) = (homes, model)
        var presence = Presence(graph, homes)
        let places = sites.map { $0.flatMap { place in Home(place).map { SitePlace(home: $0, place: place) } } }
        for origination in originations where places.indices.contains(origination.site) {
            guard case .neighbor(let asn, _) = origination.recipient, let position = graph.position(of: asn) else {
                continue
            }
            presence.insert(places[origination.site]?.home.country, position)
        }
        self.presence = presence
        direct = places.flatMap { site in
            Country.all.map { country in
                guard let site, let kilometers = country.kilometers(to: site.place) else { return .nan }
                return Float(model.roundTrip(kilometers: kilometers, country, site.home.country))
            }
        }
        self.sites = places
    }

    public var siteCount: Int { sites.count }

    /// Milliseconds there and back between the AS at a position and a site, if nothing keeps packets from the direct way; NaN:
    /// it isn't known where one of them is.
    public func direct(at position: Int, to site: Int) -> Float {
        guard let place = homes.exactPlace(at: position) else {
            return homes.country(at: position).map { direct[site * countries + Int($0.number)] } ?? .nan
        }
        guard let country = homes.country(at: position), let site = sites[site] else { return .nan }
        return Float(model.roundTrip(kilometers: place.kilometers(to: site.place), country, site.home.country))
    }

    /// There and back in milliseconds for each AS, by position, to where it lands; NaN: it has no route, or it isn't known where
    /// it or the site is.
    public func roundTrips(_ plan: Propagation) -> [Float] {
        (0..<plan.graph.count).map { roundTrip(plan, at: $0) }
    }

    public func roundTrip(_ plan: Propagation, at position: Int) -> Float {
        guard let site = plan.site(at: position), site < sites.count else { return .nan }
        return direct(at: position, to: site)
            + Float(detour(plan, at: position) / LatencyModel.kilometersPerMillisecond)
    }

    /// How many kilometers the path of the AS at a position is longer than the direct one.
    public func detour(_ plan: Propagation, at position: Int) -> Double {
        guard let number = plan.site(at: position), number < sites.count, let site = sites[number]?.home.country,
            let home = homes.country(at: position)
        else { return 0 }
        var (country, current, kilometers) = (home, position, Float(0))
        while let next = plan.nextHop(at: current) {
            if let meeting = presence.meeting(of: current, and: next, near: country) {
                kilometers += presence.kilometers(country, meeting)
                country = meeting
            }
            current = next
        }
        guard country != home else { return 0 }
        kilometers += presence.kilometers(country, site)
        return max(0, Double(kilometers - presence.kilometers(home, site)))
    }
}
