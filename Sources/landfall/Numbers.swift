/// Numbers for people. They come from agents, on other hosts too, and whatever those say, none of them traps.
extension Double {
    func whole(_ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> Int {
        Int(exactly: Swift.max(-1e15, Swift.min(self, 1e15)).rounded(rule)) ?? 0
    }
}

func milliseconds(_ value: Double) -> String { "\(value.whole()) ms" }
