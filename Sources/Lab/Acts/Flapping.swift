internal import Announce
internal import Config
internal import Glibc
internal import Loop
internal import Net

extension Director {
    /// The process stops for a second, goes on for a second, and so on, and is left going on.
    func flap(_ target: Target, _ process: String, for length: Duration) throws -> Undertaking {
        let undertaking = Undertaking(.flapped(target))
        undertaking.patience = network.announce.holdDown + network.announce.penalty.longest
        let start = Loop.now
        var isStopped = true
        let hosts = network.hosts(of: target)
        for host in hosts { try cast.hang(host, process) }
        undertaking.goOn = { [cast] now in
            let isOver = now - start >= length
            let wanted = !isOver && (now - start).components.seconds % 2 == 0
            if wanted != isStopped {
                for host in hosts { if wanted { try cast.hang(host, process) } else { try cast.restore(host) } }
                isStopped = wanted
            }
            return isOver
        }
        return undertaking
    }
}
