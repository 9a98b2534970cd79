# What ITK's module system needs to know about us; also read by CMake/ITKInstallTreeModule.cmake.
set(DOCUMENTATION
    "PEN: learned projections of sparsely sampled confocal stacks, CellPose flow fields turned into overlapping cells, \
depth channels, density augmentation and instance metrics, as ITK filters. Eddy et al., Facilitating cell segmentation \
with the Projection-Enhancement Network.")

itk_module(
  ProjectionEnhancement
  ENABLE_SHARED
  DEPENDS
  ITKCommon
  ITKConnectedComponents
  ITKDistanceMap
  ITKImageFilterBase
  ITKImageIntensity
  ITKIOImageBase
  ITKIOLSM
  ITKIOMeta
  ITKIONIFTI
  ITKIONRRD
  ITKLabelMap
  ITKMathematicalMorphology
  ITKSmoothing
  ITKStatistics
  ITKThresholding
  ITKWatersheds
  TEST_DEPENDS
  ITKGoogleTest
  ITKIOPNG
  ITKIOTIFF
  FACTORY_NAMES
  ImageIO::OMETIFF
  EXCLUDE_FROM_DEFAULT
  DESCRIPTION
  "${DOCUMENTATION}")
