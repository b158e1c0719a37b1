internal import Announce
internal import Config
internal import Control
internal import Files
internal import FoundationEssentials
internal import Loop
internal import Net

/// The table of displaced load on the disk, read again only when its stamp says that it has changed.
struct DisplacedFile: Sendable {
    let path: String
    private var stamp: FilesOnDisk.Stamp?
    /// nil: not looked at yet.
    private(set) var content: Content?

    enum Content: Sendable {
        case table(DisplacedLoads)
        /// In words why.
        case unusable(String)
    }

    init(_ path: String) { self.path = path }

    /// Waits for the disk.
    mutating func look() {
        do throws(FileError) {
            let now = try FilesOnDisk.Stamp(of: path)
            guard now != stamp else { return }
            stamp = now
            content = Self.content(of: try File.read(path, limit: DisplacedLoads.mostBytes, regular: true), path)
        } catch { (stamp, content) = (nil, .unusable("\(error)")) }
    }

    private static func content(of text: [UInt8], _ path: String) -> Content {
        switch DisplacedLoads.load(text: text, path: path) {
        case .success(let table): .table(table)
        case .failure(let problems): .unusable(problems.all.first.map { "\($0)" } ?? "\(path): can't be read")
        }
    }
}

/// What the agent knows of the load that others would have to carry (ANNOUNCING 7, 13).
extension Agent {
    /// The file to be looked at next; nil: the configuration names none.
    var displacedFile: DisplacedFile? {
        guard let path = network.announce.displaced?.path else { return nil }
        return displaced.flatMap { $0.path == path ? $0 : nil } ?? DisplacedFile(path)
    }

    /// After a look at the disk, and so every few seconds: a table that nobody touches grows old.
    func tellDisplaced() {
        let before = displacedTrouble
        if network.announce.displaced == nil {
            displacedTrouble = nil
        } else {
            switch usableTable {
            case .success(let table):
                displacedTrouble = nil
                apply(announcer.handle(.displaced(table.step(at: site.name)), now: Loop.now))
            case .failure(let reason):
                displacedTrouble = "the table of displaced load can't be used: \(reason.text)"
                apply(announcer.handle(.displaced(.unusable(reason.text)), now: Loop.now))
            }
        }
        if displacedTrouble != before { lookAtAlarms() }
    }

    private struct Unusable: Error { let text: String }

    /// The table, if it is about this network as it is now, and young enough.
    private var usableTable: Result<DisplacedLoads, Unusable> {
        guard let source = network.announce.displaced, let content = displaced?.content, displaced?.path == source.path
        else { return .failure(Unusable(text: "it was not read yet")) }
        switch content {
        case .unusable(let reason): return .failure(Unusable(text: reason))
        case .table(let table):
            let now = UTCSecond(seconds: Int(Date().timeIntervalSince1970))
            let objection = table.objection(network.fleet, now: now, maxAge: source.maxAge)
            return objection.map { .failure(Unusable(text: "\(source.path): \($0)")) } ?? .success(table)
        }
    }

    // MARK: For drains

    /// What moves where when a drain of `target` withdraws; nil: nobody is asked.
    func moves(_ target: Announce.Drain.Target) -> OrderAnswer.Moves? {
        guard network.announce.displaced != nil else { return nil }
        var moves = OrderAnswer.Moves()
        switch usableTable {
        case .failure(let reason): moves.reason = reason.text
        case .success(let table):
            (moves.made, moves.basis) = ("\(table.made)", table.basis)
            moves.tell(target, of: table, at: site)
        }
        return moves
    }
}

extension OrderAnswer.Moves {
    fileprivate mutating func tell(_ target: Announce.Drain.Target, of table: DisplacedLoads, at site: Config.Site) {
        guard let own = table[site.name] else { return }
        switch target {
        case .host:
            isOfWholeSite = site.hasSeveralHosts
            tell(own.withdrawn, of: table)
        case .neighbor(let name):
            if let row = own.neighbors.first(where: { $0.name == name })?.withdrawn { return tell(row, of: table) }
            reason = "the plan of \(table.prefix) doesn't have the neighbor \(name)"
        case .service: reason = "the table is about all services of a site together"
        }
    }

    private mutating func tell(_ row: DisplacedLoads.Row, of table: DisplacedLoads) {
        lost = row.lost
        to = row.to.map { gain in
            var told = Gain()
            (told.site, told.load, told.added, told.most) = (gain.site, gain.load, gain.added, gain.most)
            told.capacity = table[gain.site]?.capacity
            return told
        }
    }
}

extension Network {
    /// What a table must have been made for.
    fileprivate var fleet: DisplacedLoads.Fleet {
        DisplacedLoads.Fleet(
            network: name, prefixes: prefixes,
            sites: sites.map { site in
                .init(
                    name: site.name,
                    neighbors: site.neighbors.map { .init(name: $0.name, asn: $0.asn, family: $0.address.family) })
            })
    }
}
