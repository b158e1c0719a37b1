/// Why a rehearsal could not be held.
package enum LabError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file asks for something that can't be rehearsed.
    case input(String)
    /// The machine lacks a program or a capability; with the remedy.
    case machineLacks(String)
    /// It was built, but didn't come to work.
    case failed(String)
    /// What is wrong with the file, a line for each, as editors read them.
    case file(String)

    package var description: String {
        switch self {
        case .input(let text), .machineLacks(let text), .failed(let text), .file(let text): text
        }
    }
}

extension Blueprint.Failure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noInternet: "there is no \"internet\" in the file: a rehearsal needs one around the sites"
        case .noClients: "no AS in \"internet\" has a client: nobody would ask anything"
        case .tooLarge: "too large: at most 32,768 links and 4,096 clients"
        case .noFreeAddresses: "the file uses addresses of every range that the rehearsal could take its own from"
        case .strangeNeighbor(let site, let neighbor, let asn):
            "\(site)'s neighbor \(neighbor) is in \(asn), which isn't in \"internet\""
        case .password(let neighbor, let reason): "the password of neighbor \(neighbor): \(reason)"
        }
    }
}
