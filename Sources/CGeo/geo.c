// Tables of places, embedded so that a lone executable knows them. airports.csv is made by airports.py; its licence is
// airports.LICENSE. countries.csv and cities.csv are made by geonames.py, registrations.txt by registrations.py; NOTICE says
// where they come from.
#include "CGeo.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t airports[] = {
#embed "airports.csv"
};
static const uint8_t countries[] = {
#embed "countries.csv"
};
static const uint8_t cities[] = {
#embed "cities.csv"
};
static const uint8_t registrations[] = {
#embed "registrations.txt"
};

struct landfall_table landfall_airports(void) { return (struct landfall_table){airports, sizeof airports}; }
struct landfall_table landfall_countries(void) { return (struct landfall_table){countries, sizeof countries}; }
struct landfall_table landfall_cities(void) { return (struct landfall_table){cities, sizeof cities}; }
struct landfall_table landfall_registrations(void) {
    return (struct landfall_table){registrations, sizeof registrations};
}
