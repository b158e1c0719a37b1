import Config
import Testing

@Suite("What the documents show")
struct ReadmeTests {
    @Test("the file in the README is accepted as it stands")
    func accepted() throws {
        let text = String(decoding: try Repository.bytes("README.md"), as: UTF8.self)
        let file = try #require(text.split(separator: "```yaml\n").dropFirst().first?.split(separator: "```").first)
        let network = try Network.load(text: Array(file.utf8), path: "README.md").get()
        #expect(network.sites.map(\.name) == ["fra"])
    }
}
