// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef ProjectionEnhancement_Cells_DisjointSets_h
#define ProjectionEnhancement_Cells_DisjointSets_h

#include <cstddef>
#include <numeric>
#include <vector>

namespace itk
{
namespace PenCore
{
/** \brief Elements 0 to n - 1 in sets that are joined one after the other. */
class DisjointSets
{
public:
  explicit DisjointSets(std::size_t n)
    : m_Parents(n)
  {
    std::iota(m_Parents.begin(), m_Parents.end(), std::size_t{ 0 });
  }

  /** The lowest element of the set that an element is in. */
  std::size_t
  Find(std::size_t i)
  {
    while (m_Parents[i] != i)
    {
      m_Parents[i] = m_Parents[m_Parents[i]];
      i = m_Parents[i];
    }
    return i;
  }

  void
  Join(std::size_t i, std::size_t j)
  {
    i = this->Find(i);
    j = this->Find(j);
    if (i < j)
    {
      m_Parents[j] = i;
    }
    else
    {
      m_Parents[i] = j;
    }
  }

private:
  std::vector<std::size_t> m_Parents;
};
} // namespace PenCore
} // namespace itk

#endif
