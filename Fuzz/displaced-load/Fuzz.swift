import Announce
import Config

/// Any text as a table of displaced load. What is read survives being written and read again, and can be asked everything.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let text = [UInt8](UnsafeBufferPointer(start: data, count: count))
    switch DisplacedLoads.load(text: text, path: "table.yaml") {
    case .failure(let problems): precondition(!problems.all.isEmpty)
    case .success(let table):
        let again = try? DisplacedLoads.load(text: Array(table.text.utf8), path: "table.yaml").get()
        precondition(again?.text == table.text)
        for site in table.sites {
            if case .known(let load) = table.step(at: site.name) { _ = load.overloaded(at: 1.5) }
        }
        let fleet = DisplacedLoads.Fleet(network: table.network, prefixes: [table.prefix], sites: [])
        precondition(table.objection(fleet, now: table.made, maxAge: .seconds(60)) != nil, "it has sites")
    }
    return 0
}
