// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef itkCellLabelObject_h
#define itkCellLabelObject_h

#include "ProjectionEnhancement/Cells/Cell.h"
#include "itkLabelMap.h"
#include "itkStatisticsLabelObject.h"

#include <algorithm>

namespace itk
{
/** \class CellLabelObject
 * \brief A cell: a 2-D mask with shape and intensity attributes, a depth, a depth channel, a score and a flow error.
 *
 * Cells of one itk::LabelMap may overlap each other, which a label image cannot hold. Depth is in um (physical
 * units of the stack's third axis), Channel is zero-based from the shallowest, Score is the mean cell logit, and
 * FlowError the mean squared difference between the predicted flow and the flow of the mask itself. An attribute
 * that nothing has computed yet is 0.
 *
 * \code
 * using CellType = itk::CellLabelObject<itk::SizeValueType, 2>;
 * using CellMapType = itk::LabelMap<CellType>;
 * for (itk::SizeValueType i = 0; i < cells->GetNumberOfLabelObjects(); ++i)
 *   std::cout << cells->GetNthLabelObject(i)->GetDepth() << '\n';
 * \endcode
 *
 * \ingroup ProjectionEnhancement
 */
template <typename TLabel = SizeValueType, unsigned int VImageDimension = 2>
class ITK_TEMPLATE_EXPORT CellLabelObject : public StatisticsLabelObject<TLabel, VImageDimension>
{
public:
  ITK_DISALLOW_COPY_AND_ASSIGN(CellLabelObject);

  using Self = CellLabelObject;
  using Superclass = StatisticsLabelObject<TLabel, VImageDimension>;
  using Pointer = SmartPointer<Self>;
  using ConstPointer = SmartPointer<const Self>;
  using typename Superclass::AttributeType;
  using typename Superclass::IndexType;
  using typename Superclass::LabelType;
  using ChannelType = unsigned int;

  static constexpr unsigned int ImageDimension = VImageDimension;

  itkNewMacro(Self);
  itkTypeMacro(CellLabelObject, StatisticsLabelObject);

  static constexpr AttributeType DEPTH = 300;
  static constexpr AttributeType CHANNEL = 301;
  static constexpr AttributeType SCORE = 302;
  static constexpr AttributeType FLOW_ERROR = 303;

  static AttributeType
  GetAttributeFromName(const std::string & name)
  {
    if (name == "Depth")
    {
      return DEPTH;
    }
    if (name == "Channel")
    {
      return CHANNEL;
    }
    if (name == "Score")
    {
      return SCORE;
    }
    if (name == "FlowError")
    {
      return FLOW_ERROR;
    }
    return Superclass::GetAttributeFromName(name);
  }

  static std::string
  GetNameFromAttribute(const AttributeType & attribute)
  {
    switch (attribute)
    {
      case DEPTH:
        return "Depth";
      case CHANNEL:
        return "Channel";
      case SCORE:
        return "Score";
      case FLOW_ERROR:
        return "FlowError";
      default:
        return Superclass::GetNameFromAttribute(attribute);
    }
  }

  /** Centroid along z in um. */
  void
  SetDepth(double depth)
  {
    m_Depth = depth;
  }
  double
  GetDepth() const
  {
    return m_Depth;
  }

  /** Zero-based depth channel. */
  void
  SetChannel(ChannelType channel)
  {
    m_Channel = channel;
  }
  ChannelType
  GetChannel() const
  {
    return m_Channel;
  }

  /** Mean cell logit under the mask. */
  void
  SetScore(double score)
  {
    m_Score = score;
  }
  double
  GetScore() const
  {
    return m_Score;
  }

  /** Mean squared difference between the predicted flow and the mask's own. */
  void
  SetFlowError(double flowError)
  {
    m_FlowError = flowError;
  }
  double
  GetFlowError() const
  {
    return m_FlowError;
  }

  template <typename TSourceLabelObject>
  void
  CopyAttributesFrom(const TSourceLabelObject * source)
  {
    Superclass::template CopyAttributesFrom<TSourceLabelObject>(source);
    m_Depth = source->GetDepth();
    m_Channel = source->GetChannel();
    m_Score = source->GetScore();
    m_FlowError = source->GetFlowError();
  }

  template <typename TSourceLabelObject>
  void
  CopyAllFrom(const TSourceLabelObject * source)
  {
    itkAssertOrThrowMacro((source != nullptr), "Null Pointer");
    this->template CopyLinesFrom<TSourceLabelObject>(source);
    this->template CopyAttributesFrom<TSourceLabelObject>(source);
  }

protected:
  CellLabelObject() = default;
  ~CellLabelObject() override = default;

  void
  PrintSelf(std::ostream & os, Indent indent) const override
  {
    Superclass::PrintSelf(os, indent);
    os << indent << "Depth: " << m_Depth << std::endl;
    os << indent << "Channel: " << m_Channel << std::endl;
    os << indent << "Score: " << m_Score << std::endl;
    os << indent << "FlowError: " << m_FlowError << std::endl;
  }

private:
  double m_Depth{ 0.0 };
  ChannelType m_Channel{ 0 };
  double m_Score{ 0.0 };
  double m_FlowError{ 0.0 };
};

/** The label map that runs through this library's pipelines: overlapping 2-D cells. */
using CellLabelMap = LabelMap<CellLabelObject<SizeValueType, 2>>;

/** The lines of a 2-D label object as sorted, merged runs relative to \a origin (the region's start index). */
template <typename TLabelObject>
PenCore::PixelRuns
PixelRunsFromLabelObject(const TLabelObject * labelObject, const typename TLabelObject::IndexType & origin)
{
  static_assert(TLabelObject::ImageDimension == 2, "cells are 2-D masks");
  PenCore::PixelRuns lines;
  lines.reserve(labelObject->GetNumberOfLines());
  for (SizeValueType i = 0; i < labelObject->GetNumberOfLines(); ++i)
  {
    const auto & line = labelObject->GetLine(i);
    lines.push_back({ static_cast<std::int32_t>(line.GetIndex()[0] - origin[0]),
                      static_cast<std::int32_t>(line.GetIndex()[1] - origin[1]),
                      static_cast<std::int32_t>(line.GetLength()) });
  }
  std::sort(lines.begin(), lines.end(),
            [](const PenCore::PixelRun & a, const PenCore::PixelRun & b)
            { return a.y != b.y ? a.y < b.y : a.x < b.x; });
  PenCore::PixelRuns runs;
  for (const PenCore::PixelRun & line : lines)
  {
    if (!runs.empty() && runs.back().y == line.y && line.x <= runs.back().x + runs.back().length)
    {
      const std::int32_t end = std::max(runs.back().x + runs.back().length, line.x + line.length);
      runs.back().length = end - runs.back().x;
    }
    else
    {
      runs.push_back(line);
    }
  }
  return runs;
}

/** Appends runs, relative to \a origin, to a 2-D label object as lines. */
template <typename TLabelObject>
void
AddPixelRunsToLabelObject(const PenCore::PixelRuns & runs, const typename TLabelObject::IndexType & origin,
                          TLabelObject * labelObject)
{
  for (const PenCore::PixelRun & run : runs)
  {
    const typename TLabelObject::IndexType index{ { origin[0] + run.x, origin[1] + run.y } };
    labelObject->AddLine(index, static_cast<SizeValueType>(run.length));
  }
}
} // namespace itk

#endif
