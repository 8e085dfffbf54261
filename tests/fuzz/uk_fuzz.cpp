#include "carbon/wire/uk.h"
#include "promises.h"

DROVER_FUZZ_DOCUMENT(drover::carbon::wire::parse_uk_intensity)
