#pragma once
#include <stddef.h>
#include <stdint.h>

// Text that lives as long as the program. The last line of each ends with a newline, too.
struct landfall_table {
    const uint8_t *bytes;
    size_t count;
};

// Lines of `code,country,latitude,longitude,city`, sorted by IATA code.
struct landfall_table landfall_airports(void);

// Lines of `code,inhabitants,region,name`, sorted by code.
struct landfall_table landfall_countries(void);

// Lines of `country,inhabitants,latitude,longitude,name`, sorted by country, then the largest first.
struct landfall_table landfall_cities(void);

// Lines like `17DE`: 17 numbers after the last line's begins a run of AS numbers that are registered in DE.
struct landfall_table landfall_registrations(void);
