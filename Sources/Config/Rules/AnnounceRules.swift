import Net

extension Rules {
    /// A cover is what an anchor announces so that a prefix inside it can be withdrawn (ANNOUNCING 9).
    mutating func checkCovers(_ network: Network) {
        for (index, cover) in network.covers.enumerated() {
            let way: [Step] = ["announce", "cover", .index(index)]
            if let other = network.covers[..<index].first(where: { $0.overlaps(cover) }) {
                let how = other == cover ? "is here twice" : "overlaps \(other)"
                refuse(way, because: "cover: \(cover) \(how)")
            } else if let prefix = network.prefixes.first(where: { $0.contains(cover) }) {
                let how = prefix == cover ? "is" : "is inside"
                refuse(
                    way, because: "cover: \(cover) \(how) \(prefix), which is announced; it should be less specific")
            } else if !network.prefixes.contains(where: cover.contains) {
                refuse(way, because: "cover: none of the announced prefixes is inside \(cover)")
            }
        }
        if !network.covers.isEmpty, !network.sites.contains(where: \.isAnchor) {
            refuse(
                "announce", "cover",
                because:
                    "cover: no site is an anchor, so nobody would announce it; write \"anchor: true\" at one or more")
        }
    }

    mutating func checkStandby(_ network: Network) {
        guard network.sites.allSatisfy(\.isStandby), let site = network.sites.first else { return }
        refuse(
            "sites", .key(site.name), "standby",
            because: "standby: every site is one, so that none is preferred; leave it out at one or more")
    }
}
