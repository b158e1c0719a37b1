internal import BGP
internal import Control
internal import Daemon
internal import Glibc
internal import Net
internal import RIB
internal import Speaker

extension RouterDaemon {
    var status: RouterStatus {
        var status = RouterStatus()
        (status.router, status.file, status.started) = (edition.name, options.file, started)
        (status.asn, status.routerID) = (edition.configuration.asn.rawValue, "\(edition.configuration.routerID)")
        (status.pid, status.lostEvents) = (getpid(), log.dropped)
        let told = withRouter { router in (router.neighbors, router.withRIB { $0.size }, router.refusedConnections) }
        guard let (neighbors, size, refused) = told else { return status }
        status.neighbors = neighbors.map(RouterStatus.Neighbor.init)
        (status.routes, status.prefixes, status.attributeSets) = (size.routes, size.prefixes, size.attributeSets)
        let bytes = size.bytes
        status.bytes = bytes.routes + bytes.prefixes + bytes.attributes + bytes.groups
        status.refusedConnections = refused
        return status
    }
}

extension RouterStatus.Neighbor {
    fileprivate init(_ state: Router.NeighborState) {
        self.init()
        (name, self.state) = (state.session.name, state.session.state.rawValue)
        isUp = state.session.state == .established
        (announced, withdrawn) = (UInt64(state.traffic.announced), UInt64(state.traffic.withdrawn))
        received = state.tables.reduce(0) { $0 + $1.received }
        told = state.tables.reduce(0) { $0 + $1.told }
        lastError = state.session.lastError
    }
}
