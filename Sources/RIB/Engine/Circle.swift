/// A walk over the places from 1 on, around and around. To begin is to go once around from wherever it is, rather than from
/// the first place: what begins again and again starves nobody.
package struct Circle: Sendable {
    /// The last one that was visited.
    private var place = 0
    /// That is the last one to visit, the next time around.
    private var stop = 0
    private var laps = 0
    package private(set) var isUnderWay = false

    package init() {}

    package mutating func begin() { (stop, laps, isUnderWay) = (place, 0, true) }

    package mutating func end() { isUnderWay = false }

    /// Places are below `end`, which may grow meanwhile.
    @inline(__always)
    package mutating func next(below end: Int) -> Int? {
        guard isUnderWay, let step = step(end) else {
            isUnderWay = false
            return nil
        }
        (place, laps) = step
        return place
    }

    package func isOver(below end: Int) -> Bool { !isUnderWay || step(end) == nil }

    @inline(__always)
    private func step(_ end: Int) -> (place: Int, laps: Int)? {
        let isLast = place + 1 >= end
        let (next, laps) = (isLast ? 1 : place + 1, isLast ? laps + 1 : laps)
        return next >= end || laps > 1 || (laps == 1 && next > stop) ? nil : (next, laps)
    }
}
