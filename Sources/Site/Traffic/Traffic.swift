internal import Config
internal import Health
internal import Kernel
internal import Net

/// What service addresses send to other hosts, counted where it can be:
///
///     served by     by                                             what counts
///     landfall      `landfall serve`, in memory that we share      answers
///     another       the kernel, in packet sockets                  packets; for checks of DNS, datagrams from its port
///
/// An address whose count can't be read has none, and nobody guesses.
final class Traffic {
    /// Where our own servers count.
    let answers: AddressCounters?
    private var served: [Address: (counter: AddressCounter, port: UInt16)] = [:]
    /// Of the service that has the address.
    private var addresses: [Address: [Address]] = [:]
    private var packets: [Source: PacketCounter] = [:]
    private var rates: [Address: TrafficRate] = [:]
    private let onTrouble: (String) -> Void
    private var hasTroubled = false

    private struct Source: Hashable {
        var address: Address
        var content: PacketCounter.Content
    }

    init(onTrouble: @escaping (String) -> Void) {
        self.onTrouble = onTrouble
        do throws(SystemError) { answers = try AddressCounters() } catch {
            answers = nil
            trouble("what services answer can't be counted: \(error)")
        }
    }

    /// What is the same as before goes on counting.
    func follow(_ services: [Service], at site: String) {
        (served, addresses) = ([:], [:])
        var wanted: Set<Source> = []
        for service in services {
            for address in service.addresses {
                addresses[address] = service.addresses
                if let serve = service.serve(at: site) {
                    served[address] = answers?.counter(for: address).map { ($0, serve.port) }
                } else {
                    wanted.formUnion(Self.sources(at: address, service.checks))
                }
            }
        }
        packets = packets.filter { wanted.contains($0.key) }
        for source in wanted where packets[source] == nil { open(source) }
        rates = rates.filter { count(at: $0.key) != nil }
    }

    private static func sources(at address: Address, _ checks: [Check]) -> [Source] {
        let ports = checks.compactMap { if case .dns(let dns) = $0.kind { dns.port ?? 53 } else { nil } }
        return [Source(address: address, content: .all)]
            + ports.map { Source(address: address, content: .datagrams(port: $0)) }
    }

    private func open(_ source: Source) {
        do throws(SystemError) {
            packets[source] = try PacketCounter(from: source.address, source.content)
        } catch {
            trouble(
                "packets can't be counted, so an overload looks like a failure, and a drain doesn't see what still "
                    + "arrives: \(error); it takes CAP_NET_RAW")
        }
    }

    /// Once: the reason is the same for all addresses.
    private func trouble(_ reason: String) {
        if !hasTroubled { onTrouble(reason) }
        hasTroubled = true
    }

    // MARK: For checks

    /// What speaks for the service that a check asks, at each of its addresses; none where nothing speaks for this one.
    func counts(for check: Check, at address: Address) -> [Address: UInt64] {
        guard let own = count(for: check, at: address) else { return [:] }
        var counts = [address: own]
        for other in addresses[address] ?? [] where other != address { counts[other] = count(for: check, at: other) }
        return counts
    }

    /// What speaks for the service that a check asks at one address; nil: nothing that could be counted does, or the check is about a
    /// neighbor's link, of which a service that answers by another one says nothing.
    func count(for check: Check, at address: Address) -> UInt64? {
        guard check.neighbor == nil else { return nil }
        guard let (counter, port) = served[address] else {
            guard case .dns(let dns) = check.kind else { return nil }
            return packets[Source(address: address, content: .datagrams(port: dns.port ?? 53))]?.read()
        }
        let asksIt =
            switch check.kind {
            case .dns(let dns): dns.port ?? port == port
            case .tcp(let tcp): tcp.port == port
            case .http(let http): http.port == port
            case .icmp(let echo): echo.address ?? address == address
            case .exec: true
            }
        return asksIt ? counter.value : nil
    }

    // MARK: Rates

    /// To be called every now and then.
    func sample(at now: Instant) {
        for address in Set(served.keys).union(packets.keys.map(\.address)) {
            if let count = count(at: address) { rates[address, default: TrafficRate()].note(count, at: now) }
        }
    }

    /// Since the agent's start, or since it follows the address.
    func count(at address: Address) -> UInt64? {
        served[address]?.counter.value ?? packets[Source(address: address, content: .all)]?.read()
    }

    /// Of all these addresses; nil when it isn't known of one of them.
    func perSecond(_ addresses: [Address], over window: Duration) -> Double? {
        let known = addresses.compactMap { rates[$0]?.perSecond(over: window) }
        return known.count == addresses.count && !known.isEmpty ? known.reduce(0, +) : nil
    }
}
