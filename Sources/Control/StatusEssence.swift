extension Status {
    /// What of it is state: equal for two statuses between which nothing happened but that time passed and things were
    /// counted. `landfall status --watch` writes a document when it changes.
    package var essence: Status {
        var rest = self
        (rest.time, rest.load, rest.control, rest.eventsLost, rest.hooksLost) = ("", nil, Control(), 0, nil)
        rest.prefixes = prefixes.map(\.essence)
        rest.checks = checks.map(\.essence)
        rest.neighbors = neighbors.map(\.essence)
        rest.services = services.map(\.essence)
        rest.drains = drains?.map(\.essence)
        rest.alarms = alarms.map(\.essence)
        rest.next = next?.map(\.essence)
        rest.configuration = configuration?.essence
        return rest
    }
}

extension Status.Prefix {
    fileprivate var essence: Self {
        var rest = self
        (rest.secondsLeft, rest.waiting) = (nil, nil)
        rest.routes = routes?.map { route in
            var rest = route
            (rest.waiting, rest.penalty) = (nil, 0)
            return rest
        }
        return rest
    }
}

extension Status.Check {
    fileprivate var essence: Self {
        var rest = self
        (rest.milliseconds, rest.passed, rest.failed, rest.impossible) = (nil, 0, 0, 0)
        return rest
    }
}

extension Status.Neighbor {
    /// `since` is made from a clock that drifts against the wall's.
    fileprivate var essence: Self {
        var rest = self
        (rest.since, rest.messagesReceived, rest.messagesSent) = ("", 0, 0)
        (rest.malformed, rest.prefixesReceived) = (0, 0)
        return rest
    }
}

extension Status.Service {
    fileprivate var essence: Self {
        var rest = self
        (rest.queriesPerSecond, rest.bitsPerSecond, rest.queries, rest.answers, rest.malformed) = (0, 0, 0, 0, 0)
        return rest
    }
}

extension Status.Drain {
    fileprivate var essence: Self {
        var rest = self
        (rest.secondsLeft, rest.share, rest.since) = (nil, nil, nil)
        (rest.ends, rest.endsInSeconds) = (ends.map { _ in "" }, nil)
        return rest
    }
}

extension Status.Alarm {
    /// Its words may count seconds, and what came back is another answer each time.
    fileprivate var essence: Self {
        var rest = self
        (rest.text, rest.evidence) = ("", nil)
        return rest
    }
}

extension Status.Transition {
    fileprivate var essence: Self {
        var rest = self
        rest.inSeconds = 0
        return rest
    }
}

extension Status.Configuration {
    fileprivate var essence: Self {
        var rest = self
        (rest.confirmBy, rest.confirmSecondsLeft) = (confirmBy.map { _ in "" }, nil)
        return rest
    }
}
