# `find_package(ProjectionEnhancement)` for projects that use the installed module. Under ITK's own module system the
# module is a component of ITK instead: `find_package(ITK COMPONENTS ProjectionEnhancement)`.

if(EXISTS ${ITK_CMAKE_DIR}/ITKModuleMacros.cmake OR ITK_SOURCE_DIR)
  return()
endif()
set(PEN_INSTALLS_PACKAGE ON)

include(CMakePackageConfigHelpers)
include(GNUInstallDirs)

set(_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ProjectionEnhancement)

list(JOIN ITK_MODULE_ProjectionEnhancement_DEPENDS " " _package_itk_components)
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/ProjectionEnhancementConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfig.cmake INSTALL_DESTINATION ${_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ProjectionEnhancementConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfig.cmake
              ${PROJECT_BINARY_DIR}/ProjectionEnhancementConfigVersion.cmake DESTINATION ${_package_dir})
install(EXPORT ProjectionEnhancementTargets NAMESPACE ITK:: DESTINATION ${_package_dir})
