# libcsv, which comes without a description of its own: LibCSV_INCLUDE_DIR and LibCSV_LIBRARY.
find_path(LibCSV_INCLUDE_DIR csv.h)
find_library(LibCSV_LIBRARY csv)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibCSV REQUIRED_VARS LibCSV_LIBRARY LibCSV_INCLUDE_DIR)
mark_as_advanced(LibCSV_INCLUDE_DIR LibCSV_LIBRARY)
