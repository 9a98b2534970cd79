// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Base_Parameters_h
#define ProjectionEnhancement_Base_Parameters_h

#include <type_traits>
#include <utility>

namespace itk
{
namespace PenCore
{
/** \brief Calls visit(name, value of each struct) for each parameter of one or of several structs of one type.
 *
 * A parameter struct lists its parameters once, in a static VisitParameters(visit, structs...), under the names that
 * the Set and Get of the filter have. What belongs to a run and not to the result (numberOfThreads, progress) is not in
 * the list. */
template <typename TVisit, typename TParameters, typename... TOthers>
void
ForEachParameter(TVisit && visit, TParameters & parameters, TOthers &... others)
{
  std::remove_const_t<TParameters>::VisitParameters(visit, parameters, others...);
}

/** \brief Whether two parameter structs agree in all that they list. */
template <typename TParameters,
          typename = decltype(TParameters::VisitParameters(std::declval<int &>(), std::declval<const TParameters &>()))>
bool
operator==(const TParameters & a, const TParameters & b)
{
  bool isEqual = true;
  ForEachParameter([&isEqual](const char *, const auto & x, const auto & y) { isEqual = isEqual && x == y; }, a, b);
  return isEqual;
}
} // namespace PenCore
} // namespace itk

#endif
