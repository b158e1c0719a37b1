internal import CSSL

/// A digest of what comes in pieces (FIPS 180-4), by OpenSSL.
@safe
public struct Hashing: ~Copyable {
    public enum Algorithm: Sendable {
        case sha256, sha384, sha512

        fileprivate var digest: OpaquePointer? {
            switch self {
            case .sha256: unsafe EVP_sha256()
            case .sha384: unsafe EVP_sha384()
            case .sha512: unsafe EVP_sha512()
            }
        }
    }

    /// nil when OpenSSL has no memory left: then nothing is a digest.
    private let context: OpaquePointer?

    public init(_ algorithm: Algorithm) {
        unsafe context = EVP_MD_CTX_new()
        unsafe EVP_DigestInit_ex(context, algorithm.digest, nil)
    }

    public mutating func update(_ bytes: Span<UInt8>) {
        // SAFETY: the bytes exist while the call runs, and it is told how many they are.
        unsafe bytes.withUnsafeBufferPointer { bytes in
            _ = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
        }
    }

    /// As many bytes as the algorithm has; none when it failed.
    public consuming func finish() -> [UInt8] {
        var count: UInt32 = 0
        var digest = [UInt8](repeating: 0, count: 64)  // the longest
        // SAFETY: no digest is longer than the buffer, which outlives the call.
        let isDone = unsafe digest.withUnsafeMutableBufferPointer { digest in
            unsafe EVP_DigestFinal_ex(context, digest.baseAddress, &count)
        }
        return isDone == 1 ? [UInt8](digest.prefix(Int(count))) : []
    }

    deinit { unsafe EVP_MD_CTX_free(context) }
}
