package import Codes
internal import Glibc
internal import Kernel
package import Net

/// Everything that `landfall doctor` looks at, in the order in which an agent would stumble over it.
///
///     /proc, netlink, nft, the agent ─▶ facts ─▶ looks ─▶ findings
///
/// Reading facts touches the system and judges nothing; judging is a function of the facts alone. Nothing is changed,
/// and the only packets that are sent are those of one TCP connection to each neighbor that nobody has a session with.
package enum Examination {
    /// - Parameter fileHash: what the file and its zones are known by, as an agent says it; asked for only where one runs.
    /// - Throws: this machine can't be examined at all.
    package static func run(
        _ subject: Subject, fileHash: @Sendable () -> String?
    ) throws(SystemError) -> (looks: [Look], agents: Report.Agents) {
        guard let own = ProcFile.read("/proc/self/status"), !own.isEmpty else {
            throw SystemError("read", "/proc/self/status", code: ENOENT)
        }
        let netlink = try Netlink()
        var surroundings = try Surroundings(subject)
        let answering = surroundings.agent
        // One of another host says nothing about this one.
        if answering?.isFor(subject) != true { surroundings.agent = nil }
        surroundings.followAgent()
        let place = AgentPlace(surroundings, answering: answering, fileHash: fileHash)
        var looks = place.looks + machine(surroundings)
        looks += Ports(surroundings).looks + addresses(surroundings, netlink)
        looks += NeighborExamination(surroundings: surroundings, netlink: netlink).facts().map(\.look)
        looks += settings(surroundings, netlink)
        looks += Tracking(surroundings.subject).looks + [ReceiveDrops(surroundings).look]
        return (looks, Report.Agents(surroundings))
    }

    private static func machine(_ surroundings: Surroundings) -> [Look] {
        let subject = surroundings.subject
        let isServing = subject.servicePorts.contains(where: \.isOurs)
        let openFiles = OpenFiles(surroundings)?.look ?? Look("open files", hidden: "limits can't be read")
        return Rights(surroundings).looks + [
            openFiles, FileAccess(subject).look, StateDisk(surroundings).look, Stopping(subject).look,
            Clock(subject).look, KernelFeatures(isServing: isServing, available: Confinement.available).look,
        ]
    }

    private static func addresses(_ surroundings: Surroundings, _ netlink: Netlink) -> [Look] {
        [OwnAddresses(surroundings).look, ServiceAddresses(surroundings, netlink).look]
    }

    private static func settings(_ surroundings: Surroundings, _ netlink: Netlink) -> [Look] {
        [
            ReversePath(surroundings, netlink).look, SharedLAN(surroundings, netlink).look,
            Forwarding(surroundings, netlink).look, IPv6(surroundings, netlink).look,
        ] + Queues(surroundings.subject).looks
    }

    /// What every finding stands for, by code.
    package static let explanations: [Explanation] = [
        .noNetAdmin, .noBindService, .noRaw, .cannotBecome, .userNobody, .unreadableFile, .fewOpenFiles,
        .portTaken, .wildcardListener, .nobodyListens, .secondListener, .bgpPortTaken, .metricsPortTaken,
        .sourceMissing, .noRoute, .notOnLink, .interfaceDown, .unresolved, .refused, .silent, .closes, .unreachable,
        .sessionDown, .otherSpeaker,
        .strictReversePath, .answersARP, .announcesARP, .forwardingLoop, .ipv6Disabled, .smallReceiveBuffer,
        .backlogDrops, .nonlocalBind,
        .addressMissing, .addressElsewhere, .addressLength, .addressOnLink, .duplicateAddress, .tentativeAddress,
        .tracked, .tableFull, .tableDrops, .socketDrops, .receiveErrors,
        .clockFree, .clockAbsurd, .stateReadOnly, .stateUnwritable, .diskFull, .inodesGone,
        .otherAgent, .silentAgent, .socketObstacle, .fileDiffers, .otherVersion, .shortStop, .killMode,
        .noLandlock, .noSeccomp,
    ]
}
