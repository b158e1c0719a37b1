import BGP
import Glibc
import Net
import Peers
import Testing

/// A message as data: comments with `#`, what was negotiated, the bytes, and behind `>` what they mean.
/// `LANDFALL_RECORD=1` writes the meanings again.
struct Vector: Sendable, CustomTestStringConvertible {
    var name: String
    var path: String
    var head: [String] = []
    var codec = Codec()
    var bytes: [UInt8] = []
    var meaning: [String] = []

    var testDescription: String { name }

    static let all: [Vector] = {
        let path = Repository.root + "/Tests/BGPTests/Vectors"
        return entries(of: path).filter { $0.hasSuffix(".hex") }.sorted().map { Vector(path + "/" + $0) }
    }()

    private init(_ path: String) {
        self.path = path
        name = String(path.split(separator: "/").last?.dropLast(4) ?? "")
        for line in (readFile(path) ?? "").split(separator: "\n").map(String.init) {
            if line.hasPrefix("> ") {
                meaning.append(String(line.dropFirst(2)))
            } else {
                head.append(line)
                if line.hasPrefix("codec:") {
                    codec = Codec(fourByteASN: line.contains("4"), isInternal: line.contains("internal"))
                } else if !line.hasPrefix("#") {
                    bytes += hex(line)
                }
            }
        }
    }

    /// Where this process is told to, the file says from now on what `lines` say.
    func record(_ lines: [String]) {
        guard getenv("LANDFALL_RECORD") != nil, let file = fopen(path, "w") else { return }
        fputs((head + lines.map { "> " + $0 }).joined(separator: "\n") + "\n", file)
        fclose(file)
    }
}

func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { !$0.isWhitespace }
    var bytes: [UInt8] = []
    var index = digits.startIndex
    while let next = digits.index(index, offsetBy: 2, limitedBy: digits.endIndex), index < digits.endIndex {
        bytes.append(UInt8(digits[index..<next], radix: 16) ?? 0)
        index = next
    }
    return bytes
}

func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// All that arrives becomes messages, or the error that ends it.
func decode(_ bytes: [UInt8], _ codec: Codec) -> Result<[Message], BGPError> {
    var framer = Framer()
    framer.append(bytes)
    var messages: [Message] = []
    do {
        while let frame = try framer.next() { messages.append(try Message.decode(frame, codec)) }
        return .success(messages)
    } catch { return .failure(error) }
}
