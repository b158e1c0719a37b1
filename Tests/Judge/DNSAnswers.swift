import Peers

/// Every name of a zone that has one of everything, names beside and below them, and each type: the same questions to
/// `landfall serve` and to NSD, answers compared section by section. Letter case and the order of records don't count;
/// nor does the additional section, whose content is a server's choice, except under a referral.
let dnsAnswers = Comparison(name: "dns-answers", summary: "answers of `landfall serve` and NSD to the same questions") {
    let sandbox = try await Sandbox(fresh: false)
    let zone = sandbox.folder + "/example.org.zone"
    try writeFile(zone, zoneText)
    let ours = try await Served(Landfall.path, zones: [zone], port: 5300, in: sandbox)
    let nsd = try await NSD(
        in: sandbox, addresses: ["127.0.0.1"], port: 5301, zones: [(name: "example.org", file: zone)],
        more: ["minimal-responses: yes"])

    var findings = Findings()
    for options in [["+norecurse", "+noedns"], ["+recurse", "+bufsize=1232"], ["+tcp", "+norecurse"]] {
        let mine = try await Dig.askAll(questions, at: "127.0.0.1", port: 5300, in: sandbox, options)
        let theirs = try await Dig.askAll(questions, at: "127.0.0.1", port: 5301, in: sandbox, options)
        for (question, (one, other)) in zip(questions, zip(mine, theirs)) {
            findings.cases += 1
            // Two silent servers agree on nothing.
            if one.essence == other.essence, !one.status.isEmpty {
                findings.equal += 1
                continue
            }
            findings.unexplained.append("\(question) \(options)\n  ours:  \(one.essence)\n  NSD's: \(other.essence)")
        }
    }
    await ours.stop()
    await nsd.stop()
    return findings
}

extension Dig {
    /// What two servers have to agree on.
    fileprivate var essence: [[String]] {
        let referral = answer.isEmpty && !flags.contains("aa") && status == "NOERROR"
        let sections = [answer, authority, referral ? additional : []]
        return [[status], flags.filter { $0 != "rd" }.sorted()] + sections.map { $0.map { $0.lowercased() }.sorted() }
    }
}

private let questions: [String] = {
    let owners = [
        "example.org", "www.example.org", "WWW.Example.ORG", "alias.example.org", "chain.example.org",
        "loose.example.org", "outside.example.org", "mail.example.org", "empty.example.org", "deep.empty.example.org",
        "absent.example.org", "absent.deep.empty.example.org", "any.wild.example.org", "a.b.wild.example.org",
        "wild.example.org", "*.wild.example.org", "there.wild.example.org", "x.there.wild.example.org",
        "sub.example.org",
        "host.sub.example.org", "ns.sub.example.org", "bare.example.org", "x.bare.example.org", "big.example.org",
        "to-wild.example.org", "to-sub.example.org", "example.net", "org", ".", "notexample.org",
    ]
    let types = ["A", "AAAA", "NS", "SOA", "TXT", "CNAME", "MX", "PTR", "SRV", "DS", "TYPE65280"]
    return owners.flatMap { owner in types.map { "\(owner) \($0)" } }
}()

private let zoneText =
    """
    $ORIGIN example.org.
    $TTL 300
    @ IN SOA ns1 hostmaster 1 7200 3600 1209600 60
    @ IN NS ns1
    @ IN NS ns2.example.net.
    @ IN MX 10 mail
    @ IN TXT "one" "two"
    ns1 IN A 192.0.2.53
    ns1 IN AAAA 2001:db8::53
    www IN A 192.0.2.80
    www IN A 192.0.2.81
    www IN AAAA 2001:db8::80
    alias IN CNAME www
    chain IN CNAME alias
    loose IN CNAME absent
    outside IN CNAME www.example.net.
    to-wild IN CNAME any.wild
    to-sub IN CNAME host.sub
    mail 600 IN A 192.0.2.25
    mail IN MX 5 @
    deep.empty IN TXT "an empty non-terminal is above"
    *.wild IN A 192.0.2.99
    *.wild IN TXT "from a wildcard"
    there.wild IN A 192.0.2.98
    sub IN NS ns.sub
    sub IN NS ns2.example.net.
    ns.sub IN A 192.0.2.54
    ns.sub IN AAAA 2001:db8::54
    bare IN NS ns.elsewhere.net.

    """ + (0..<60).map { "big IN TXT \"\(String(repeating: "x", count: 40)) \($0)\"\n" }.joined()
