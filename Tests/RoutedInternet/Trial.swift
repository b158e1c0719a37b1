internal import Internet
internal import Net
internal import Peers

/// What came of a scene: where a plan has each AS land, and where its packets did, at each moment.
public struct Trial: Sendable {
    public struct Moment: Sendable {
        public var broken: [Break]
        public var compared = 0
        /// Landings that aren't where they are when nothing is broken.
        public var moved = 0
        /// Landings that only the tie-break decides.
        public var ties = 0
        /// ASes without a route, in the plan.
        public var nowhere = 0
        public var seconds = 0.0
        /// In words.
        public var differences: [String] = []
    }

    public var ases = 0
    public var sites = 0
    public var routers = 0
    public var cables = 0
    public var moments: [Moment] = []
    /// From the first BIRD's start until every session was up and all routes stood, and of all together.
    public var secondsToRoutes = 0.0
    public var seconds = 0.0
    public var megabytes = 0.0

    public var compared: Int { moments.reduce(0) { $0 + $1.compared } }
    public var differences: [String] {
        moments.flatMap { moment in
            let when =
                moment.broken.isEmpty ? "nothing broken" : moment.broken.map(\.description).joined(separator: ", ")
            return moment.differences.map { "\(when): \($0)" }
        }
    }

    /// Builds the scene's routers, and compares at each moment every AS's path, as its BIRD has it, and the site that its
    /// packet arrives at, with the plan's.
    public init(
        of scene: Scene, moments: [[Break]], patience: Duration = .seconds(5),
        sessionsWithin limit: Duration = .seconds(60)
    ) async throws {
        let clock = ContinuousClock()
        let start = clock.now
        let routers = try Routers(scene)
        try await routers.build()
        let normal = Expected(try scene.plan(), of: scene)
        for broken in moments {
            let began = clock.now
            try await routers.become(broken)
            try await routers.awaitSessions(within: limit)
            let plan = try scene.plan(without: broken)
            let expected = Expected(plan, of: scene)
            let paths = try await routers.paths(expecting: expected.paths, patience: patience)
            if self.moments.isEmpty { secondsToRoutes = (clock.now - start).seconds }
            let landings = try await routers.landings()
            var moment = Moment(broken: broken)
            moment.compare(expected, paths, landings, scene)
            moment.moved = zip(expected.sites, normal.sites).count { $0 != $1 }
            moment.seconds = (clock.now - began).seconds
            self.moments.append(moment)
        }
        (ases, sites) = (scene.graph.count, scene.siteCount)
        (self.routers, cables) = await routers.size
        megabytes = await routers.megabytes
        seconds = (clock.now - start).seconds
    }
}

/// A plan by the positions of the scene's own graph.
private struct Expected {
    var sites: [Int?] = []
    var paths: [[UInt32]?] = []
    var isTie: [Bool] = []

    init(_ plan: Propagation, of scene: Scene) {
        var plan = plan
        plan.findEquals()
        for asn in scene.graph.ases {
            let position = plan.graph.position(of: asn)
            let site = position.flatMap { plan.site(at: $0) }
            sites.append(site)
            paths.append(site == nil ? nil : position.flatMap { plan.path(at: $0) }?.map(\.rawValue))
            isTie.append(position.map { plan.equalSites(at: $0).count > 1 } ?? false)
        }
    }
}

extension Trial.Moment {
    fileprivate mutating func compare(
        _ expected: Expected, _ paths: [[UInt32]?], _ landings: [Int?], _ scene: Scene
    ) {
        (ties, nowhere) = (expected.isTie.count { $0 }, expected.sites.count { $0 == nil })
        for (position, asn) in scene.graph.ases.enumerated() {
            compared += 1
            guard paths[position] != expected.paths[position] || landings[position] != expected.sites[position] else {
                continue
            }
            let measured = "\(Self.words(landings[position])) by \(Self.words(paths[position]))"
            let planned = "\(Self.words(expected.sites[position])) by \(Self.words(expected.paths[position]))"
            differences.append("\(asn) lands at \(measured), in the plan at \(planned)")
        }
    }

    private static func words(_ site: Int?) -> String { site.map { "site \($0)" } ?? "no site" }
    private static func words(_ path: [UInt32]?) -> String {
        path.map { $0.map(String.init).joined(separator: " ") } ?? "no route"
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
