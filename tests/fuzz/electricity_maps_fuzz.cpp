#include "carbon/wire/electricity_maps.h"
#include "promises.h"

DROVER_FUZZ_DOCUMENT(drover::carbon::wire::parse_electricity_maps)
