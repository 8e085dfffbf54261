#include "carbon/wire/entsoe.h"
#include "promises.h"

DROVER_FUZZ_DOCUMENT(drover::carbon::wire::parse_entsoe)
