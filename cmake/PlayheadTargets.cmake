# playhead_library(NAME SOURCES a.cc … DEPENDS x …): one library a folder; headers are included as "folder/name.h".
function(playhead_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
  target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE playhead_flags)
endfunction()

# playhead_test(NAME LABEL unit SOURCES a.cc … DEPENDS x …): one GoogleTest program, one CTest entry.
# Label unit or contract: part of `./dev test quick`.
function(playhead_test name)
  cmake_parse_arguments(ARG "" "LABEL" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} playhead_flags GTest::gmock GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE PLAYHEAD_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABEL}" TIMEOUT 300)
endfunction()
