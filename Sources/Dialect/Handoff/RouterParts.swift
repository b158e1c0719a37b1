internal import Net

/// Where sessions of one family end at several addresses, those are several routers as a rule: what all of them need comes
/// first, and then a part for each address, which only the router that has it takes.
extension Handoff {
    struct RouterPart {
        /// Which router it is for; nil: there is one.
        var heading: String?
        var sessions: [Session]

        func sessions(of family: Family) -> [Session] { sessions.filter { $0.family == family } }
        var families: [Family] { Family.allCases.filter { !sessions(of: $0).isEmpty } }
    }

    var routerParts: [RouterPart] {
        guard hasSeveralRouters else { return [RouterPart(heading: nil, sessions: sessions)] }
        return sessions.map(\.routerAddress).unique.map { address in
            let own = sessions.filter { $0.routerAddress == address }
            let names = own.map(\.neighbor).unique.joined(separator: ", ")
            return RouterPart(heading: "---- Only for the router that has \(address) (\(names)) ----", sessions: own)
        }
    }

    /// Above what all of them take; nil: there is one.
    var commonHeading: String? { hasSeveralRouters ? "---- For every one of these routers ----" : nil }
}

extension Comments {
    /// A line of its own, or none.
    func heading(_ text: String?) -> [String] { text.map { lines([$0]) } ?? [] }
}
