#!/usr/bin/env python3
"""Makes registrations.txt from the names of ASes in the pyasn package (MIT), which end in the country of their registration:

    registrations.py asnames.json.gz > registrations.txt

One line for every country that a run of AS numbers is registered in: how far the run's first number is from the first one of
the run before (or from 0), and the country (ISO 3166-1 alpha-2; ZZ: none). Numbers that nobody had registered belong to the
run before: registries get numbers in blocks and give them out in order.
"""
import gzip
import json
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as source:
    names = json.load(source)
entries = {int(asn): name for asn, name in names.items()}
entries = {asn: name for asn, name in entries.items() if 0 < asn < 64_496 or 131_072 <= asn < 4_200_000_000}
# Reserved and private numbers are in no country, nor are those above the last one.
entries[64_496] = entries[max(entries) + 1] = ", ZZ"
last, run = 0, None
for asn, name in sorted(entries.items()):
    country = name.rpartition(", ")[2]
    country = {"UK": "GB", "EU": "ZZ", "AP": "ZZ"}.get(country, country)
    if len(country) != 2 or not country.isascii() or not country.isupper():
        country = "ZZ"
    if country != run:
        print(asn - last, country, sep="")
        last, run = asn, country
