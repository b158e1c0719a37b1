/// How many errors of one reading say what may have been meant: looking for it takes longer than all the rest, and nobody
/// reads more.
let mostHints = 100

/// The one of `candidates` that `text` is most likely a slip of: at most a third of its letters wrong (one at least).
/// The first of equals; nil when none is near.
package func nearest(to text: String, among candidates: some Sequence<String>) -> String? {
    let letters = Array(text.lowercased().unicodeScalars.prefix(64))
    let bound = max(1, letters.count / 3)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let distance = edits(letters, Array(candidate.lowercased().unicodeScalars))
        if distance <= bound, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.candidate
}

/// How many letters must be put in, left out, changed or swapped with the next (optimal string alignment distance).
func edits(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
        var row = [i + 1]
        for j in 0..<b.count {
            var least = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
            row.append(least)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
