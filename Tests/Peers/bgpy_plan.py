"""Plans by BGPy (bgpy_pkg, from PyPI), for comparison: bgpy_plan.py GRAPH PLANS OUTPUT

GRAPH is CAIDA's text of AS relationships. Each line of PLANS has the AS numbers of one announcement's origins. Writes for
each plan `plan SECONDS`, then for every AS with a route `ASN ORIGIN LENGTH`, the length with the AS itself in the path.
BGPy breaks ties by the lowest AS number of the next hop.
"""

import sys
import time

from bgpy.as_graphs import ASGraph, ASGraphInfo, CustomerProviderLink, PeerLink
from bgpy.simulation_engine import Announcement, SimulationEngine

PREFIX = "192.0.2.0/24"


def read(path):
    transit, peering = set(), set()
    with open(path) as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            first, second, relation = (int(field) for field in line.split("|")[:3])
            if relation == -1:
                transit.add(CustomerProviderLink(customer_asn=second, provider_asn=first))
            else:
                peering.add(PeerLink(first, second))
    info = ASGraphInfo(customer_provider_links=frozenset(transit), peer_links=frozenset(peering))
    return ASGraph(info, store_customer_cone_size=False)


def plan(engine, origins):
    for system in engine.as_graph:
        system.policy.local_rib.clear()
        system.policy.recv_q.clear()
    announcements = [Announcement(prefix=PREFIX, as_path=(asn,), seed_asn=asn) for asn in origins]
    engine._seed_announcements(tuple(announcements))
    start = time.process_time()
    engine._propagate(0, None)
    return time.process_time() - start


def main():
    engine = SimulationEngine(read(sys.argv[1]))
    with open(sys.argv[2]) as plans, open(sys.argv[3], "w") as output:
        for line in plans:
            print("plan", plan(engine, [int(asn) for asn in line.split()]), file=output)
            for system in engine.as_graph:
                route = system.policy.local_rib.get(PREFIX)
                if route:
                    print(system.asn, route.as_path[-1], len(route.as_path), file=output)


main()
