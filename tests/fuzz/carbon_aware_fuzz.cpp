#include "carbon/wire/carbon_aware.h"
#include "promises.h"

DROVER_FUZZ_DOCUMENT(drover::carbon::wire::parse_carbon_aware)
