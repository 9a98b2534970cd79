# What the extension is made of, in the order of its needs: header-only libraries, oneTBB, LibTorch, this repository,
# and the inner project that packs. Expat, libpng, libtiff and zlib are the system's. A library whose <name>_DIR is given
# is taken from there instead of fetched.
include(ExternalProject)

set(_external ${CMAKE_BINARY_DIR}/external)
set(_separator "|")
set(_common_arguments
    -DCMAKE_BUILD_TYPE:STRING=${CMAKE_BUILD_TYPE}
    -DCMAKE_C_COMPILER:FILEPATH=${CMAKE_C_COMPILER}
    -DCMAKE_CXX_COMPILER:FILEPATH=${CMAKE_CXX_COMPILER}
    -DCMAKE_CXX_STANDARD:STRING=17
    -DCMAKE_CXX_STANDARD_REQUIRED:BOOL=ON
    -DCMAKE_POSITION_INDEPENDENT_CODE:BOOL=ON
    -DCMAKE_OSX_ARCHITECTURES:STRING=${CMAKE_OSX_ARCHITECTURES}
    -DCMAKE_OSX_DEPLOYMENT_TARGET:STRING=${CMAKE_OSX_DEPLOYMENT_TARGET}
    -DCMAKE_OSX_SYSROOT:PATH=${CMAKE_OSX_SYSROOT})
set(_dependencies)
set(_found_arguments)

# Fetches and installs a library that CMake builds, unless ${package}_DIR says where it is.
macro(pen_add_external package repository tag)
  if(${package}_DIR)
    list(APPEND _found_arguments -D${package}_DIR:PATH=${${package}_DIR})
  else()
    ExternalProject_Add(
      ${package}
      GIT_REPOSITORY ${repository}
      GIT_TAG ${tag}
      GIT_SHALLOW ON
      SOURCE_DIR ${CMAKE_BINARY_DIR}/${package}
      BINARY_DIR ${CMAKE_BINARY_DIR}/${package}-build
      CMAKE_CACHE_ARGS ${_common_arguments} -DCMAKE_INSTALL_PREFIX:PATH=${_external} -DBUILD_TESTING:BOOL=OFF ${ARGN})
    list(APPEND _dependencies ${package})
  endif()
endmacro()

pen_add_external(CLI11 https://github.com/CLIUtils/CLI11.git v2.3.2 -DCLI11_BUILD_EXAMPLES:BOOL=OFF
                 -DCLI11_BUILD_TESTS:BOOL=OFF)
pen_add_external(nlohmann_json https://github.com/nlohmann/json.git v3.11.3 -DJSON_BuildTests:BOOL=OFF)
pen_add_external(Eigen3 https://gitlab.com/libeigen/eigen.git 3.4.0 -DEIGEN_BUILD_DOC:BOOL=OFF)
pen_add_external(TBB https://github.com/oneapi-src/oneTBB.git v2021.13.0 -DTBB_TEST:BOOL=OFF)

# LibTorch comes built. For a GPU name another of its archives.
set(_torch_url https://download.pytorch.org/libtorch/cpu)
if(WIN32)
  string(APPEND _torch_url /libtorch-win-shared-with-deps-2.2.2%2Bcpu.zip)
elseif(APPLE)
  string(APPEND _torch_url /libtorch-macos-arm64-2.2.2.zip)
else()
  string(APPEND _torch_url /libtorch-cxx11-abi-shared-with-deps-2.2.2%2Bcpu.zip)
endif()
set(PEN_LIBTORCH_URL ${_torch_url} CACHE STRING "Archive of LibTorch")
if(Torch_DIR)
  get_filename_component(_torch_libraries ${Torch_DIR}/../../../lib ABSOLUTE)
else()
  ExternalProject_Add(LibTorch URL ${PEN_LIBTORCH_URL} SOURCE_DIR ${CMAKE_BINARY_DIR}/LibTorch CONFIGURE_COMMAND ""
                      BUILD_COMMAND "" INSTALL_COMMAND "")
  list(APPEND _dependencies LibTorch)
  set(Torch_DIR ${CMAKE_BINARY_DIR}/LibTorch/share/cmake/Torch)
  set(_torch_libraries ${CMAKE_BINARY_DIR}/LibTorch/lib)
endif()

set(ProjectionEnhancement_DIR ${CMAKE_BINARY_DIR}/ProjectionEnhancement-build)
set(_inner_dir ${CMAKE_BINARY_DIR}/${EXTENSION_BUILD_SUBDIRECTORY})
ExternalProject_Add(
  ProjectionEnhancement
  DOWNLOAD_COMMAND ""
  INSTALL_COMMAND ""
  SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR}/../..
  BINARY_DIR ${ProjectionEnhancement_DIR}
  BUILD_ALWAYS ON
  LIST_SEPARATOR ${_separator}
  CMAKE_CACHE_ARGS
    ${_common_arguments}
    ${_found_arguments}
    -DITK_DIR:PATH=${ITK_DIR}
    -DTorch_DIR:PATH=${Torch_DIR}
    -DCMAKE_PREFIX_PATH:STRING=${_external}
    -DBUILD_TESTING:BOOL=OFF
    -DPEN_BUILD_PROGRAMS:BOOL=ON
    -DPEN_BUILD_EXAMPLES:BOOL=OFF
    -DPEN_BUILD_CLI_MODULES:BOOL=ON
    -DPEN_CLI_MODULES_BUILD_DIR:PATH=${_inner_dir}/${Slicer_CLIMODULES_BIN_DIR}
    -DPEN_CLI_MODULES_INSTALL_DIR:PATH=${Slicer_INSTALL_CLIMODULES_BIN_DIR}
    -DPEN_CLI_MODULES_LIBRARY_DIR:PATH=${Slicer_INSTALL_THIRDPARTY_LIB_DIR}
    -DCMAKE_LIBRARY_OUTPUT_DIRECTORY:PATH=${_inner_dir}/${Slicer_THIRDPARTY_LIB_DIR}
    -DITK_INSTALL_LIBRARY_DIR:STRING=${Slicer_INSTALL_THIRDPARTY_LIB_DIR}
    -DITK_INSTALL_RUNTIME_DIR:STRING=${Slicer_INSTALL_THIRDPARTY_BIN_DIR}
  DEPENDS ${_dependencies})

ExternalProject_Add(
  inner
  DOWNLOAD_COMMAND ""
  INSTALL_COMMAND ""
  SOURCE_DIR ${CMAKE_CURRENT_SOURCE_DIR}
  BINARY_DIR ${_inner_dir}
  BUILD_ALWAYS ON
  CMAKE_CACHE_ARGS
    ${_common_arguments}
    -DSlicer_DIR:PATH=${Slicer_DIR}
    -D${EXTENSION_NAME}_SUPERBUILD:BOOL=OFF
    -DEXTENSION_SUPERBUILD_BINARY_DIR:PATH=${CMAKE_BINARY_DIR}
    -DProjectionEnhancement_DIR:PATH=${ProjectionEnhancement_DIR}
    -DPEN_LIBTORCH_LIBRARY_DIR:PATH=${_torch_libraries}
  DEPENDS ProjectionEnhancement)
