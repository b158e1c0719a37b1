int landfall_geo_stub;
