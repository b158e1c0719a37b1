internal import CSSL
internal import Glibc

/// The client's side of one TLS connection, over memory: bytes of the network in and out, plain bytes out and in. It owns
/// no socket and no time.
///
///     socket ─ received ─▶ ┌────────┐ ─▶ plain
///                          │ Client │
///     socket ◀─ outgoing ─ └────────┘ ◀─ send
///
/// TLS 1.2 (RFC 5246) at the least, 1.3 (RFC 8446) where the peer has it. The peer's certificate is verified (RFC 5280,
/// RFC 6125) unless that is switched off. Not for use from several threads at once.
public final class Client {
    /// Whom to trust, and as whom the peer is known.
    public struct Policy: Hashable, Sendable {
        /// A name or an address, which the certificate must hold; a name is also told to the peer (SNI).
        public var name: String
        public var isAddress: Bool
        public var verify: Bool
        /// A PEM file; nil: the system's store.
        public var authorities: String?

        public init(name: String, isAddress: Bool, verify: Bool = true, authorities: String? = nil) {
            (self.name, self.isAddress) = (name, isAddress)
            (self.verify, self.authorities) = (verify, authorities)
        }
    }

    // SAFETY: both come from OpenSSL and are freed in deinit; the BIOs belong to `ssl`.
    private let context: OpaquePointer
    private let ssl: OpaquePointer
    private let incoming: OpaquePointer
    private let outgoing: OpaquePointer
    /// Plain bytes that wait for the handshake.
    private var waiting: [UInt8] = []
    public private(set) var isEstablished = false
    /// The peer said that it is done (close_notify): what came before is complete.
    public private(set) var isClosed = false

    /// How much is taken out at once.
    private static let chunk = 16384

    /// Begins the handshake: `takeOutgoing()` has its first bytes.
    public init(_ policy: Policy) throws(TLSError) {
        context = try Self.context(policy)
        guard let ssl = SSL_new(context), let input = landfall_tls_memory(), let output = landfall_tls_memory() else {
            SSL_CTX_free(context)
            throw .setUp(Self.reason("no memory"))
        }
        (self.ssl, incoming, outgoing) = (ssl, input, output)
        SSL_set_bio(ssl, input, output)
        SSL_set_connect_state(ssl)
        try name(policy)
        try shakeHands()
    }

    deinit {
        SSL_free(ssl)
        SSL_CTX_free(context)
    }

    private static func context(_ policy: Policy) throws(TLSError) -> OpaquePointer {
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw .setUp(reason("no memory")) }
        var failure: TLSError?
        if landfall_tls_least_version(context, TLS1_2_VERSION) != 1 { failure = .setUp(reason("no TLS 1.2")) }
        if failure == nil, policy.verify {
            let found =
                policy.authorities.map { SSL_CTX_load_verify_file(context, $0) }
                ?? SSL_CTX_set_default_verify_paths(context)
            if found != 1 {
                failure = .unusableAuthorities(
                    "\(policy.authorities ?? "the system's store"): \(reason("no PEM file"))")
            }
        }
        SSL_CTX_set_verify(context, policy.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nil)
        guard let failure else { return context }
        SSL_CTX_free(context)
        throw failure
    }

    /// An address is never told to the peer: SNI is for names (RFC 6066 §3).
    private func name(_ policy: Policy) throws(TLSError) {
        let name = policy.name
        if policy.isAddress {
            guard X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1 else { throw .setUp("address \(name)") }
        } else {
            guard SSL_set1_host(ssl, name) == 1, landfall_tls_server_name(ssl, name) == 1 else {
                throw .setUp("name \(name)")
            }
        }
    }

    /// Takes what the network brought; returns what that means in plain bytes, which can be nothing.
    public func receive(_ bytes: [UInt8]) throws(TLSError) -> [UInt8] {
        guard BIO_write(incoming, bytes, Int32(clamping: bytes.count)) == bytes.count || bytes.isEmpty else {
            throw .setUp("no memory")
        }
        if !isEstablished { try shakeHands() }
        return isEstablished ? try read() : []
    }

    /// Plain bytes for the peer. Before the handshake is over they wait.
    public func send(_ bytes: [UInt8]) throws(TLSError) {
        waiting += bytes
        guard isEstablished, !waiting.isEmpty else { return }
        ERR_clear_error()
        guard SSL_write(ssl, waiting, Int32(clamping: waiting.count)) > 0 else { throw .broken(Self.reason("write")) }
        waiting = []
    }

    /// What the network is to carry to the peer now.
    public func takeOutgoing() -> [UInt8] {
        let count = landfall_tls_pending(outgoing)
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = max(0, Int(BIO_read(outgoing, buffer.baseAddress, Int32(clamping: count))))
        }
    }

    private func shakeHands() throws(TLSError) {
        ERR_clear_error()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            isEstablished = true
            return try send([])
        }
        guard SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ else { throw failure("handshake") }
    }

    private func read() throws(TLSError) -> [UInt8] {
        var plain: [UInt8] = []
        while true {
            var count: Int32 = 0
            ERR_clear_error()
            plain += [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, initialized in
                count = SSL_read(ssl, buffer.baseAddress, Int32(Self.chunk))
                initialized = max(0, Int(count))
            }
            guard count <= 0 else { continue }
            switch SSL_get_error(ssl, count) {
            case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return plain
            case SSL_ERROR_ZERO_RETURN:
                isClosed = true
                return plain
            default: throw failure("read")
            }
        }
    }

    private func failure(_ step: String) -> TLSError {
        let result = SSL_get_verify_result(ssl)
        guard !isEstablished, result != Int(X509_V_OK), SSL_get_verify_mode(ssl) == SSL_VERIFY_PEER else {
            return .broken(Self.reason(step))
        }
        _ = Self.reason("")
        return .untrusted(X509_verify_cert_error_string(result).map { String(cString: $0) } ?? "error \(result)")
    }

    private static func reason(_ otherwise: String) -> String {
        var text = [CChar](repeating: 0, count: 200)
        landfall_tls_error(&text, text.count)
        let words = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return words.isEmpty ? otherwise : words
    }
}
