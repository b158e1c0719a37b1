internal import Config
internal import Health
package import Net

/// Where clients ask a service.
package struct ServicePort: Hashable, Sendable, CustomStringConvertible {
    package var service: String
    package var transport: OpenSocket.Transport
    package var address: Address
    package var port: UInt16
    /// Whether `landfall serve` opens it, and not another program.
    package var isOurs: Bool

    package init(service: String, transport: OpenSocket.Transport, address: Address, port: UInt16, isOurs: Bool) {
        (self.service, self.transport, self.address) = (service, transport, address)
        (self.port, self.isOurs) = (port, isOurs)
    }

    var endpoint: Endpoint { Endpoint(address, port: port) }
    /// `udp 203.0.113.53:53`
    package var description: String { "\(transport.rawValue) \(endpoint)" }
}

extension Subject {
    /// Those of our own servers as the file says; those of other programs as the checks ask them.
    var servicePorts: [ServicePort] {
        network.services.flatMap { service in
            let isOurs = service.serve(at: site.name) != nil
            let wanted = service.serve(at: site.name).map { serve in
                [OpenSocket.Transport.udp, .tcp].map { ($0, serve.port) }
            }
            var seen: Set<ServicePort> = []
            return (wanted ?? service.checks.compactMap(\.asked)).flatMap { transport, port in
                service.addresses.map { address in
                    ServicePort(
                        service: service.name, transport: transport, address: address, port: port, isOurs: isOurs)
                }
            }.filter { seen.insert($0).inserted }
        }
    }
}

extension Check {
    /// What it asks of the service's own address; nil where it asks something else.
    fileprivate var asked: (OpenSocket.Transport, UInt16)? {
        guard neighbor == nil else { return nil }
        switch kind {
        case .dns(let dns): return (dns.transport == .udp ? .udp : .tcp, dns.port ?? 53)
        case .tcp(let tcp): return (.tcp, tcp.port)
        case .http(let http): return (.tcp, http.port)
        case .icmp, .exec: return nil
        }
    }
}
