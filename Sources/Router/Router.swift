package import Loop

/// A BGP router on a loop: a `Speaker` for the sessions, a `RIB` for the routes.
package actor Router {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    package init(loop: Loop) { self.loop = loop }
}
