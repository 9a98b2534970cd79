# ITK's own module macros live in its source and build trees only; a distribution's package (Debian's ITK 5.2.1)
# leaves them out. This file stands in for ITKModuleExternal.cmake there and offers the few macros that this module
# uses, with ITK's names and meanings, so that one source tree builds either way.

include(GNUInstallDirs)
include(GenerateExportHeader)
include(CTest)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
option(BUILD_SHARED_LIBS "Build the module as a shared library" ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

macro(itk_module _name)
  cmake_parse_arguments(_module "ENABLE_SHARED;EXCLUDE_FROM_DEFAULT" "DESCRIPTION"
                        "DEPENDS;PRIVATE_DEPENDS;COMPILE_DEPENDS;TEST_DEPENDS;FACTORY_NAMES" ${ARGN})
  set(itk-module ${_name})
  set(itk-module-test ${_name}-Test)
  set(ITK_MODULE_${itk-module}_DEPENDS ${_module_DEPENDS})
  set(ITK_MODULE_${itk-module}_ENABLE_SHARED ${_module_ENABLE_SHARED})
  set(ITK_MODULE_${itk-module-test}_DEPENDS ${_module_TEST_DEPENDS})
endmacro()

# Puts the libraries and include folders of the named ITK modules in force.
macro(itk_module_use_installed)
  find_package(ITK ${ITK_VERSION_MAJOR}.${ITK_VERSION_MINOR} REQUIRED COMPONENTS ${ARGN})
  include(${ITK_USE_FILE})
endmacro()

# What a library of the module needs to be used and installed.
macro(pen_install_library _name)
  target_compile_features(${_name} PUBLIC cxx_std_17)
  target_include_directories(
    ${_name} PUBLIC "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>" "$<BUILD_INTERFACE:${PROJECT_BINARY_DIR}/include>"
                    "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/${itk-module}>")
  install(TARGETS ${_name} EXPORT ${itk-module}Targets LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endmacro()

macro(itk_module_add_library _name)
  add_library(${_name} ${ARGN})
  target_link_libraries(${_name} PUBLIC ${ITK_LIBRARIES})
  pen_install_library(${_name})
endmacro()

macro(itk_module_impl)
  include(itk-module.cmake)
  itk_module_use_installed(${ITK_MODULE_${itk-module}_DEPENDS})
  install(DIRECTORY include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${itk-module})
  add_subdirectory(src)
  # ITK::<module>Module stands for all of the module's libraries.
  add_library(${itk-module}Module INTERFACE)
  target_link_libraries(${itk-module}Module INTERFACE ${${itk-module}_LIBRARIES})
  add_library(ITK::${itk-module}Module ALIAS ${itk-module}Module)
  install(TARGETS ${itk-module}Module EXPORT ${itk-module}Targets)
  set_target_properties(${itk-module} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  generate_export_header(
    ${itk-module} EXPORT_FILE_NAME "${PROJECT_BINARY_DIR}/include/${itk-module}Export.h"
    EXPORT_MACRO_NAME ${itk-module}_EXPORT NO_EXPORT_MACRO_NAME ${itk-module}_HIDDEN STATIC_DEFINE ITK_STATIC)
  install(FILES "${PROJECT_BINARY_DIR}/include/${itk-module}Export.h"
          DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/${itk-module})
endmacro()

macro(itk_module_test)
  include(${PROJECT_SOURCE_DIR}/itk-module.cmake)
  itk_module_use_installed(${ITK_MODULE_${itk-module}_DEPENDS} ${ITK_MODULE_${itk-module-test}_DEPENDS})
  set(${itk-module-test}_LIBRARIES ${itk-module} ${ITK_LIBRARIES})
endmacro()

function(itk_add_test)
  add_test(${ARGN})
endfunction()

itk_module_impl()

if(BUILD_TESTING)
  add_subdirectory(test)
endif()
