internal import Control
internal import FoundationEssentials
package import HTTP
internal import Loop
internal import Net
internal import Speaker

extension Router {
    /// What `landfall routes`, `neighbors` and `explain PREFIX` ask for, over the control socket; nil: another question. On the
    /// loop this takes a few milliseconds at most; the JSON (``SeeingAnswer/response``) is for another thread. Of the kernel a
    /// prefix's story says nothing yet: ``kernelTable`` knows.
    package func answer(_ request: Request) -> SeeingAnswer? {
        guard Seeing.takes(request) else { return nil }
        let seeing = Seeing(
            asn: configuration.asn, routerID: configuration.routerID, peers: order.map(\.peer), now: Loop.now,
            wall: Date().timeIntervalSince1970)
        // Not `neighbors`: those ask the RIB, which is lent out here.
        return seeing.answer(request, &rib, sessions: { sessions.neighbors })
    }
}

extension Exchange {
    fileprivate var peer: Seeing.Peer {
        Seeing.Peer(id: id, name: name, asn: neighbor.session.asn, mrai: neighbor.mrai, interface: interface)
    }
}
