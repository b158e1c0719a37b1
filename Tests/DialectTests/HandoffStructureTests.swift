import Dialect
import Foundation
import Net
import Testing

/// Junos and IOS XR can't be run here. What stands in their texts is held against the statements that their makers
/// document, each at its place.
@Suite("A hand-off for a platform that can't be run here")
struct HandoffStructureTests {
    /// `[protocols bgp group …] hold-time`: every statement of the CLI reference that we use, with the path to it.
    static let junos = [
        #"policy-options policy-statement [\w-]+ term \w+ from (as-path|community) [\w-]+"#,
        #"policy-options policy-statement [\w-]+ term \w+ from route-filter [0-9a-f.:/]+ exact"#,
        #"policy-options policy-statement [\w-]+ term \w+ then (local-preference \d+|accept|reject)"#,
        #"policy-options policy-statement [\w-]+ term \w+ then load-balance per-packet"#,
        #"policy-options policy-statement [\w-]+ then reject"#,
        #"policy-options as-path [\w-]+ "(\d+\{1,\d+\}|\(\))""#,
        #"policy-options community [\w-]+ members 65535:0"#,
        #"protocols bgp group [\w-]+ (type (external|internal)|peer-as \d+|import [\w-]+|export [\w-]+|multipath)"#,
        #"protocols bgp group [\w-]+ family inet6? unicast prefix-limit (maximum \d+|teardown 80 idle-timeout 1)"#,
        #"protocols bgp group [\w-]+ graceful-restart disable"#,
        #"protocols bgp group [\w-]+ neighbor [0-9A-Za-z.:-]+ (description "[^"]+"|local-address [0-9a-f.:]+|hold-time \d+)"#,
        #"protocols bgp group [\w-]+ neighbor [0-9A-Za-z.:-]+ (ttl 255|multihop ttl \d+|authentication-key "<[\w-]+>")"#,
        #"routing-options forwarding-table export [\w-]+"#,
        #"forwarding-options hash-key family inet (layer-3|layer-4)"#,
        #"forwarding-options hash-key family inet6 layer-3 (destination-address|next-header|source-address)"#,
        #"forwarding-options hash-key family inet6 layer-4 (destination-port|source-port)"#,
    ]

    @Test("Junos: braces are balanced, and every statement is a documented one at its place", arguments: Handoffs.names)
    func junos(name: String) throws {
        let known = try Self.junos.map { try Regex($0) }
        var path: [String] = []
        for line in Handoffs.handoff(name).text(for: .junos).statements {
            if line.hasSuffix(" {") {
                path.append(String(line.dropLast(2)))
            } else if line == "}" {
                #expect(path.popLast() != nil, "a brace too many")
            } else {
                #expect(line.hasSuffix(";"), "\(line)")
                let words = (path + [String(line.dropLast())]).joined(separator: " ")
                #expect(try known.contains { try $0.wholeMatch(in: words) != nil }, "\(words)")
            }
        }
        #expect(path == [])
    }

    /// With the number of spaces before each.
    static let iosxr = [
        #"prefix-set [\w-]+|  [0-9a-f.:/]+,?|end-set"#,
        #"route-policy [\w-]+|end-policy"#,
        #"  if destination in [\w-]+ and as-path is-local then"#,
        #"  if destination in [\w-]+ and as-path neighbor-is '\d+' and as-path originates-from '\d+' and as-path unique-length eq 1 and as-path length le \d+ then"#,
        #"    if community matches-any \(65535:0\) then|    else|    endif|    done|  endif|  drop"#,
        #"      (set local-preference \d+|pass)"#,
        #"router bgp \d+"#,
        #" address-family ipv[46] unicast|  maximum-paths [ei]bgp \d+"#,
        #" neighbor [0-9A-Za-z.:-]+|  remote-as \d+|  description [^!]+|  timers \d+ \d+|  graceful-restart disable"#,
        #"  address-family ipv[46] unicast|   route-policy [\w-]+ (in|out)|   maximum-prefix \d+ 80 restart 1"#,
        #"   soft-reconfiguration inbound always"#,
        #"  ttl-security|  ebgp-multihop \d+|  password clear <[\w-]+>"#,
        #"cef load-balancing fields L4"#,
    ]

    @Test(
        "IOS XR: every line is a documented one at its depth, and what is opened is closed", arguments: Handoffs.names)
    func iosxr(name: String) throws {
        let known = try Self.iosxr.map { try Regex($0) }
        let lines = Handoffs.handoff(name).text(for: .iosxr).split(separator: "\n")
            .map(String.init).filter { !$0.drop { $0 == " " }.hasPrefix("!") }
        for line in lines { #expect(try known.contains { try $0.wholeMatch(in: line) != nil }, "\(line)") }
        let count = { (word: String) in lines.count { $0.hasPrefix(word) } }
        #expect(count("prefix-set") == count("end-set"))
        #expect(count("route-policy") == count("end-policy"))
        #expect(lines.count { $0.contains(" if ") } == lines.count { $0.hasSuffix("endif") })
    }

    @Test("every name that is used is defined", arguments: [Handoff.Platform.junos, .iosxr, .frr])
    func names(platform: Handoff.Platform) throws {
        let text = Handoffs.customer.text(for: platform)
        let used = try Regex(#"landfall-fra[\w-]*"#)
        for name in Set(text.statements.flatMap { $0.matches(of: used).map { String($0.output[0].substring ?? "") } }) {
            #expect(
                text.statements.count { $0.split { " ;\"".contains($0) }.contains(Substring(name)) } >= 2, "\(name)")
        }
    }
}
