# Puts ITK's image readers and writers, and the registration of their factories, in force in the current folder.
find_package(ITK REQUIRED COMPONENTS ${ITK_MODULE_ProjectionEnhancement_DEPENDS} ITKImageIO)
include(${ITK_USE_FILE})
