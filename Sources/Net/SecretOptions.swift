/// The letters that a program takes a secret after. Elsewhere `-p` is a port and `-w` a warning's threshold, so each
/// program is looked up by its name.
struct SecretOptions {
    var secrets: String
    /// The same for a name and a password with a colon between them; a name alone is none.
    var pairs = ""
    /// Letters without a value, which may stand before it in one word.
    var flags = ""
    /// Whether the value may be left out when it isn't in the same word.
    var isOptional = false

    /// By its name without folders, in whatever quotes.
    static func of(program word: String) -> SecretOptions? {
        let name = word.filter { $0 != "\"" && $0 != "'" }.split(separator: "/").last ?? ""
        return all[String(name)]
    }

    private static let all: [String: SecretOptions] = {
        let mysql = SecretOptions(secrets: "p", flags: "sNBrtvwXHEACGLifnqTbj", isOptional: true)
        let redis = SecretOptions(secrets: "a")
        let ldap = SecretOptions(secrets: "w", flags: "ACcILMNnQvWxZ")
        let snmp = SecretOptions(secrets: "cAX")
        let password = SecretOptions(secrets: "p")
        let capital = SecretOptions(secrets: "P")
        let web = SecretOptions(secrets: "", pairs: "a")
        let groups: [(SecretOptions, [String])] = [
            (SecretOptions(secrets: "b", pairs: "uUE", flags: "sSfkLiIvgNOJjlnqRZ#0123456aBGMp"), ["curl"]),
            (mysql, ["mysql", "mysqladmin", "mysqlcheck", "mysqldump", "mysqlshow", "mysqlslap"]),
            (mysql, ["mariadb", "mariadb-admin", "mariadb-check", "mariadb-dump", "mariadb-show"]),
            (redis, ["redis-cli", "valkey-cli", "keydb-cli"]),
            (ldap, ["ldapsearch", "ldapwhoami", "ldapcompare", "ldapadd", "ldapmodify", "ldapdelete", "ldappasswd"]),
            (snmp, ["snmpget", "snmpgetnext", "snmpwalk", "snmpbulkget", "snmpbulkwalk", "snmpstatus", "snmpset"]),
            (SecretOptions(secrets: "CAX"), ["check_snmp"]),
            (password, ["sshpass", "mongo", "mongosh", "mongostat", "rabbitmqadmin"]),
            (password, ["check_mysql", "check_mysql_query", "check_pgsql", "check_radius"]),
            (capital, ["check_ldap", "check_ldaps", "check_smtp", "mosquitto_pub", "mosquitto_sub", "ipmitool"]),
            (web, ["http", "https", "xh"]),
            (SecretOptions(secrets: "", pairs: "ab"), ["check_http", "check_curl"]),
        ]
        return Dictionary(groups.flatMap { options, names in names.map { ($0, options) } }) { first, _ in first }
    }()
}
