import Files
import Geo
import Glibc
import Internet
import Net
import Testing

@Suite("Files that say where ASes are")
struct GeographyFileTests {
    static let text = """
        # name: AS Org
        # format:org_id|changed|org_name|country|source
        LPL-141-ARIN|20111103|Level 3 Parent, LLC|US|ARIN
        ORG-DTA1-RIPE|20200101|Deutsche Telekom AG|DE|RIPE
        ORG-EU1-RIPE|20200101|Somewhere in Europe|EU|RIPE
        # format:aut|changed|aut_name|org_id|opaque_id|source
        1|20180220|LVLT-1|LPL-141-ARIN|e5e3b9c1_ARIN|ARIN
        3320|20180220|DTAG|ORG-DTA1-RIPE||RIPE
        5|20180220|EU|ORG-EU1-RIPE||RIPE
        6|20180220|LOST|NOBODY||RIPE

        """
    static let json = """
        {"asn":"1","changed":"20180220","name":"LVLT-1","organizationId":"LPL-141-ARIN","source":"ARIN","type":"ASN"}
        {"asn": "3320", "name": "DTAG \\u00e4\\ud83d\\ude00\\"\\\\", "organizationId": "ORG-DTA1-RIPE", "type": "ASN"}
        {"changed":"20111103","country":"US","name":"Level 3","organizationId":"LPL-141-ARIN","type":"Organization"}
        {"country":"DE","members":12,"old":false,"also":null,"organizationId":"ORG-DTA1-RIPE","type":"Organization"}

        """

    private func fault(_ text: String) -> String {
        do { _ = try ASOrganizations(Array(text.utf8)) } catch { return "\(error)" }
        return "none"
    }

    @Test("organisations are read from text, and what has no country is counted")
    func organizations() throws {
        let found = try ASOrganizations(Array(Self.text.utf8))
        #expect(found.country(of: ASN(1))?.code == "US" && found.country(of: ASN(3320))?.code == "DE")
        #expect(found.country(of: ASN(5)) == nil && found.country(of: ASN(6)) == nil)
        #expect((found.organizations, found.ases, found.withoutCountry, found.withoutOrganization) == (3, 4, 1, 1))
    }

    @Test("organisations are read from JSON lines, whichever comes first")
    func jsonLines() throws {
        for text in [Self.json, Self.json.split(separator: "\n").reversed().joined(separator: "\r\n") + "\n"] {
            let found = try ASOrganizations(Array(text.utf8))
            #expect(found.country(of: ASN(1))?.code == "US" && found.country(of: ASN(3320))?.code == "DE")
        }
    }

