# Installs the module into a folder of its own, then configures, builds and runs the consumer against it.
# Needs BUILD_DIR, SOURCE_DIR, WORK_DIR, CONFIG, GENERATOR, C_COMPILER, CXX_COMPILER, CXX_FLAGS, ITK_DIR, LAYERS.

function(run_step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "failed (${result}): ${command}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
run_step(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${WORK_DIR}/prefix --config ${CONFIG})
run_step(
  ${CMAKE_COMMAND} --log-level=NOTICE -G ${GENERATOR} -S ${SOURCE_DIR} -B ${WORK_DIR}/build
  -DCMAKE_BUILD_TYPE=${CONFIG} -DCMAKE_C_COMPILER=${C_COMPILER} -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
  -DCMAKE_CXX_FLAGS=${CXX_FLAGS} -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix -DITK_DIR=${ITK_DIR}
  -DCMAKE_RUNTIME_OUTPUT_DIRECTORY=${WORK_DIR}/bin -DCMAKE_RUNTIME_OUTPUT_DIRECTORY_RELEASE=${WORK_DIR}/bin)
run_step(${CMAKE_COMMAND} --build ${WORK_DIR}/build --config ${CONFIG})
run_step(${WORK_DIR}/bin/consumer ${LAYERS} ${WORK_DIR}/result.nrrd)

if(NOT EXISTS ${WORK_DIR}/result.nrrd)
  message(FATAL_ERROR "the consumer wrote no ${WORK_DIR}/result.nrrd")
endif()
# An installed program finds its library without help.
run_step(${WORK_DIR}/prefix/bin/pen-evaluate --truth ${LAYERS} --prediction ${WORK_DIR}/result.nrrd)
