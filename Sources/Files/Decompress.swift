import CBzip2
import CZlib

extension File {
    /// All bytes of a file that may be compressed with gzip or bzip2, which its first bytes say, whatever its name.
    ///
    /// - Parameter limit: what we are ready to hold in memory, decompressed: a small file can stand for a huge one.
    public static func readDecompressed(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
        let bytes = try read(path, limit: limit)
        guard let format = Compression(bytes) else { return bytes }
        return switch format {
        case .gzip: try decompress(bytes, of: path, limit: limit, Gzip.init)
        case .bzip2: try decompress(bytes, of: path, limit: limit, Bzip2.init)
        }
    }

    /// Members one after the other, as `cat` of compressed files makes them, count as one.
    private static func decompress<Format: Decompressor>(
        _ bytes: [UInt8], of path: String, limit: Int, _ open: () -> Format?
    ) throws(FileError) -> [UInt8] {
        var output: [UInt8] = []
        var offset = 0
        while offset < bytes.count {
            guard let member = open() else { throw FileError(path, .damaged) }
            let (count, fault) = member.inflate(bytes, from: offset, into: &output, limit: limit)
            if let fault { throw FileError(path, fault) }
            offset += count
        }
        return output
    }
}

private enum Compression {
    case gzip
    case bzip2

    init?(_ bytes: [UInt8]) {
        if bytes.starts(with: [0x1f, 0x8b]) {
            self = .gzip
        } else if bytes.starts(with: Array("BZh".utf8)) {
            self = .bzip2
        } else {
            return nil
        }
    }
}

private protocol Decompressor: AnyObject {
    /// One step: takes what it can of `input`, fills what it can of `output`.
    func step(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> (read: Int, written: Int, state: DecompressorState)
}

private enum DecompressorState {
    case more
    case ended
    case damaged
}

extension Decompressor {
    /// Appends one whole member to `output`, and says how many bytes it has, or what is wrong with it.
    fileprivate func inflate(
        _ bytes: [UInt8], from start: Int, into output: inout [UInt8], limit: Int
    ) -> (count: Int, fault: FileError.Reason?) {
        var offset = start
        while true {
            var result = (read: 0, written: 0, state: DecompressorState.more)
            let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 18) { buffer, filled in
                result = bytes.withUnsafeBufferPointer { step(UnsafeBufferPointer(rebasing: $0[offset...]), buffer) }
                filled = result.written
            }
            output += chunk
            offset += result.read
            guard output.count <= limit else { return (0, .tooLarge(limit: limit)) }
            switch result.state {
            case .ended: return (offset - start, nil)
            case .damaged: return (0, .damaged)
            case .more where result.read == 0 && result.written == 0: return (0, .cut)
            case .more: continue
            }
        }
    }
}

private final class Gzip: Decompressor {
    private var stream = z_stream()

    init?() {
        guard landfall_inflate_init(&stream) == Z_OK else { return nil }
    }

    deinit { inflateEnd(&stream) }

    func step(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> (read: Int, written: Int, state: DecompressorState) {
        let (given, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        (stream.avail_in, stream.next_out, stream.avail_out) = (given, output.baseAddress, room)
        let code = CZlib.inflate(&stream, Z_NO_FLUSH)
        let state: DecompressorState =
            switch code {
            case Z_OK, Z_BUF_ERROR: .more
            case Z_STREAM_END: .ended
            default: .damaged
            }
        return (Int(given - stream.avail_in), Int(room - stream.avail_out), state)
    }
}

private final class Bzip2: Decompressor {
    private var stream = bz_stream()

    init?() {
        guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { return nil }
    }

    deinit { BZ2_bzDecompressEnd(&stream) }

    func step(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> (read: Int, written: Int, state: DecompressorState) {
        let (given, room) = (UInt32(clamping: input.count), UInt32(clamping: output.count))
        stream.next_in = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(input.baseAddress))?
            .assumingMemoryBound(to: CChar.self)
        stream.avail_in = given
        stream.next_out = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        stream.avail_out = room
        let code = BZ2_bzDecompress(&stream)
        let state: DecompressorState =
            switch code {
            case BZ_OK: .more
            case BZ_STREAM_END: .ended
            default: .damaged
            }
        return (Int(given - stream.avail_in), Int(room - stream.avail_out), state)
    }
}
