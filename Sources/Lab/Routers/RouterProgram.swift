internal import Dialect
internal import Files
internal import Kernel
internal import Net

/// What a rehearsal's routers are.
package enum RouterProgram: Hashable, Sendable {
    /// With the program's path.
    case bird(String)
    /// `landfall router`, this program.
    case landfall

    /// By its word; where nothing is said, BIRD where there is one, for nobody should judge us by ourselves.
    ///
    /// - Parameter mrai: what BIRD doesn't have.
    package static func choose(_ word: String?, mrai: Duration?) throws(LabError) -> RouterProgram {
        switch word {
        case "landfall": return .landfall
        case "bird":
            guard mrai == nil else { throw .input("rehearse: --mrai takes --router landfall: BIRD has no MRAI") }
            return .bird(try Programs.requireBIRD())
        case nil:
            return mrai == nil ? Programs.find("bird").map { .bird($0) } ?? .landfall : .landfall
        case let word?: throw .input("rehearse: --router \(word): it should be bird or landfall")
        }
    }

    package var name: String {
        switch self {
        case .bird: "bird"
        case .landfall: "landfall"
        }
    }

    func control(of router: String, on stage: Stage) -> any RouterControl {
        switch self {
        case .bird: BirdControl(path: stage.control(router))
        case .landfall: LandfallControl(path: stage.control(router))
        }
    }

    /// Where it writes which routes come and go, and how that is read.
    func log(of router: String, on stage: Stage) -> (path: String, log: any RouterLog) {
        switch self {
        case .bird: (stage.log(router), BirdLog())
        case .landfall: (stage.routerEvents(router), LandfallLog())
        }
    }

    /// Writes its configuration; what to start then, with which arguments.
    func prepare(_ index: Int, of blueprint: Blueprint, on stage: Stage, mrai: Duration) throws -> (String, [String]) {
        let (router, name) = (blueprint.routers[index], blueprint.nodes[index].name)
        switch self {
        case .bird(let path):
            let file = "\(stage.folder)/\(name).conf"
            try File.write(Array(BIRD.configuration(of: router).utf8), to: file)
            return (path, ["-f", "-c", file, "-s", stage.control(name)])
        case .landfall:
            let file = "\(stage.folder)/\(name).yaml"
            let text = Landfall.configuration(of: router, named: name, among: blueprint.routers, mrai: mrai)
            guard let text else {
                throw LabError.input(
                    "the neighbor \(name) is at several ports, and a router of ours listens at one: rehearse with --router bird"
                )
            }
            try File.write(Array(text.utf8), to: file)
            return (
                "/proc/self/exe",
                ["router", file, "--socket", stage.control(name), "--events", stage.routerEvents(name), "--quiet"]
            )
        }
    }
}
