// Tables of places, embedded so that a lone executable knows them. airports.csv is made by airports.py; its licence is
// airports.LICENSE.
#include "CGeo.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t airports[] = {
#embed "airports.csv"
};

struct landfall_table landfall_airports(void) { return (struct landfall_table){airports, sizeof airports}; }
