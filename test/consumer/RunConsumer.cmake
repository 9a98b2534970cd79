# Installs the module into a folder of its own, then configures, builds and runs the consumer against it.
# Needs BUILD_DIR, SOURCE_DIR, WORK_DIR, CONFIG, GENERATOR, C_COMPILER, CXX_COMPILER, CXX_FLAGS, ITK_DIR, STACK, LAYERS,
# MODEL.

function(run_step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "failed (${result}): ${command}")
  endif()
endfunction()

# Runs a command that must print what matches PATTERN; its first two groups are left in MATCH_1 and MATCH_2.
function(run_and_match pattern)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output)
  if(NOT result EQUAL 0 OR NOT output MATCHES "${pattern}")
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "wanted \"${pattern}\", got \"${output}\" (${result}): ${command}")
  endif()
  set(MATCH_1 "${CMAKE_MATCH_1}" PARENT_SCOPE)
  set(MATCH_2 "${CMAKE_MATCH_2}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run_step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix --config ${CONFIG})
run_step(
  ${CMAKE_COMMAND} --log-level=NOTICE -G ${GENERATOR} -S ${SOURCE_DIR} -B ${WORK_DIR}/build
  -DCMAKE_BUILD_TYPE=${CONFIG} -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
  -DCMAKE_CXX_FLAGS=${CXX_FLAGS} -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix -DITK_DIR=${ITK_DIR}
  -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${WORK_DIR}/bin -DCMAKE_RUNTIME_OUTPUT_DIRECTORY_RELEASE=${WORK_DIR}/bin)
run_step(${CMAKE_COMMAND} --build ${WORK_DIR}/build --config ${CONFIG})

run_and_match("^nrrd\nmha\ntif\npng\n$" ${WORK_DIR}/bin/image_formats ${WORK_DIR})
run_and_match("^[0-9]+ cells, jaccard 1\n$" ${WORK_DIR}/bin/round_trip ${LAYERS} ${WORK_DIR}/result.nrrd)
# An installed program finds its library without help.
run_and_match(" 1\\.000 +1\\.000 +1\\.000 +1\\.000 +10 +0 +0 " ${WORK_DIR}/prefix/bin/pen-evaluate --truth ${LAYERS}
              --prediction ${WORK_DIR}/result.nrrd)

run_step(${WORK_DIR}/prefix/bin/pen-segment ${STACK} -o ${WORK_DIR} --model ${MODEL} --no-report --quiet)
get_filename_component(name ${STACK} NAME_WE)
run_and_match("^([0-9]+) cells, ([0-9]+) labels\n$" ${WORK_DIR}/bin/count_cells ${MODEL} ${STACK}
              ${WORK_DIR}/${name}_labels.nrrd)
if(MATCH_1 LESS 9 OR NOT MATCH_1 EQUAL MATCH_2)
  message(FATAL_ERROR "itk::SegmentCells() found ${MATCH_1} cells, pen-segment ${MATCH_2}")
endif()
