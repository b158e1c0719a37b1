internal import DNS
package import Kernel
package import Loop
package import Net
internal import Synchronization

/// A client: asks the service all the time, from a thread of its own in a namespace of its own, each query from a fresh
/// port, so that nothing along the way can hold on to a flow.
package actor Vantage {
    /// Where one family's queries go.
    package struct Target: Sendable {
        package var family: Family
        package var address: Address
        package var question: Ask

        package init(family: Family, address: Address, question: Ask) {
            (self.family, self.address, self.question) = (family, address, question)
        }
    }

    nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private nonisolated let record: Mutex<[Conversation]>
    private let targets: [Target]
    private let interval: Duration
    private let deadline: Duration
    private let identities: Identities
    private var pending: [[Pending?]]
    private var lastID: UInt16 = 0

    private struct Pending {
        var id: UInt16
        var socket: Socket
        var watch: Watch
        var timer: Loop.Timer?
    }

    package init(
        client: Int, loop: Loop, targets: [Target], queriesPerSecond: Int, deadline: Duration, identities: Identities
    ) {
        (self.loop, self.targets, self.deadline, self.identities) = (loop, targets, deadline, identities)
        interval = .nanoseconds(1_000_000_000 / Int64(max(1, queriesPerSecond)))
        record = Mutex(targets.map { Conversation(client: client, family: $0.family) })
        pending = targets.map { _ in [] }
    }

    /// What was asked and answered so far.
    package nonisolated var conversations: [Conversation] { record.withLock { $0 } }
}
