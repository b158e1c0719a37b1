#pragma once
#include <stddef.h>
#include <stdint.h>

// Text that lives as long as the program.
struct landfall_table {
    const uint8_t *bytes;
    size_t count;
};

// Lines of `code,country,latitude,longitude,city`, sorted by IATA code; the last one ends with a newline, too.
struct landfall_table landfall_airports(void);
