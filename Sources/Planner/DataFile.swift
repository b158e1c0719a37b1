internal import Files
internal import FoundationEssentials
internal import Internet
internal import Net

/// What else a plan reads: weights, measured landings, origins; each plain or compressed.
enum DataFile {
    /// A year of measured prefixes has less.
    private static let limit = 1 << 30

    /// Reads a table, whose errors get the file's name.
    static func table<Value>(
        _ path: String, _ read: ([UInt8]) throws(TableError) -> Value
    ) throws(PlanError) -> Value {
        let bytes = try bytes(path)
        do throws(TableError) { return try read(bytes) } catch {
            throw .file(["\(path):\(error.line == nil ? " " : "")\(error)"])
        }
    }

    static func origins(_ path: String) throws(PlanError) -> Origins {
        let bytes = try bytes(path)
        let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard first == UInt8(ascii: "{") else {
            do throws(TableError) { return try Origins(table: bytes) } catch {
                throw .file(["\(path):\(error.line == nil ? " " : "")\(error)"])
            }
        }
        return try payloads(bytes, path)
    }

    /// What validators write: `{"roas": [{"asn": "AS64500", "prefix": "192.0.2.0/24", …}, …]}`, the number with or without
    /// letters.
    private static func payloads(_ bytes: [UInt8], _ path: String) throws(PlanError) -> Origins {
        do {
            let document = try JSONDecoder().decode(ValidatedPayloads.self, from: Data(bytes))
            return Origins(document.roas.map { Origins.Entry($0.prefix, $0.asn) })
        } catch DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context), DecodingError.keyNotFound(_, let context)
        {
            let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(
                separator: ".")
            let told = "\(context.debugDescription) \(payloadsWanted)"
            throw .file(["\(path): \(place.isEmpty ? "" : place + ": ")\(told)"])
        } catch {
            throw .file(["\(path): no JSON of validated ROA payloads; \(payloadsWanted)"])
        }
    }

    private static let payloadsWanted = #"({"roas": [{"asn": "AS64500", "prefix": "192.0.2.0/24"}, …]} is read)"#

    private static func bytes(_ path: String) throws(PlanError) -> [UInt8] {
        do throws(FileError) { return try File.readDecompressed(path, limit: limit) } catch {
            throw .file(["\(error)"])
        }
    }
}

private struct ValidatedPayloads: Decodable {
    var roas: [Payload]

    struct Payload: Decodable {
        var asn: ASN
        var prefix: Prefix

        enum CodingKeys: CodingKey {
            case asn
            case prefix
        }

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            let text = try values.decode(String.self, forKey: .prefix)
            guard let prefix = Prefix(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .prefix, in: values, debugDescription: "\"\(text.printable(40))\" is no prefix")
            }
            self.prefix = prefix
            asn = try Self.asn(values)
        }

        /// rpki-client writes a number, Routinator and others `"AS64500"`.
        private static func asn(_ values: KeyedDecodingContainer<CodingKeys>) throws -> ASN {
            if let number = try? values.decode(UInt32.self, forKey: .asn) { return ASN(number) }
            let text = try values.decode(String.self, forKey: .asn)
            guard let asn = ASN(text) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .asn, in: values, debugDescription: "\"\(text.printable(40))\" is no AS number")
            }
            return asn
        }
    }
}
