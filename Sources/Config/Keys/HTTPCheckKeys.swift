import DNS
import Health
import Net
import YAML

extension HTTPCheck {
    init?(keys: inout Keys, _ folder: String) {
        let method = keys.optional("method", .choice(Method.self)) ?? .get
        let path = keys.optional("path", .target, default: "/")
        let host = keys.optional("host", .host)
        let port = keys.optional("port", .number(1...UInt16.max))
        let status = keys.optional("status", oneOrList(of: .status)) ?? [200...299]
        let body = keys.optional("body", Kind<String>.text("a text"))
        let isSecure = keys.optional("tls", .flag, default: false)
        let verify = keys.optional("verify", .flag, default: true)
        let authorities = keys.optional("authorities", .path("the path of a PEM file", in: folder))
        let tls = isSecure ? TLSCheck(verify: verify, authorities: authorities) : nil
        self.init(
            method: method, path: path, host: host, port: port ?? (isSecure ? 443 : 80), status: status, body: body,
            tls: tls)
        refuseContradictions(&keys)
    }

    private func refuseContradictions(_ keys: inout Keys) {
        for key in ["verify", "authorities"] where tls == nil && keys.has(key) {
            keys.refuse(key, "is about certificates, and without \"tls: true\" there is none")
        }
        if let tls, !tls.verify, tls.authorities != nil {
            keys.refuse("authorities", "is not looked at with \"verify: false\"; leave one out")
        }
        if method == .head, body != nil {
            keys.refuse("body", "is not there after HEAD; leave it out, or ask with GET")
        }
        if body?.isEmpty == true { keys.refuse("body", "is empty, which is in every body; leave it out") }
    }

    /// As people write it into a browser.
    var title: String {
        let usual = tls == nil ? 80 : 443
        let place = (host ?? "") + (port == usual ? "" : ":\(port)") + path
        return "\(tls == nil ? "http" : "https") \(method == .head ? "HEAD " : "")\(Secrets.hidden(in: place))"
    }
}

extension Kind where Value == String {
    /// RFC 9112 §3.2.1, in origin form.
    fileprivate static var target: Kind {
        scalar("a path that begins with /, such as /health?full, without spaces") { text in
            let clean = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }
            return text.hasPrefix("/") && clean && text.utf8.count <= 1000 ? text : nil
        }
    }

    fileprivate static var host: Kind {
        scalar("a host name, such as www.example.org, or an address") { text in
            if Address(text) != nil { return text }
            let isWord = { (byte: UInt8) in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf) || "-._".utf8.contains(byte)
            }
            let name = try? Name(text: text, origin: .root)
            return text.utf8.allSatisfy(isWord) && name?.isRoot == false && !text.hasSuffix(".") ? text : nil
        }
    }
}

extension Kind where Value == ClosedRange<Int> {
    fileprivate static var status: Kind {
        scalar("a status code or a range of them, such as 200 or 200-299") { text in
            let parts = text.split(separator: "-", omittingEmptySubsequences: false)
            let codes = parts.compactMap { $0.utf8.count == 3 ? Int($0) : nil }.filter { (200...599).contains($0) }
            guard codes.count == parts.count, codes.count <= 2, let least = codes.first, let most = codes.last,
                least <= most
            else { return nil }
            return least...most
        }
    }
}
