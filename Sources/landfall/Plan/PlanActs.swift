import Announce
import Config
import Files
import FoundationEssentials
import Internet
import Planner

/// What a plan says beyond who lands where: failures one at a time, or the acts that were asked about.
struct PlanActs {
    /// nil: acts were asked about, or a CSV.
    var failures: Failures?
    var blasts: [Blast] = []

    init(_ invocation: Invocation, _ plan: Plan, _ network: Network, _ pace: Pace) throws(Failure) {
        do throws(PlanError) {
            for site in invocation.values("drain") {
                let blast = try Blast(plan, site: site, prepend: network.announce.states.draining.prepend)
                if !blasts.contains(where: { $0.site == blast.site }) { blasts.append(blast) }
            }
            if blasts.isEmpty, !invocation.has("csv") {
                var options = Failures.Options(step: network.announce.states.degraded.prepend)
                options.transits = try invocation.transits() ?? options.transits
                failures = try Failures(plan, options, pace)
            }
        } catch { throw Failure(error) }
        if let path = invocation.value("displaced-load") { try Self.write(plan, network, to: path) }
    }

    /// The table that agents read.
    private static func write(_ plan: Plan, _ network: Network, to path: String) throws(Failure) {
        let now = UTCSecond(seconds: Int(Date().timeIntervalSince1970))
        let table: DisplacedLoads
        do throws(PlanError) {
            table = try DisplacedLoads(plan, network, made: now, basis: TrustText(plan).title.lowercased())
        } catch { throw Failure(error) }
        do throws(FileError) { try File.write(Array(table.text.utf8), to: path) } catch {
            throw Failure(.machineLacks, "\(error)")
        }
        Terminal.say("landfall: plan: \(path) has what moves where, for announce.displaced-load")
    }
}

extension Invocation {
    fileprivate func transits() throws(PlanError) -> Int? {
        guard let text = value("transits") else { return nil }
        guard let count = Int(text), (0...100_000).contains(count), !text.hasPrefix("+") else {
            throw .input(
                "plan: --transits \"\(text)\" should be how many of the busiest transit ASes fail, 0 to 100000")
        }
        return count
    }
}
