"""Reads a zone file and asks a server for every RRset in it, over UDP and, for what is truncated, TCP.

usage: dnspython_rrsets.py FILE ORIGIN SERVER PORT

Prints a line for each answer that hasn't the RRset of the file, and a last one: "N equal".
"""

import sys

import dns.flags
import dns.message
import dns.query
import dns.rdataclass
import dns.rdatatype
import dns.zone


def hidden(zone, name, type):
    """Whether a delegation or a DNAME above the name, or at it, keeps the server from answering with its records."""
    above = name
    while above != zone.origin:
        node = zone.get_node(above)
        if node is not None:
            if node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.NS):
                return above != name or type not in (dns.rdatatype.DS, dns.rdatatype.NSEC)
            if above != name and node.get_rdataset(dns.rdataclass.IN, dns.rdatatype.DNAME):
                return True
        above = above.parent()
    return False


def main(path, origin, server, port):
    zone = dns.zone.from_file(path, origin, relativize=False)
    equal = 0
    for name, wanted in zone.iterate_rdatasets():
        if wanted.rdtype in (dns.rdatatype.RRSIG, dns.rdatatype.NSEC3) or hidden(zone, name, wanted.rdtype):
            continue
        query = dns.message.make_query(name, wanted.rdtype, want_dnssec=True, payload=1232)
        query.flags &= ~dns.flags.RD
        answer, _ = dns.query.udp_with_fallback(query, server, timeout=10, port=port)
        found = answer.get_rrset(answer.answer, name, dns.rdataclass.IN, wanted.rdtype)
        if found is not None and found.to_rdataset() == wanted and found.ttl == wanted.ttl:
            equal += 1
        else:
            print(f"{name} {dns.rdatatype.to_text(wanted.rdtype)}: {found} instead of {wanted}".replace("\n", " / "))
    print(f"{equal} equal")


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
