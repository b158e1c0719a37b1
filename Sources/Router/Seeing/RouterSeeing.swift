package import Control
internal import FoundationEssentials
package import HTTP
internal import Loop
package import Net
internal import Speaker

extension Router {
    /// What `landfall routes`, `neighbors` and `explain PREFIX` ask for, over the control socket; nil: another question. On the
    /// loop this takes a few milliseconds at most; the JSON (``SeeingAnswer/response``) is for another thread:
    ///
    ///     loop.offload(to: worker, { answer.response }) { reply($0) }
    ///
    /// - Parameter kernel: what is in the kernel's table for a prefix; nil where the kernel is left alone.
    package func answer(
        _ request: Request, kernel: (Prefix) -> PrefixAnswer.Kernel? = { _ in nil }
    ) -> SeeingAnswer? {
        guard Seeing.takes(request) else { return nil }
        let seeing = Seeing(
            asn: configuration.asn, routerID: configuration.routerID, peers: order.map(\.peer), now: Loop.now,
            wall: Date().timeIntervalSince1970)
        return seeing.answer(request, &rib, sessions: { sessions.neighbors }, kernel: kernel)
    }
}

extension Exchange {
    fileprivate var peer: Seeing.Peer {
        Seeing.Peer(id: id, name: name, asn: neighbor.session.asn, mrai: neighbor.mrai)
    }
}
