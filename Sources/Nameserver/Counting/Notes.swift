/// What one thread writes about queries, and the memory that it lies in.
struct Notes {
    let lane: Lane
    let sightings: Sightings
    private let memories: (CountingMemory, ClientMemory)

    init(_ counting: CountingMemory, _ clients: ClientMemory, thread: Int) {
        memories = (counting, clients)
        (lane, sightings) = (counting.lane(thread), clients.part(thread))
    }
}
