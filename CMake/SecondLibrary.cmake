# Adds a further library to this module, above its first one: under ITK's module system as under its stand-in.
include(GenerateExportHeader)

macro(pen_module_add_second_library name)
  add_library(${name} ${ARGN})
  set_target_properties(${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  set(_export_header ${ProjectionEnhancement_BINARY_DIR}/include/${name}Export.h)
  if(COMMAND itk_module_target)
    itk_module_target(${name})
    install(FILES ${_export_header} DESTINATION ${ProjectionEnhancement_INSTALL_INCLUDE_DIR} COMPONENT Development)
  else()
    pen_install_library(${name})
    install(FILES ${_export_header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ProjectionEnhancement)
  endif()
  target_link_libraries(${name} PUBLIC ProjectionEnhancement)
  generate_export_header(${name} EXPORT_FILE_NAME ${_export_header} EXPORT_MACRO_NAME ${name}_EXPORT
                         NO_EXPORT_MACRO_NAME ${name}_HIDDEN STATIC_DEFINE ITK_STATIC)
endmacro()
