internal import Announce
internal import Config
internal import Glibc
internal import Loop
internal import Net

extension Director {
    /// The process stops for a second, goes on for a second, and so on, and is left going on.
    func flap(_ site: Int, _ process: String, for length: Duration) throws -> Undertaking {
        let undertaking = Undertaking(.flapped(site: site))
        undertaking.patience = network.announce.holdDown + network.announce.penalty.longest
        let start = Loop.now
        var isStopped = true
        try cast.hang(site, process)
        undertaking.goOn = { [cast] now in
            let isOver = now - start >= length
            let wanted = !isOver && (now - start).components.seconds % 2 == 0
            if wanted != isStopped {
                if wanted { try cast.hang(site, process) } else { try cast.restore(site) }
                isStopped = wanted
            }
            return isOver
        }
        return undertaking
    }
}
