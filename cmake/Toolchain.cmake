# How every file of drover is compiled. What differs by preset (optimisation, sanitizers, assertions) stands in CMakePresets.json.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_VERIFY_INTERFACE_HEADER_SETS ON)
set(CMAKE_LINK_LIBRARIES_ONLY_TARGETS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers -Wpedantic -Wconversion -Wshadow -Werror)
# Only what a program really uses is loaded at its start: drover-runtime runs on every runtime call.
add_link_options(-Wl,--as-needed)

find_program(ccache ccache)
if(ccache)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${ccache})
endif()

find_program(lld ld.lld)
if(lld)
  set(CMAKE_LINKER_TYPE LLD)
endif()
