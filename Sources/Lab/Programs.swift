internal import Config
internal import Files
internal import Glibc
internal import Kernel

/// Finds other people's programs: in the tree that `make deps` makes, or on PATH.
package enum Programs {
    package static func find(_ name: String) -> String? {
        SearchPath.find(name, in: peers.map { $0 + "/bin" } + path)
    }

    /// Folders of peers: `$LANDFALL_PEERS`, else `.build/peers` here, or above the executable.
    package static var peers: [String] {
        if let chosen = getenv("LANDFALL_PEERS") { return [String(cString: chosen)] }
        let executable = (try? Stage.absolute("/proc/self/exe")) ?? ""
        let above = executable.ranges(of: "/.build/").last.map { String(executable[..<$0.upperBound]) + "peers" }
        return [(try? Stage.absolute(".build/peers")), above].compactMap(\.self)
    }

    /// BIRD is in sbin, which PATH of ordinary users lacks.
    package static var path: [String] { SearchPath.folders + ["/usr/local/sbin", "/usr/sbin", "/sbin"] }

    /// For children: the peers' programs before those of the system.
    package static var searchPath: String { (peers.map { $0 + "/bin" } + path).joined(separator: ":") }

    package static func requireBIRD() throws(LabError) -> String {
        if let bird = find("bird") { return bird }
        throw .machineLacks(
            "no BIRD. `make deps` unpacks one into .build/peers (LANDFALL_PEERS names another folder); on Debian, "
                + "`apt install bird2` does too; --router landfall takes our own instead")
    }

    /// For an `overload`.
    package static func requireNFT() throws(LabError) -> String {
        if let nft = find("nft") { return nft }
        throw .machineLacks(
            "no nft: an overload limits the service with it. `make deps` unpacks one into .build/peers; on Debian, "
                + "`apt install nftables` does too")
    }
}
