import Control
import Net
import Testing

@Suite("A question about routes")
struct RoutesQuestionTests {
    static var all: [RoutesQuestion] {
        var questions = RoutesQuestion.Table.allCases.map { RoutesQuestion($0, of: $0.hasNeighbor ? "a&b = ü/%" : nil) }
        let prefix = Prefix(Address(v6: 0x2001_0db8 << 96), length: 32)
        let scopes: [RoutesQuestion.Scope?] = [
            prefix.map { .exactly($0) }, prefix.map { .within($0) }, .longest(Address(v4: 0xcb00_7135)),
        ]
        for scope in scopes.compactMap(\.self) {
            questions[0].scope = scope
            questions.append(questions[0])
        }
        for text in ["65000:100", "65000:*", "no-export", "1:2:3", "1:2:*", "1:*:*"] {
            var question = RoutesQuestion()
            (question.community, question.asn, question.origin) = (
                CommunityChoice(text), ASN(64500), ASN(4_200_000_000)
            )
            (question.after, question.limit, question.counts) = (prefix, 7, true)
            question.asLines = true
            questions.append(question)
        }
        return questions
    }

    @Test("reads as it was written, whatever a neighbor is called")
    func roundTrip() throws {
        for question in Self.all {
            #expect(try RoutesQuestion(Query(target: question.target)) == question, "\(question.target)")
            #expect(question.target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f })
        }
    }

    @Test("in pieces is refused or understood, and never crashes")
    func pieces() {
        for question in Self.all {
            for length in 0...question.target.utf8.count {
                let target = String(decoding: Array(question.target.utf8).prefix(length), as: UTF8.self)
                _ = try? RoutesQuestion(Query(target: target))
            }
        }
        for target in ["", "?", "??", "/routes?=", "/routes?=&=", "/routes?%", "/routes?a=%e", "/routes?a=%ff", "/r?&"]
        {
            #expect((try? RoutesQuestion(Query(target: target))) == nil || target.count < 3, "\(target)")
        }
    }

    @Test("communities are read with all that may stand in them, and nothing else")
    func communities() {
        for text in ["", ":", "*:*", "*:1", "65536:1", "1:65536", "1:2:3:4", "1:*:3", "+1:2", "no-xport"] {
            #expect(CommunityChoice(text) == nil, "\(text)")
        }
    }
}