    @Test(
        "a fault names its line, its column and what would be right",
        arguments: [
            ("1|2|3\n", "1:1: a line where \"# format:\" and the names of the columns, org_id among them, should be"),
            ("# format:aut|org_id\n1|A|x\n", "2:1: 3 fields, but the first line names 2 columns"),
            ("# format:aut|org_id\n1|A\nx7|A\n", "3:1: \"x7\" where an AS number, 1 to 4294967295, should be"),
            ("# format:aut|org_id\n1|A", "2:1: the file ends in the middle of a line; fetch it again"),
            ("{\"asn\":\"1\"}\n", "1:1: no \"organizationId\" where one should be"),
            ("{\"asn\":[1]}\n", "1:8: \"[1]}\" where a string or a number should be"),
            ("{\"asn\":\"1\"\n", "1:11: the end of the line where \",\" should be"),
            ("{\"asn\" 1}\n", "1:8: \"1}\" where \":\" should be"),
            ("{\"a\":\"\\u12\"}\n", "1:9: \"12\"}\" where four hexadecimal digits should be"),
            ("{} x\n", "1:4: \"x\" where the end of the line should be"),
            ("", "no AS with an organisation in a country is in here"),
        ])
    func faults(text: String, message: String) { #expect(fault(text) == message) }

    @Test("every truncation is refused or read, never more")
    func truncations() throws {
        for whole in [Self.text, Self.json] {
            let bytes = Array(whole.utf8)
            for end in 0..<bytes.count { _ = try? ASOrganizations(Array(bytes[..<end])) }
            for index in 0..<bytes.count {
                var changed = bytes
                changed[index] ^= 0x20
                _ = try? ASOrganizations(changed)
            }
        }
        let table = Array("as,city,latitude,longitude\n64500,\"Frankfurt, Main\",50.03,8.54\n64501,,-1,-2\n".utf8)
        for end in 0..<table.count { _ = try? HomeTable(Array(table[..<end])) }
        let matrix = Array("country1,country2,rtt\nDE,NL,12\nDE,FR,15\n".utf8)
        for end in 0..<matrix.count { _ = try? RoundTripMatrix(Array(matrix[..<end])) }
    }

    @Test("a table of places takes countries, airports and coordinates")
    func places() throws {
        let text = """
            as,country,airport,city,latitude,longitude
            64500,DE,,,,
            AS64501,,sin,,,
            64502,,,Lima,-12.05,-77.04
            64500,FR,,,,

            """
        let table = try HomeTable(Array(text.utf8))
        #expect(table.homes[ASN(64500)]?.country.code == "FR" && table.homes[ASN(64500)]?.place == nil)
        #expect(table.homes[ASN(64501)]?.country.code == "SG" && table.homes[ASN(64501)]?.place != nil)
        #expect(table.homes[ASN(64502)]?.country.code == "PE")
        #expect(table.records == 4 && table.repeated == 1)
    }

    @Test(
        "a place that is none is refused",
        arguments: [
            (
                "as,country\n1,QQ\n",
                "2:3: \"QQ\" where a country's code of two letters (ISO 3166-1), such as DE, should be"
            ),
            (
                "as,airport\n1,QQQ\n",
                "2:3: \"QQQ\" where an airport's code of three letters (IATA), such as FRA, should be"
            ),
            ("as,latitude,longitude\n1,91,0\n", "2:3: \"91\" where degrees from -90 to 90 should be"),
            ("as,latitude,longitude\n1,nan,0\n", "2:3: \"nan\" where degrees from -90 to 90 should be"),
            ("as,latitude,longitude\n1,5,\n", "2:1: nothing where both latitude and longitude should be"),
            ("as,country\n1,\n", "2:1: nothing where a country, an airport, or latitude and longitude should be"),
        ])
    func wrongPlaces(text: String, message: String) {
        #expect(throws: TableError.self) { try HomeTable(Array(text.utf8)) }
        do { _ = try HomeTable(Array(text.utf8)) } catch { #expect("\(error)" == message) }
    }

    @Test(
        "a matrix with what can't be a round trip is refused, and countries that are none are passed over",
        arguments: ["DE,NL,0\n", "DE,NL,-3\n", "DE,NL,90000\n", "DE,,12\n", "DE,NL,\n"])
    func wrongMatrix(line: String) throws {
        let head = "cty1,cty2,rtt_avg\nDE,FR,14\nDE,AT,11\n"
        #expect(throws: TableError.self) { try RoundTripMatrix(Array((head + line).utf8)) }
        let matrix = try RoundTripMatrix(Array((head + "EU,DE,12\nAQ,DE,300\n").utf8))
        #expect(matrix.samples.count == 2 && matrix.passedOver == 2 && matrix.records == 4)
    }
}

/// CAIDA's file can't be passed on with this project, so this runs only where somebody has put it.
@Suite(
    "A measured file of organisations",
    .enabled(if: MeasuredOrganizations.exists, "no as-org2info in LANDFALL_DATA/as-rel"))
struct MeasuredOrganizationTests {
    /// A part of it: the tests are built without optimization.
    @Test("organisations of 2020 are read, and agree with the table of registrations for nearly all ASes")
    func july2020() throws {
        let all = try File.readDecompressed(MeasuredOrganizations.path, limit: 100_000_000)
        // The first organisations, and the ASes with the highest numbers, of which those run some.
        let ases = "# format:aut|changed|aut_name|org_id|opaque_id|source\n"
        let (head, tail) = (all.prefix(1_500_000), all.suffix(400_000))
        var part = Array(head.prefix(through: try #require(head.lastIndex(of: UInt8(ascii: "\n")))))
        part += ases.utf8
        part += tail.suffix(from: try #require(tail.firstIndex(of: UInt8(ascii: "\n"))) + 1)
        let found = try ASOrganizations(part)
        #expect(found.organizations > 20_000 && found.ases > 4000)
        var (same, other) = (0, 0)
        for number in 300_000...400_000 as ClosedRange<UInt32> {
            guard let country = found.country(of: ASN(number)) else { continue }
            guard let registered = Registration.country(ofASN: number) else { continue }
            if registered == country { same += 1 } else { other += 1 }
        }
        #expect(same > 200 && same > 10 * other, "\(same) agree, \(other) don't")
    }
}

private enum MeasuredOrganizations {
    static let path =
        (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data")
        + "/as-rel/as-organizations_as-org2info.txt.gz"
    static let exists = (try? File.read(path, limit: 100_000_000)) != nil
}
