import Announce
import Health
import Net

extension Rules {
    /// A load is held against a capacity, and somebody has to tell it (ANNOUNCING 7).
    mutating func checkLoad(_ network: Network) {
        guard network.announce.load != nil else { return }
        for site in network.sites {
            let told = network.services.filter { $0.serve(at: site.name) != nil || $0.tellsLoad }
            if site.capacity.queriesPerSecond == nil, told.isEmpty || told.contains(where: { $0.capacity == nil }) {
                refuse(
                    "announce", "load",
                    because: "load: site \(site.name) has no capacity.queries that its load could be held against")
            }
            if told.isEmpty {
                refuse(
                    "announce", "load",
                    because: "load: nothing tells the load of site \(site.name): landfall serves nothing there, and no "
                        + "check has \"exec: {run: […], load: true}\"")
            }
        }
    }
}

extension Service {
    /// Whether one of its checks does.
    package var tellsLoad: Bool {
        checks.contains { if case .exec(let exec) = $0.kind { exec.tellsLoad } else { false } }
    }
}
