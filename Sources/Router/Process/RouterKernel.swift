internal import Loop
internal import Net
internal import RIB
internal import Speaker

/// What is decided goes into the kernel's table, on a loop of the table's own: locks that others hold on it hold up no
/// session. The next batch is taken from the RIB when the table has the one before, so that what waits is a set of
/// prefixes, and no queue.
extension RouterDaemon {
    func startKernel(_ options: Router.KernelOptions) throws {
        let table = try KernelTable(loop: try Loop(name: "kernel"), options: options) { [weak self] told in
            guard let self else { return }
            loop.submit { self.assumeIsolated { $0.note(told) } }
        }
        table.loop.submit {
            do { try table.assumeIsolated { try $0.start() } } catch {
                self.loop.submit { self.assumeIsolated { $0.trouble("the kernel's routes: \(error)") } }
            }
        }
        kernel.table = table
        tellNeighbors(to: table)
        withRouter { router in router.startInstalling { [weak self] in self?.assumeIsolated { $0.pump() } } }
    }

    /// Where they are, for next hops that are link-local.
    func tellNeighbors(to table: KernelTable) {
        let all = edition.configuration.neighbors.map(\.session)
        let known = withRouter { router in
            all.compactMap { neighbor in router.id(of: neighbor.name).map { ($0, neighbor.address, neighbor.interface) } }
        }
        let neighbors = known ?? []
        table.loop.submit {
            table.assumeIsolated { for (id, address, zone) in neighbors { $0.neighbor(id, at: address, interface: zone) } }
        }
    }

    private func pump() {
        guard let table = kernel.table, !kernel.isPumping, !isStopping else { return }
        kernel.isPumping = true
        Task { await self.carry(to: table) }
    }

    private func carry(to table: KernelTable) async {
        while !isStopping, let (uses, batch) = withRouter({ $0.withRIB { ($0.takeNextHopUses(), $0.takeInstallations(limit: 1000)) } }),
            !uses.isEmpty || !batch.isEmpty
        {
            if !uses.isEmpty { await table.nextHops(uses) }
            if !batch.isEmpty { await table.want(batch) }
        }
        kernel.isPumping = false
    }

    /// Whether next hops can be reached decides about routes; what a neighbor costs by the file comes on top.
    private func note(_ told: KernelTable.Told) {
        switch told {
        case .costs(let costs):
            let own = Dictionary(
                edition.configuration.neighbors.map { ($0.session.address, $0.cost) }, uniquingKeysWith: { first, _ in first })
            withRouter { router in
                router.withRIB { rib in
                    for hop in costs {
                        rib.setCost(of: hop.address, hop.cost.map { UInt32(clamping: UInt64($0) + UInt64(own[hop.address] ?? 0)) })
                    }
                }
            }
        case .notice(let notice): log.say(.kernel) { $0.reason = notice.text }
        case .failed(let error): trouble("the kernel's routes: \(error)")
        }
    }

    private func trouble(_ reason: String) { log.say(.trouble) { $0.reason = reason } }

    /// All our routes leave the table, and then `done`.
    func stopKernel(_ done: @escaping @Sendable () -> Void) {
        guard let table = kernel.table else { return done() }
        Task {
            await table.stop(flush: true)
            done()
        }
    }
}

struct RouterKernel {
    /// nil: the kernel is left alone.
    var table: KernelTable?
    var isPumping = false
}

extension FIB.Notice {
    fileprivate var text: String {
        switch self {
        case .found(let count):
            "\(count) routes are there that a router before this one left; they stay until it is known which are wanted"
        case .outdated(let count): "\(count) of them are wanted no longer, and go"
        case .lost(let count): "somebody else changed or removed \(count) routes; they are put right"
        case .refused(let refused): "\(refused.prefix) was refused: \(refused.reason)"
        }
    }
}
