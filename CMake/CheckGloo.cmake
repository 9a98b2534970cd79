# Trainings of several processes need Gloo, LibTorch's own, and its headers (libgloo-dev). Linked, for headers of another
# Gloo than LibTorch's could compile and not fit. By the files and settings of LibTorch's targets, not by the targets: those
# of PyPI's LibTorch name others that a check's project does not have.
include(CheckCXXSourceCompiles)

function(check_gloo result)
  set(CMAKE_REQUIRED_QUIET ON)
  set(CMAKE_REQUIRED_INCLUDES ${TORCH_INCLUDE_DIRS})
  set(CMAKE_REQUIRED_FLAGS ${TORCH_CXX_FLAGS})
  foreach(library torch torch_cpu c10)
    get_target_property(file ${library} LOCATION)
    list(APPEND CMAKE_REQUIRED_LIBRARIES ${file})
  endforeach()
  get_target_property(definitions torch_cpu INTERFACE_COMPILE_DEFINITIONS)
  if(definitions)
    list(TRANSFORM definitions PREPEND -D)
    set(CMAKE_REQUIRED_DEFINITIONS ${definitions})
  endif()
  get_target_property(features torch INTERFACE_COMPILE_FEATURES)
  if("cxx_std_20" IN_LIST features)
    set(CMAKE_CXX_STANDARD 20)
  endif()
  check_cxx_source_compiles(
    "
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
int main()
{
  auto store = c10::make_intrusive<c10d::TCPStore>(\"localhost\", c10d::TCPStoreOptions());
  return c10d::ProcessGroupGloo(store, 0, 1).getSize();
}"
    ${result})
endfunction()
