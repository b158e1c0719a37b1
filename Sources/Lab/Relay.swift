package import Kernel
package import Loop
package import Net

/// The light in the cables: takes frames at one end, holds them as long as the distance says, and hands them on at the
/// other. What it drops it counts.
package actor Relay {
    package struct Counters: Hashable, Sendable {
        package var frames = 0
        /// Not carried because the line was full or the kernel's buffer was, or because the far end didn't take them.
        package var dropped = 0
        /// Not carried because the link was cut.
        package var cut = 0
    }

    private struct Direction {
        var from: PacketSocket
        var to: PacketSocket
        var line: DelayLine
        var cut = false
        var armed = false
    }

    nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var directions: [Direction] = []
    private var counted = Counters()
    private var buffer = [UInt8](repeating: 0, count: 65_600)

    package init(loop: Loop) { self.loop = loop }

    /// Joins two sockets, both ways; the link is known by the order of the calls.
    package func join(_ a: PacketSocket, _ b: PacketSocket, delay: Duration) throws(SystemError) {
        for (from, to) in [(a, b), (b, a)] {
            let index = directions.count
            directions.append(Direction(from: from, to: to, line: DelayLine(delay: delay)))
            _ = try loop.watch(from.descriptor, for: .readable) { _ in self.receive(index) }
        }
    }

    /// From now on nothing passes the link, and neither end is told: its interfaces stay up. Or all passes again.
    package func setCut(_ isCut: Bool, link: Int) {
        for index in [2 * link, 2 * link + 1] where directions.indices.contains(index) { directions[index].cut = isCut }
    }

    package var counters: Counters {
        for direction in directions { counted.dropped += direction.from.takeDrops }
        var sum = counted
        for direction in directions { sum.dropped += direction.line.overflowed }
        return sum
    }

    private func receive(_ index: Int) {
        let now = Loop.now
        while let count = directions[index].from.receive(into: &buffer) {
            if directions[index].cut {
                counted.cut += 1
            } else {
                directions[index].line.enter(Array(buffer[..<count]), now: now)
            }
        }
        arm(index)
    }

    private func arm(_ index: Int) {
        guard !directions[index].armed, let due = directions[index].line.next else { return }
        directions[index].armed = true
        loop.at(due) { self.deliver(index) }
    }

    private func deliver(_ index: Int) {
        directions[index].armed = false
        let now = Loop.now
        while let frame = directions[index].line.leave(now: now) {
            if directions[index].to.send(frame) { counted.frames += 1 } else { counted.dropped += 1 }
        }
        arm(index)
    }
}
