import Codes
import Site
import Testing

@testable import landfall

@Suite("Codes and their explanations")
struct ExplanationTests {
    @Test("no code stands for two things, nor a name for two of one kind, and each code says by its letter what it is")
    func unique() {
        let all = Explanations.all
        #expect(Set(all.map(\.code)).count == all.count)
        #expect(Set(all.map { "\($0.code.prefix(4)) \($0.name)" }).count == all.count)
        let told = Explanations.events + Explanations.alarms
        #expect(Set(told.map(\.name)).count == told.count)
        for what in all {
            #expect(what.code.wholeMatch(of: /LF-[EADL][1-9][0-9]{2}/) != nil, "\(what.code)")
            #expect(what.name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(what.name)")
        }
        #expect(Explanations.events.allSatisfy { $0.code.hasPrefix("LF-E") })
        #expect(Explanations.alarms.allSatisfy { $0.code.hasPrefix("LF-A") })
    }

    @Test("no explanation is empty or breaks its lines, and whatever needs somebody has a remedy")
    func complete() {
        for what in Explanations.all {
            #expect(!what.meaning.isEmpty, "\(what.code)")
            #expect(!what.title.isEmpty && what.title.count < 120, "\(what.title)")
            for text in [what.title, what.meaning, what.remedy] {
                #expect(!text.contains("  ") && !text.contains("\n"), "\(what.code): \(text)")
            }
            #expect(what.code.hasPrefix("LF-E") || !what.remedy.isEmpty, "\(what.code) has no remedy")
        }
    }

    @Test("every kind of event is explained under its own word")
    func events() {
        #expect(Set(Explanations.events.map(\.name)) == Set(Event.Kind.allCases.map(\.rawValue)))
        #expect(Explanations.events.count == Event.Kind.allCases.count)
    }
}
