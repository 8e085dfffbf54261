#include "carbon/wire/entsoe_areas.h"

#include <array>

namespace drover::carbon::wire {
namespace {

// Countries and bidding zones as the platform's guide lists them; zones as Electricity Maps names
// them. Of Germany there are two areas: the country, and the bidding zone with Luxembourg.
constexpr std::array kAreas = {
    EntsoeArea{.code = "10YAT-APG------L", .zone = "AT"},
    EntsoeArea{.code = "10YBE----------2", .zone = "BE"},
    EntsoeArea{.code = "10YCA-BULGARIA-R", .zone = "BG"},
    EntsoeArea{.code = "10YCH-SWISSGRIDZ", .zone = "CH"},
    EntsoeArea{.code = "10YCZ-CEPS-----N", .zone = "CZ"},
    EntsoeArea{.code = "10Y1001A1001A83F", .zone = "DE"},
    EntsoeArea{.code = "10Y1001A1001A82H", .zone = "DE"},
    EntsoeArea{.code = "10Y1001A1001A65H", .zone = "DK"},
    EntsoeArea{.code = "10YDK-1--------W", .zone = "DK-DK1"},
    EntsoeArea{.code = "10YDK-2--------M", .zone = "DK-DK2"},
    EntsoeArea{.code = "10Y1001A1001A39I", .zone = "EE"},
    EntsoeArea{.code = "10YES-REE------0", .zone = "ES"},
    EntsoeArea{.code = "10YFI-1--------U", .zone = "FI"},
    EntsoeArea{.code = "10YFR-RTE------C", .zone = "FR"},
    EntsoeArea{.code = "10YGB----------A", .zone = "GB"},
    EntsoeArea{.code = "10YGR-HTSO-----Y", .zone = "GR"},
    EntsoeArea{.code = "10YHR-HEP------M", .zone = "HR"},
    EntsoeArea{.code = "10YHU-MAVIR----U", .zone = "HU"},
    EntsoeArea{.code = "10YIE-1001A00010", .zone = "IE"},
    EntsoeArea{.code = "10YIT-GRTN-----B", .zone = "IT"},
    EntsoeArea{.code = "10YLT-1001A0008Q", .zone = "LT"},
    EntsoeArea{.code = "10YLU-CEGEDEL-NQ", .zone = "LU"},
    EntsoeArea{.code = "10YLV-1001A00074", .zone = "LV"},
    EntsoeArea{.code = "10YNL----------L", .zone = "NL"},
    EntsoeArea{.code = "10YNO-0--------C", .zone = "NO"},
    EntsoeArea{.code = "10YPL-AREA-----S", .zone = "PL"},
    EntsoeArea{.code = "10YPT-REN------W", .zone = "PT"},
    EntsoeArea{.code = "10YRO-TEL------P", .zone = "RO"},
    EntsoeArea{.code = "10YCS-SERBIATSOV", .zone = "RS"},
    EntsoeArea{.code = "10YSE-1--------K", .zone = "SE"},
    EntsoeArea{.code = "10YSI-ELES-----O", .zone = "SI"},
    EntsoeArea{.code = "10YSK-SEPS-----K", .zone = "SK"},
};

}  // namespace

std::span<const EntsoeArea> entsoe_areas() { return kAreas; }

}  // namespace drover::carbon::wire
