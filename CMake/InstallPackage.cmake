# `find_package(ProjectionEnhancement)` for projects that use the installed module. With ITK's own module system the
# module is also a component of ITK; the package is the same either way.

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ProjectionEnhancement)
if(EXISTS ${ITK_CMAKE_DIR}/ITKModuleMacros.cmake OR ITK_SOURCE_DIR)
  return()
endif()

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ProjectionEnhancementConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfig.cmake INSTALL_DESTINATION ${_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ProjectionEnhancementConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfig.cmake
              ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfigVersion.cmake DESTINATION ${_package_dir})
install(EXPORT ProjectionEnhancementTargets NAMESPACE ITK:: DESTINATION ${_package_dir})
