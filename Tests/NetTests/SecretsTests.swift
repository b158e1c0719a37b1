import Net
import Testing

@Suite("Secrets")
struct SecretsTests {
    @Test(
        "what is written like a secret is hidden, and the rest stays",
        arguments: [
            ("curl https://scott:tiger@db.example.org/x", "curl https://***@db.example.org/x"),
            ("https://www.example.org/health?token=s3cr3t&full=1", "https://www.example.org/health?token=***&full=1"),
            ("http db.example.org:8080/?api_key=s3cr3t", "http db.example.org:8080/?api_key=***"),
            ("--password=tiger --verbose", "--password=*** --verbose"),
            ("--auth-token tiger --verbose", "--auth-token *** --verbose"),
            ("PGPASSWORD=tiger psql", "PGPASSWORD=*** psql"),
            ("password='two words' next", "password='***' next"),
            ("{\"password\": \"tiger\", \"user\": \"scott\"}", "{\"password\": \"***\", \"user\": \"scott\"}"),
            ("401 for Authorization: Bearer abc.def\nnext line", "401 for Authorization: ***\nnext line"),
            ("X-Api-Key: abc", "X-Api-Key: ***"),
            ("token=", "token="), ("", ""),
        ])
    func hidden(text: String, shown: String) { #expect(Secrets.hidden(in: text) == shown) }

    @Test(
        "names of hosts, checks and programs that sound like secrets are none",
        arguments: [
            "dns www.example.org A", "http token.example.org:8080/health", "https://auth.example.org:8443/?full",
            "exec zone-is-fresh example.org", "tcp 25", "key signing is late",
            "no answer within 200 ms: password prompt",
            "OK | queries=412.5;800;1000", "landfall.yaml:3:49: hold-time: \"1s\" is not a duration",
        ])
    func plain(text: String) { #expect(Secrets.hidden(in: text) == text) }

    @Test("in a command an option and its value are two words")
    func command() {
        let command = [
            "curl", "-u", "scott:tiger", "-H", "Authorization: Bearer abc", "--token", "x y", "https://a.example",
        ]
        #expect(
            Secrets.hidden(in: command)
                == ["curl", "-u", "***", "-H", "Authorization: ***", "--token", "***", "https://a.example"])
        #expect(Secrets.hidden(in: ["ping", "-u", "plain"]) == ["ping", "-u", "plain"])
    }

    @Test("every text ends, and what is hidden twice is as if it was hidden once")
    func total() {
        let pieces = ["token", "=", ": ", "\"", "'", "://", "@", " ", "-", "--key", "x", "\n", "é", "&", "password"]
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }
            .joined()
            let once = Secrets.hidden(in: text)
            #expect(Secrets.hidden(in: once) == once, "\(text)")
        }
    }
}
