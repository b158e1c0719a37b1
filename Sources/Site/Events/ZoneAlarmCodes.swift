internal import Codes

/// What the alarms stand for that are about the content of zones. None of them withdraws anything: a zone whose data are
/// old or different is the same zone at the next site.
extension Explanation {
    static let signaturesEnd = Explanation(
        "LF-A701", "signatures-end",
        title: "Signatures of a zone end soon, or have ended.",
        meaning: """
            A zone is served as it was signed; nobody renews signatures here. When the first of them ends, resolvers that \
            validate answer SERVFAIL for what it covers (RFC 4035 §5.3.1), wherever the zone is served: a withdrawal would \
            help nobody, and none is made. It is critical once one has ended.
            """,
        remedy: """
            Find out why the signer hasn't run or its output doesn't come here; sign the zone again, copy it to every site, \
            landfall dns reload. How early it is told is serve.dns.signature-margin.
            """)

    static let zonesDiffer = Explanation(
        "LF-A702", "zones-differ",
        title: "Other hosts serve another version of a zone.",
        meaning: """
            For longer than serve.dns.same-data.after another host has said another serial or another content of a zone, or \
            that it hasn't got it. Clients get the one answer or the other, by where they land. With the same serial and other \
            content, somebody has changed the zone without giving it a new serial.
            """,
        remedy: """
            landfall dns zones at both hosts shows serials and hashes; copy the same file to both, and landfall dns reload. A \
            host that was left behind has an alarm of its own, often LF-A603 or LF-A604.
            """)
}
