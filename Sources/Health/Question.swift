internal import DNS
public import Net

extension Check {
    /// What is asked, and where, for people: `www.example.org A over udp at 203.0.113.53 port 53`. Of a program's words only
    /// the first is told, since the others may be secrets.
    ///
    /// - Parameter port: the service's own, for checks that don't name one.
    public func question(at address: Address, port: UInt16) -> String {
        switch kind {
        case .dns(let dns):
            let names = dns.names.map(\.description).joined(separator: " or ")
            return "\(names) \(dns.type) over \(dns.transport.rawValue) at \(address) port \(dns.port ?? port)"
        case .tcp(let tcp):
            let words = tcp.expect.isEmpty ? "a connection" : "a connection with the expected words"
            return "\(words) at \(address) port \(tcp.port)"
        case .http(let http):
            let scheme = http.tls == nil ? "http" : "https"
            let host = http.host.map { " of \($0)" } ?? ""
            let path = Secrets.hidden(in: http.path)
            return "\(http.method.rawValue) \(path)\(host) over \(scheme) at \(address) port \(http.port)"
        case .icmp(let echo): return "an ICMP echo from \(echo.address ?? address)"
        case .exec(let exec): return "the program \(exec.command.first ?? "") for \(address)"
        }
    }
}
