import Glibc

/// The unit that would start the agent of a host: that of `make install`, or an instance of a template for who runs several.
struct InstalledUnit: Hashable, Sendable {
    /// As `systemctl` takes it: `landfall`, `landfall@fra1`.
    var name: String
}

extension InstalledUnit {
    /// Where systemd looks (systemd.unit(5), "Unit File Load Path").
    private static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    /// nil where there is none, or where systemd doesn't run (sd_booted(3)).
    ///
    /// - Parameter root: what `/` is.
    init?(forHost host: String?, in root: String = "") {
        guard access("\(root)/run/systemd/system", F_OK) == 0 else { return nil }
        let has = { (file: String) in Self.folders.contains { access("\(root)\($0)/\(file)", F_OK) == 0 } }
        if has("landfall.service") {
            name = "landfall"
        } else if let host, has("landfall@.service") {
            name = "landfall@\(host)"
        } else {
            return nil
        }
    }
}
