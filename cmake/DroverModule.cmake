# drover_module(NAME [DEPS module...] [LIBS target...] [EXECUTABLE program] [TEST_DEPS module...] [TEST_LIBS target...] [SERIAL] [WHOLE])
#
# The whole CMakeLists.txt of a core (src/carbon), of an adapter (src/carbon/sqlite) and of a testing folder (src/carbon/testing):
#
#     drover_module(carbon DEPS base)                               # core: library drover_carbon
#     drover_module(carbon/sqlite DEPS os)                          # adapter: library drover_carbon_sqlite, links drover_carbon
#     drover_module(carbon/testing)                                 # fakes and contract suites: links carbon, GoogleTest, rapidcheck
#     drover_module(os DEPS base LIBS drover::sqlite drover::httplib drover::mnl)
#     drover_module(cli DEPS os carbon carbon/sqlite EXECUTABLE drover)
#
# Sources are found by name; a new file needs no change here:
#     *.cpp, *.h     the library (a folder of headers only makes an INTERFACE library)
#     *_test.h       what test files share
#     *_test.cpp     one GoogleTest program, carbon_test or carbon_sqlite_test; ctest sees each case as carbon.Suite.Case
#     *_bench.cpp    one Google Benchmark program, carbon_bench
#     main.cpp       with EXECUTABLE: the program, linked to the library that holds the rest of the folder
# A test program also links the module's own testing folder. TEST_DEPS and TEST_LIBS are for tests alone. SERIAL keeps the tests from
# running beside others, for those that change something of the machine. Third-party targets: cmake/ThirdParty.cmake.

add_custom_target(benchmarks)

function(drover_library_name out name)
  string(REPLACE "/" "_" name ${name})
  set(${out} drover_${name} PARENT_SCOPE)
endfunction()

# The libraries of modules, each "a" or "a/b".
function(drover_libraries out)
  set(libraries)
  foreach(name IN LISTS ARGN)
    if(EXISTS ${PROJECT_SOURCE_DIR}/src/${name}/CMakeLists.txt)
      drover_library_name(library ${name})
      list(APPEND libraries ${library})
    else()
      message(WARNING "there is no module '${name}' (no src/${name}/CMakeLists.txt); left out")
    endif()
  endforeach()
  set(${out} ${libraries} PARENT_SCOPE)
endfunction()

function(drover_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL;WHOLE" "EXECUTABLE" "DEPS;LIBS;TEST_DEPS;TEST_LIBS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "drover_module(${name}): what is ${arg_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT CMAKE_CURRENT_SOURCE_DIR STREQUAL ${PROJECT_SOURCE_DIR}/src/${name})
    message(FATAL_ERROR "drover_module(${name}) belongs into src/${name}/CMakeLists.txt")
  endif()

  file(GLOB headers CONFIGURE_DEPENDS *.h)
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  list(FILTER headers EXCLUDE REGEX "_test\\.h$")
  set(tests ${sources})
  set(benches ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benches INCLUDE REGEX "_bench\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_bench|/main)\\.cpp$")

  drover_library_name(library ${name})
  drover_libraries(libraries ${arg_DEPS})
  list(APPEND libraries ${arg_LIBS})
  if(name MATCHES "^([a-z_]+)/[a-z_]+$")
    list(PREPEND libraries drover_${CMAKE_MATCH_1})
  endif()
  if(name MATCHES "/testing$")
    list(APPEND libraries drover::test)
  endif()

  set(scope PUBLIC)
  set(kind STATIC)
  if(NOT sources)
    set(scope INTERFACE)
    set(kind INTERFACE)
  endif()
  add_library(${library} ${kind} ${sources})
  target_sources(${library} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/src FILES ${headers})
  target_link_libraries(${library} ${scope} ${libraries})

  if(arg_EXECUTABLE AND EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
    add_executable(${arg_EXECUTABLE} main.cpp)
    target_link_libraries(${arg_EXECUTABLE} PRIVATE ${library})
  endif()
  if(tests)
    drover_libraries(test_libraries ${arg_TEST_DEPS})
    drover_tests(${name} ${library} "${tests}" "${test_libraries};${arg_TEST_LIBS}" ${arg_SERIAL} ${arg_WHOLE})
  endif()
  if(benches)
    string(REGEX REPLACE "^drover_" "" program ${library}_bench)
    add_executable(${program} EXCLUDE_FROM_ALL ${benches})
    target_link_libraries(${program} PRIVATE ${library} drover::benchmark)
    add_dependencies(benchmarks ${program})
  endif()
endfunction()

function(drover_tests name library sources libraries serial whole)
  string(REGEX REPLACE "^drover_" "" program ${library}_test)
  add_executable(${program} ${sources})
  target_link_libraries(${program} PRIVATE ${library} ${libraries} drover::test GTest::gtest_main)
  string(REGEX REPLACE "/.*" "" core ${name})
  if(EXISTS ${PROJECT_SOURCE_DIR}/src/${core}/testing/CMakeLists.txt)
    target_link_libraries(${program} PRIVATE drover_${core}_testing)
  endif()
  set_target_properties(${program} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  string(REPLACE "/" "." prefix ${name})
  set(skipped "\\[  SKIPPED \\]")
  if(whole)
    add_test(NAME ${prefix} COMMAND ${program} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
    set_tests_properties(${prefix} PROPERTIES
      LABELS "unit;${prefix}" TIMEOUT 600 RUN_SERIAL ${serial} SKIP_REGULAR_EXPRESSION "${skipped}")
    return()
  endif()
  gtest_discover_tests(${program}
    DISCOVERY_MODE PRE_TEST
    TEST_PREFIX ${prefix}.
    WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTIES LABELS "unit;${prefix}" TIMEOUT 120 RUN_SERIAL ${serial} SKIP_REGULAR_EXPRESSION "${skipped}")
endfunction()
