/// In which country an AS number is registered, as of August 2021: where its holder is at home, which often is where its
/// network is.
public enum Registration {
    /// Nil: numbers that nobody was known to hold then, reserved and private ones, and holders without a country.
    public static func country(ofASN number: UInt32) -> Country? {
        var (low, high) = (0, runs.starts.count)
        while low < high {
            let middle = (low + high) / 2
            if runs.starts[middle] <= number { low = middle + 1 } else { high = middle }
        }
        guard low > 0, runs.countries[low - 1] != none else { return nil }
        return Country(number: runs.countries[low - 1])
    }

    private static let none = UInt8.max

    private static let runs: (starts: [UInt32], countries: [UInt8]) = {
        var (starts, countries): ([UInt32], [UInt8]) = ([], [])
        var (start, step): (UInt32, UInt32) = (0, 0)
        var code: [UInt8] = []
        let table = Table.registrations
        for index in table.indices {
            switch table[index] {
            case let digit where digit &- UInt8(ascii: "0") < 10:
                step = step &* 10 &+ UInt32(digit &- UInt8(ascii: "0"))
            case UInt8(ascii: "\n"):
                start &+= step
                starts.append(start)
                countries.append(Country(code: String(decoding: code, as: UTF8.self))?.number ?? none)
                (step, code) = (0, [])
            case let letter: code.append(letter)
            }
        }
        return (starts, countries)
    }()
}
