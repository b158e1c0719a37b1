internal import Net

/// The numbers of a $GENERATE: `1-254`, `0-100/2`.
struct GeneratedRange {
    let numbers: StrideThrough<Int>
    let count: Int

    /// What all of a zone may make: a line of a few bytes would make a zone of any size otherwise.
    static let most = 1 << 20

    init?(_ word: Span<UInt8>) {
        guard let dash = word.indices.first(where: { word[$0] == UInt8(ascii: "-") }) else { return nil }
        let slash = word.indices.first { word[$0] == UInt8(ascii: "/") } ?? word.count
        guard dash < slash, let first = Self.number(word.extracting(..<dash)),
            let last = Self.number(word.extracting((dash + 1)..<slash)), first <= last
        else { return nil }
        var step = 1
        if slash < word.count {
            guard let given = Self.number(word.extracting((slash + 1)...)), given > 0 else { return nil }
            step = given
        }
        numbers = stride(from: first, through: last, by: step)
        count = (last - first) / step + 1
    }

    /// 31 bits.
    private static func number(_ word: Span<UInt8>) -> Int? {
        decimal(word).flatMap { $0 <= UInt64(Int32.max) ? Int($0) : nil }
    }
}

/// The template of a $GENERATE: `$` stands for the number, `${offset,width,base}` for another form of it, `$$` and `\$`
/// for a dollar.
struct GeneratedLine {
    private var template: [UInt8] = []

    private static let dollar = UInt8(ascii: "$")
    private static let mostWidth = 64

    mutating func add(_ word: Span<UInt8>, isQuoted: Bool) {
        if !template.isEmpty { template.append(UInt8(ascii: " ")) }
        if isQuoted { template.append(UInt8(ascii: "\"")) }
        template.put(word)
        if isQuoted { template.append(UInt8(ascii: "\"")) }
    }

    /// A line of a zone file; nil when braces hold something else, or a number is below zero.
    func text(for number: Int) -> [UInt8]? {
        var line: [UInt8] = []
        var at = 0
        while at < template.count {
            let byte = template[at]
            at += 1
            if byte == UInt8(ascii: "\\"), at < template.count {
                line += [byte, template[at]]
                at += 1
            } else if byte != Self.dollar {
                line.append(byte)
            } else if at < template.count, template[at] == Self.dollar {
                line += [UInt8(ascii: "\\"), Self.dollar]
                at += 1
            } else if at < template.count, template[at] == UInt8(ascii: "{") {
                guard let end = template[at...].firstIndex(of: UInt8(ascii: "}")),
                    let text = Self.form(number, String(decoding: template[at + 1..<end], as: UTF8.self))
                else { return nil }
                line += text.utf8
                at = end + 1
            } else {
                line += String(number).utf8
            }
        }
        return line
    }

    /// `offset[,width[,base]]`.
    private static func form(_ number: Int, _ braces: String) -> String? {
        let parts = braces.split(separator: ",", omittingEmptySubsequences: false)
        guard (1...3).contains(parts.count), let offset = Int32(parts[0]) else { return nil }
        let width = parts.count > 1 ? UInt8(parts[1]).map(Int.init) : 0
        guard let width, width <= mostWidth, number + Int(offset) >= 0 else { return nil }
        let value = number + Int(offset)
        return switch parts.count > 2 ? parts[2] : "d" {
        case "d": padded(String(value), width)
        case "o": padded(String(value, radix: 8), width)
        case "x": padded(String(value, radix: 16), width)
        case "X": padded(String(value, radix: 16).uppercased(), width)
        case "n": nibbles(String(value, radix: 16), width)
        case "N": nibbles(String(value, radix: 16).uppercased(), width)
        default: nil
        }
    }

    private static func padded(_ digits: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// Digits as labels, the lowest first, as ip6.arpa wants them; the width counts dots too.
    private static func nibbles(_ digits: String, _ width: Int) -> String {
        padded(digits, (width + 1) / 2).reversed().map(String.init).joined(separator: ".")
    }
}
