# One ctest test per GoogleTest suite: a process per case would spend most of its time on loading ITK and LibTorch.
# ctest starts the suites with most cases first.
find_package(GTest REQUIRED)

set(_pen_suites_script ${CMAKE_CURRENT_LIST_DIR}/ListGoogleTestSuites.cmake)

# pen_add_test_driver(NAME LIBRARIES library... SOURCES file...)
function(pen_add_test_driver name)
  cmake_parse_arguments(PARSE_ARGV 1 driver "" "" "LIBRARIES;SOURCES")
  add_executable(${name} ${driver_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/test ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PRIVATE ${driver_LIBRARIES} pen_compiler_options GTest::gtest GTest::gtest_main)
  target_compile_definitions(${name} PRIVATE PEN_TEST_DATA_DIR="${PROJECT_SOURCE_DIR}/test/data"
                                             PEN_MODELS_DIR="${PROJECT_SOURCE_DIR}/models")
  set(list ${CMAKE_CURRENT_BINARY_DIR}/${name}Suites.cmake)
  add_custom_command(
    TARGET ${name} POST_BUILD
    COMMAND ${CMAKE_COMMAND} -DDRIVER=$<TARGET_FILE:${name}> -DLIST=${list} -DWORK_DIR=${CMAKE_CURRENT_BINARY_DIR} -P
            ${_pen_suites_script}
    BYPRODUCTS ${list}
    VERBATIM)
  file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/${name}Include.cmake
       "if(EXISTS \"${list}\")\n  include(\"${list}\")\nelse()\n  add_test(${name}_NOT_BUILT ${name}_NOT_BUILT)\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${CMAKE_CURRENT_BINARY_DIR}/${name}Include.cmake)
endfunction()
