internal import Loop
internal import Net

/// The end of hooks, at the end of the agent.
extension Agent {
    /// Calls `body` once: when all hooks have ended, at `end`, or a moment later if their thread is stuck in the kernel
    /// with one that can't be started.
    func whenHooksHaveEnded(by end: Instant, _ body: @escaping () -> Void) {
        let finish = once(body)
        loop.at(end + .milliseconds(200)) { finish(()) }
        hooksEnded = { finish(()) }
        hooks.close(by: end) { self.loop.submit { self.assumeIsolated { $0.hooksEnded?() } } }
    }
}
