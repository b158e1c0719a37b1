internal import CSSL

/// What content is known by: SHA-256 (FIPS 180-4), by OpenSSL.
public struct SHA256: Hashable, Sendable {
    /// 32 of them.
    public let bytes: [UInt8]

    public init(of content: [UInt8]) {
        bytes = unsafe [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            // SAFETY: both buffers are as long as the call is told, and outlive it.
            unsafe content.withUnsafeBufferPointer { content in
                _ = unsafe CSSL.SHA256(content.baseAddress, content.count, digest.baseAddress)
            }
            count = 32
        }
    }

    /// 64 hexadecimal digits, lower case.
    public var text: String {
        let digits = Array("0123456789abcdef")
        return String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
