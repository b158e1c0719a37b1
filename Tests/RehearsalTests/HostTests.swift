import Peers
import Testing

@Suite("Several hosts at a site")
struct HostTests {
    /// Two hosts at one site, a third at another, Landfall's own server on all of them, and everything in one city.
    static let file = """
        network: {name: hosts, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: 3s}
        sites:
          fra:
            place: FRA
            hosts:
              fra1: {unicast: [192.0.2.2, "2001:db8:0:1::2"]}
              fra2: {unicast: [192.0.2.3, "2001:db8:0:1::3"]}
            neighbors:
              - {name: red-v4, address: 192.0.2.1, asn: 64501, role: provider}
              - {name: red-v6, address: "2001:db8:0:1::1", asn: 64501, role: provider}
          sin:
            place: FRA
            hosts: {sin1: {unicast: [192.0.2.6, "2001:db8:0:2::2"]}}
            neighbors:
              - {name: blue-v4, address: 192.0.2.5, asn: 64502, role: provider}
              - {name: blue-v6, address: "2001:db8:0:2::1", asn: 64502, role: provider}
        services:
          dns:
            addresses: [203.0.113.53, 2001:db8:113::53]
            serve: {dns: {zones: [example.org.zone], identity: "{host}"}}
            checks: [{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 1, fall: 2}]
        announce: {hold-down: 1s}
        internet:
          ases:
            red: {asn: 64501, place: FRA, peers: [blue]}
            blue: {asn: 64502, place: FRA}
            net1: {asn: 64511, place: FRA, providers: [red], client: one}
            net2: {asn: 64512, place: FRA, providers: [red], client: two}
            net3: {asn: 64513, place: FRA, providers: [blue], client: three}
        rehearsal:
          queries: 100
          deadline: 500ms
          steps:
            - {kill: fra1, expect: {last-lost: 200ms, lost-elsewhere: 0, landings: {one: fra, two: fra, three: sin}}}
            - {restore: fra1, expect: {lost: 0}}
            - {hang: fra2, expect: {lost-elsewhere: 0, withdrawn: true, landings: {one: fra, two: fra}}}
            - {restore: fra2, expect: {lost: 0}}
            - {cut: fra1, expect: {lost-elsewhere: 0, last-lost: 3500ms, landings: {one: fra, two: fra}}}
        """

    @Test(
        "when one of two dies, hangs or is cut off, only its own flows suffer, and nobody leaves the site",
        .enabled(if: Who.root.lack == nil, "\(Who.root.lack ?? "")"))
    func oneOfTwo() async throws {
        let rehearsals = try Rehearsals()
        let result = try await rehearsals.runOnTime([try rehearsals.file("hosts.yaml", Self.file), "--json"])
        let report = try #require(result.report, "\(result.output)\(result.talk)")
        #expect(result.status == 0 && report.ok, "\(report.steps.flatMap(\.failures)) \(result.talk)")
        for landing in report.landings where landing.site == "fra" {
            #expect(landing.hosts == ["fra1", "fra2"], "\(landing.client) over \(landing.family)")
        }
        try checkKill(#require(report.step("kill-fra1")))
        let hang = try #require(report.step("hang-fra2"))
        #expect(hang.lost > 0 && hang.affected == 4 && hang.clients.allSatisfy { $0.lostElsewhere == 0 })
        let cut = try #require(report.step("cut-fra1"))
        #expect(
            cut.lost > hang.lost && cut.affected == 4 && cut.withdrawalReason?.contains("Hold timer expired") == true)
        #expect(report.steps.flatMap(\.disturbed).isEmpty)
    }

    private func checkKill(_ kill: Report.Step) {
        #expect(kill.affected == 4 && kill.withdrawn == true)
        #expect(kill.routes.map(\.host) == ["fra1", "fra1"] && kill.routes.allSatisfy { $0.withdrawals == 1 })
        for client in kill.clients where client.before == "fra" {
            #expect(client.hostsBefore == ["fra1", "fra2"] && client.hostsAfter == ["fra2"] && client.after == "fra")
        }
        for client in kill.clients where client.before == "sin" { #expect(client.lost == 0) }
    }
}
