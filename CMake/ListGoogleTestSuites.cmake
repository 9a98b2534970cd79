# Writes LIST, which ctest includes: one test per suite of the GoogleTest program DRIVER.
execute_process(COMMAND ${DRIVER} --gtest_list_tests WORKING_DIRECTORY ${WORK_DIR} OUTPUT_VARIABLE output
                RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${DRIVER} could not list its tests (${result})")
endif()
string(REGEX REPLACE "[;#][^\n]*" "" output "${output}")
string(REPLACE "\n" ";" lines "${output}")
set(suite "")
set(suites "")
foreach(line IN LISTS lines)
  if(line MATCHES "^([A-Za-z0-9_/]+)\\.")
    set(suite ${CMAKE_MATCH_1})
    list(APPEND suites ${suite})
    set(cases_${suite} 0)
  elseif(line MATCHES "^  ")
    math(EXPR cases_${suite} "${cases_${suite}} + 1")
  endif()
endforeach()

# Suites run beside each other: threads that wait for work spinning take it from those that have some.
set(text "")
foreach(suite IN LISTS suites)
  string(APPEND text "add_test([==[${suite}]==] [==[${DRIVER}]==] [==[--gtest_filter=${suite}.*]==])\n"
         "set_tests_properties([==[${suite}]==] PROPERTIES WORKING_DIRECTORY [==[${WORK_DIR}]==] COST ${cases_${suite}}"
         " ENVIRONMENT OMP_WAIT_POLICY=passive)\n")
endforeach()
file(WRITE ${LIST} "${text}")
