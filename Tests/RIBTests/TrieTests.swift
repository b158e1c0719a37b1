import Net
import Testing

@testable import RIB

@Suite("Prefixes")
struct TrieTests {
    static func prefix(_ family: Family, _ random: inout SeededRandom) -> Prefix {
        let length = Int.random(in: 0...family.width, using: &random)
        // Few different bits, so that prefixes lie within each other.
        var bits = UInt128.random(in: 0 ... .max, using: &random) & UInt128.random(in: 0 ... .max, using: &random)
        bits &= .max << 120 | UInt128(0xf0f0) << 96 | UInt128(0x0303) << 32 | 1
        return Prefix(Address(family: family, bits: bits), length: length) ?? Prefix(host: Address(v4: 0))
    }

    @Test("finds what a scan of all prefixes finds, while they come and go", arguments: Family.allCases, 0..<10)
    func model(family: Family, seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var table = NetTable()
        var scan: [Prefix: UInt32] = [:]
        for _ in 0..<400 {
            let prefix = Self.prefix(family, &random)
            if Int.random(in: 0..<5, using: &random) < 3 {
                let net = table.insert(prefix)
                #expect(scan[prefix] == nil || scan[prefix] == net.rawValue, "seed \(seed)")
                scan[prefix] = net.rawValue
            } else if let old = scan.keys.sorted().randomElement(using: &random) {
                table.remove(table.find(old))
                scan[old] = nil
            }
            let asked = Self.prefix(family, &random).address
            let longest = scan.filter { $0.key.contains(asked) }.max { $0.key.length < $1.key.length }
            #expect(table.match(asked).rawValue == longest?.value ?? 0, "seed \(seed), \(asked)")
            #expect(table.find(prefix).rawValue == scan[prefix] ?? 0, "seed \(seed), \(prefix)")
        }
        #expect(table.count(family) == scan.count)
        for prefix in scan.keys { table.remove(table.find(prefix)) }
        #expect(table.count(family) == 0 && table.slots.used == 0)
        let again = table.insert(Self.prefix(family, &random))
        #expect(table.slots.used == 1 && again.exists)
    }

    @Test("goes through them in order, from any place, within any prefix", arguments: Family.allCases, 0..<4)
    func walk(family: Family, seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        var table = NetTable()
        let all = Set((0..<300).map { _ in Self.prefix(family, &random) })
        for prefix in all { _ = table.insert(prefix) }
        for _ in 0..<10 {
            let scope = Bool.random(using: &random) ? Self.everything(family) : Self.prefix(family, &random)
            let start = Bool.random(using: &random) ? nil : Self.prefix(family, &random)
            var found: [Prefix] = []
            table.walk(within: scope, after: start) { net in
                found.append(table.prefix(net))
                return true
            }
            let expected = all.filter { prefix in scope.contains(prefix) && start.map { $0 < prefix } ?? true }.sorted()
            #expect(found == expected, "seed \(seed), within \(scope) after \(start.map { "\($0)" } ?? "nothing")")
        }
    }

    static func everything(_ family: Family) -> Prefix {
        Prefix(Address(family: family, bits: 0), length: 0) ?? Prefix(host: Address(v4: 0))
    }

    @Test("every length of both families, at both ends of the address space", arguments: Family.allCases)
    func lengths(family: Family) {
        var table = NetTable()
        for bits in [UInt128(0), .max] {
            for length in 0...family.width {
                guard let prefix = Prefix(Address(family: family, bits: bits), length: length) else { continue }
                let net = table.insert(prefix)
                #expect(table.prefix(net) == prefix)
            }
        }
        let last = Address(family: family, bits: .max)
        #expect(table.prefix(table.match(last)) == Prefix(host: last))
        for length in (1...family.width).reversed() {
            guard let prefix = Prefix(last, length: length) else { continue }
            #expect(table.prefix(table.match(last)) == prefix)
            table.remove(table.find(prefix))
        }
        #expect(table.prefix(table.match(last)).length == 0)
    }

    @Test("what a list of runs gives back is used again, whatever lengths come")
    func blocks() {
        var blocks = Blocks<UInt32>(filler: 0)
        var random = SeededRandom(seed: 7)
        var runs: [(run: UInt32, values: [UInt32])] = (0..<40).map { _ in (0, []) }
        for step in 0..<20_000 {
            let index = Int.random(in: 0..<runs.count, using: &random)
            var (run, values) = runs[index]
            if values.isEmpty || values.count < 64 && Bool.random(using: &random) {
                let place = Int.random(in: 0...values.count, using: &random)
                blocks.insert(UInt32(step), at: place, in: &run, count: values.count)
                values.insert(UInt32(step), at: place)
            } else {
                let place = Int.random(in: 0..<values.count, using: &random)
                blocks.remove(at: place, in: &run, count: values.count)
                values.remove(at: place)
            }
            runs[index] = (run, values)
        }
        for (run, values) in runs {
            #expect(values.indices.allSatisfy { blocks[run + UInt32($0)] == values[$0] })
        }
        #expect(blocks.bytes < 40 * 64 * 4 * 6)
        for step in [nil, 8] {
            let blocks = Blocks<UInt8>(filler: 0, step: step)
            #expect((1...65_536).allSatisfy { blocks.room(blocks.kind($0)) >= $0 })
        }
    }
}
