#!/usr/bin/env python3
"""Makes registrations.txt from the names of ASes in the pyasn package (MIT), which end in the country of their registration:

    registrations.py asnames.json.gz > registrations.txt

One line for every run of AS numbers that is registered in one country: how far the run's first number is from the first one of
the run before (or from 0), and the country (ISO 3166-1 alpha-2), or ZZ for numbers that nobody is known to hold. (To take those
for the country of their block would be wrong for three of four; their neighbors know better.)
"""
import gzip
import json
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as source:
    names = {int(asn): name for asn, name in json.load(source).items()}
last, run, following = 0, None, 0


def begin(asn, country):
    global last, run
    if country != run:
        print(asn - last, country, sep="")
        last, run = asn, country


for asn, name in sorted(names.items()):
    # Reserved and private numbers are in no country.
    if not (0 < asn < 64_496 or 131_072 <= asn < 4_200_000_000):
        continue
    country = name.rpartition(", ")[2]
    country = {"UK": "GB", "EU": "ZZ", "AP": "ZZ"}.get(country, country)
    if len(country) != 2 or not country.isascii() or not country.isupper():
        country = "ZZ"
    if asn != following:
        begin(following, "ZZ")
    begin(asn, country)
    following = asn + 1
begin(following, "ZZ")
