import YAML

let nameAccepts = "a name (letters, digits, - and _, at most 32, no - or _ first)"

/// What sites, neighbors, services and the like are called: it becomes part of file names, commands and labels.
func isName(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    let isWord = { (byte: UInt8) in
        Unicode.Scalar(byte).properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
    }
    guard let first = bytes.first, bytes.count <= 32, isWord(first) else { return false }
    return bytes.allSatisfy { isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
}

extension Kind where Value == String {
    static var name: Kind { scalar(nameAccepts) { isName($0) ? $0 : nil } }

    /// Text on one line.
    static func text(_ accepts: String, most: Int = 255) -> Kind {
        scalar("\(accepts) of at most \(most) bytes, without control characters") { text in
            let clean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            return clean && text.utf8.count <= most ? text : nil
        }
    }
}

extension Kind where Value == Bool {
    static var flag: Kind {
        scalar("true or false") { ["true": true, "yes": true, "false": false, "no": false][$0] }
    }
}

extension Kind where Value: FixedWidthInteger & Sendable {
    static func number(_ range: ClosedRange<Value>) -> Kind {
        scalar("a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Value(text) else { return nil }
            return range.contains(value) ? value : nil
        }
    }
}

extension Kind where Value == Double {
    /// `2`, `1.5`.
    static func decimal(_ range: ClosedRange<Double>) -> Kind {
        scalar("a number from \(range.lowerBound) to \(range.upperBound), such as 1.5") { text in
            guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e }),
                let value = Double(text), range.contains(value)
            else { return nil }
            return value
        }
    }
}

extension Kind where Value == UInt64 {
    /// So many a second: `800k`, `20G`, in powers of ten.
    static var rate: Kind {
        let units: [Character: UInt64] = ["k": 1000, "M": 1_000_000, "G": 1_000_000_000, "T": 1_000_000_000_000]
        return scalar("a number a second, with k, M, G or T for powers of ten, such as 800k or 20G") { text in
            let unit = text.last.flatMap { units[$0] }
            guard let value = scaled(unit == nil ? text[...] : text.dropLast(), by: unit ?? 1) else { return nil }
            return value > 0 ? value : nil
        }
    }
}

extension Kind where Value == Duration {
    static func duration(_ range: ClosedRange<Duration>) -> Kind {
        scalar("a duration from \(range.lowerBound.text) to \(range.upperBound.text), such as 200ms, 3s, 5m or 1h") {
            text throws(Refusal) in
            if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                throw Refusal("has no unit; write \(text)ms or \(text)s")
            }
            guard let value = Duration(text: text), range.contains(value) else { return nil }
            return value
        }
    }

    /// What two BGP speakers agree on: whole seconds, at least three (RFC 4271 §4.2). Its 0, no hold timer at all, is
    /// refused: a dead site would stay in the routing tables.
    static var holdTime: Kind {
        duration(.seconds(3)...(.seconds(65535))).map { value, _ throws(Refusal) in
            guard value.wholeMilliseconds % 1000 == 0 else {
                throw Refusal("BGP counts whole seconds; write 3s, not \(value.text)")
            }
            return value
        }
    }
}
