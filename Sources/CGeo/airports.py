#!/usr/bin/env python3
"""Makes airports.csv from the table of the airportsdata package (MIT, PyPI, version 20260905):

    airports.py airports_iata.csv.gz > airports.csv

One line an airport, sorted by IATA code, so that a code is found by binary search in the text itself:
code, country (ISO 3166-1 alpha-2), latitude, longitude (degrees), and last, since it may hold commas, the city, or
the airport's name where the city is unknown.
"""
import csv
import gzip
import sys

with gzip.open(sys.argv[1], "rt", encoding="utf-8") as table:
    for row in sorted(csv.DictReader(table), key=lambda row: row["iata"]):
        city = row["city"] or row["name"].removesuffix(" Airport")
        print(row["iata"], row["country"], f"{float(row['lat']):.4f}", f"{float(row['lon']):.4f}", city, sep=",")
