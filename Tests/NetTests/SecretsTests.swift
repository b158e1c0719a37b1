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

    /// As a shell would take them, and what is shown.
    static let commands = [
        ("curl --user=scott:tiger https://a.example", "curl --user=*** https://a.example"),
        ("curl --proxy-user scott:tiger -x p https://a.example", "curl --proxy-user *** -x p https://a.example"),
        ("curl -uscott:tiger https://a.example", "curl -u*** https://a.example"),
        ("curl -sSfu scott:tiger -w %{http_code}", "curl -sSfu *** -w %{http_code}"),
        ("/usr/bin/curl -u 1000:1000 -b session=x", "/usr/bin/curl -u *** -b ***"),
        ("wget --password=tiger --user=scott", "wget --password=*** --user=scott"),
        ("anything --user=scott:tiger", "anything --user=***"),
        ("mysql -uscott -ptiger -e status", "mysql -uscott -p*** -e status"),
        ("mysqladmin -u scott -p tiger ping", "mysqladmin -u scott -p *** ping"),
        ("mariadb -p -e status", "mariadb -p -e status"),
        ("mysql -Bptiger", "mysql -Bp***"),
        ("sudo -u backup mysql -ptiger", "sudo -u backup mysql -p***"),
        ("MYSQL_PWD=tiger mysql -h db", "MYSQL_PWD=*** mysql -h db"),
        ("redis-cli -p 6380 -a tiger PING", "redis-cli -p 6380 -a *** PING"),
        ("redis-cli -u redis://scott:tiger@db:6379 PING", "redis-cli -u redis://***@db:6379 PING"),
        ("redis-cli --no-auth-warning --pass tiger PING", "redis-cli --no-auth-warning --pass *** PING"),
        ("ldapsearch -x -D cn=scott -w tiger -b dc=example", "ldapsearch -x -D cn=scott -w *** -b dc=example"),
        ("ldapwhoami -xw -tiger", "ldapwhoami -xw ***"),
        ("sshpass -ptiger ssh host uptime", "sshpass -p*** ssh host uptime"),
        ("snmpget -v2c -c tiger db .1.3", "snmpget -v2c -c *** db .1.3"),
        ("check_mysql -H db -u scott -p tiger", "check_mysql -H db -u scott -p ***"),
        ("openssl pkey -passin pass:tiger", "openssl pkey -passin ***"),
        ("mosquitto_pub -P tiger -m x", "mosquitto_pub -P *** -m x"),
    ]

    @Test("in a command it is the program that says which letters are secrets: values are hidden, names stay")
    func letters() {
        for (command, shown) in Self.commands {
            let words = command.split(separator: " ").map(String.init)
            #expect(Secrets.hidden(in: words).joined(separator: " ") == shown, "\(command)")
        }
    }

    @Test("in a text that holds a command, and in what a shell is given")
    func shells() {
        for (command, shown) in Self.commands {
            #expect(Secrets.hidden(in: command) == shown, "\(command)")
            #expect(Secrets.hidden(in: ["sh", "-c", command]) == ["sh", "-c", shown], "\(command)")
            #expect(
                Secrets.hidden(in: "ok; cd /x && \(command) | grep up") == "ok; cd /x && \(shown) | grep up")
            #expect(Secrets.hidden(in: "su x -c '\(command)'") == "su x -c '\(shown)'", "\(command)")
            #expect(Secrets.hidden(in: ["bash", "-c", "sh -c \"\(command)\""])[2] == "sh -c \"\(shown)\"")
        }
        let quoted = [
            ("mysql -p'two words' -e x", "mysql -p*** -e x"), ("curl -u \"a:b c\" x", "curl -u *** x"),
            ("sh -c \"mysql -p\\\"two words\\\" -e x\"", "sh -c \"mysql -p*** -e x\""),
            ("+ mysql -ptiger\n+ true", "+ mysql -p***\n+ true"),
            ("curl -u 'scott:two words, and cut", "curl -u ***"),
            ("it doesn't work: mysql -ptiger, can't it?", "it doesn't work: mysql -p*** can't it?"),
        ]
        for (text, shown) in quoted { #expect(Secrets.hidden(in: text) == shown) }
    }

    @Test(
        "what is a port, a threshold, a user or a file elsewhere stays",
        arguments: [
            "dig -p 5353 @192.0.2.1 example.org", "check_http -H www.example.org -w 5 -c 10 -p 8080", "psql -w -p 5432",
            "ping -w 3 192.0.2.1", "redis-cli -h db -p 6379 INFO", "redis-cli --no-auth-warning PING", "ps -a -p 1",
            "docker exec -u 1000:1000 db true", "docker exec --user=1000:1000 db true", "nc -u 192.0.2.1:53",
            "probe -u 2001:db8::1", "probe -u [2001:db8::1]:53", "check_http -u /health:ready", "nc -w 2 -p 1024 db 25",
            "curl -sS -o /dev/null -w %{http_code} https://a.example/a:b", "curl -u scott --password-file /run/x y",
            "ffuf -u https://a.example:8080/x", "mysql -P 3306 -h db", "ldapsearch -x -W -b dc=example",
            "ssh -p 22 host uptime", "mysql: [Warning] Using a password on the command line is insecure",
            "sh -c 'test -p /run/pipe && cat -u /run/a:b'", "it's 3 o'clock; that isn't late",
        ])
    func elsewhere(command: String) {
        #expect(Secrets.hidden(in: command) == command)
        let words = command.split(separator: " ").map(String.init)
        #expect(Secrets.hidden(in: words) == words)
    }

    @Test("every text ends, and what is hidden twice is as if it was hidden once")
    func total() {
        let pieces = [
            "token", "=", ": ", "\"", "'", "://", "@", " ", "-", "--key", "x", "\n", "é", "&", "password", "curl", "-u",
            "mysql", " -p",
            "x:y", "\\", ";", "-Bp", "sh -c ", "\"mysql -px\"",
        ]
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
