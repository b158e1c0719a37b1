package import Net
package import RIB
package import Speaker

extension Router {
    /// A neighbor as it is at the moment.
    package struct NeighborState: Sendable {
        /// For questions to the RIB.
        package var id: NeighborID
        /// Its `receivedPrefixes` are those that are kept; its `advertised` is empty.
        package var session: NeighborStatus
        package var tables: [Table]
        /// Prefixes in its UPDATEs since it is a neighbor: growing only.
        package var traffic: Traffic
        /// Has been asked to use other ways.
        package var isShuttingDown: Bool

        package struct Table: Hashable, Sendable {
            package var family: Family
            package var received: Int
            package var told: Int
        }
    }

    /// In the order of the configuration.
    package var neighbors: [NeighborState] {
        let statuses = Dictionary(sessions.neighbors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return order.compactMap { exchange in
            statuses[exchange.name].map { status in
                NeighborState(
                    id: exchange.id, session: status,
                    tables: Family.allCases.map { family in
                        NeighborState.Table(
                            family: family, received: rib.count(from: exchange.id, family),
                            told: rib.countTold(to: exchange.id, family))
                    },
                    traffic: rib.traffic(from: exchange.id), isShuttingDown: isLeaving(exchange.neighbor))
            }
        }
    }

    /// Its number in the RIB.
    package func id(of name: String) -> NeighborID? { exchanges[name]?.id }

    /// Connections from addresses that are no neighbor's, all of them refused.
    package var refusedConnections: UInt64 { sessions.refusedConnections }
}
