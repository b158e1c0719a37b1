import YAML

extension Hooks {
    init?(keys: inout Keys) {
        self.init()
        for moment in Moment.allCases {
            if let command = keys.optional(moment.rawValue, .command) { all.append(Hook(moment, command)) }
        }
        timeout = keys.optional("timeout", .duration(.milliseconds(100) ... .seconds(3600)), default: timeout)
        atOnce = keys.optional("at-once", .number(1...64), default: atOnce)
    }
}
