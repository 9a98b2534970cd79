// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#ifndef pen_test_support_GoodCitizen_h
#define pen_test_support_GoodCitizen_h

#include "ProjectionEnhancement/Base/Parameters.h"
#include "itkCellLabelObject.h"
#include "itkCommand.h"
#include "itkImage.h"
#include "itkImageRegionConstIterator.h"
#include "itkRGBPixel.h"
#include "itkVector.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

/** What an ITK user expects of every filter, checked of any of them: doc/filters.md has the table. */
namespace pen_test
{
/** What is expected. */
enum class Property
{
  Geometry,   ///< outputs lie where the input does, with a start index and an oblique direction
  Streaming,  ///< a band of rows is made alone, and equals that of the whole
  WorkUnits,  ///< their number changes no bit
  Reruns,     ///< an unchanged parameter runs nothing again, a changed one does
  Abort,      ///< an observer's SetAbortGenerateData(true) ends the run with ProcessAborted; then it runs again
  Progress,   ///< from 0 to 1 and never back
  Prints,     ///< PrintSelf() has each parameter by its name
  NoInput,    ///< a missing input is an ExceptionObject
  EmptyInput, ///< an input without a pixel is one
  PixelTypes  ///< the same for unsigned char, short, unsigned short, float and double
};

/** How an output's third axis follows from the input. */
enum class ThirdAxis
{
  OfInput, ///< start index and spacing are the input's
  Pages    ///< start index 0, spacing 1
};

using Maker = std::function<itk::ProcessObject::Pointer()>;

/** A parameter, and how it gets a value that is not its default. */
struct Change
{
  std::string name;
  std::function<void(itk::ProcessObject *)> set;
};

/** A filter's parameter with a value that is not the default, by which the filter can still run. */
#define PEN_CHANGE(TFilter, Name, ...)                                                                                 \
  pen_test::Change                                                                                                     \
  {                                                                                                                    \
#    Name, [](itk::ProcessObject * filter) { dynamic_cast<TFilter &>(*filter).Set##Name(__VA_ARGS__); }                \
  }

/** A filter, and what is special about it. */
struct Citizen
{
  std::vector<Maker> makers; ///< ready to run; the first is checked, the others must give the same
  std::vector<Change> changes;
  std::vector<std::string> listed; ///< from NamesOf(), what PrintSelf() must have too
  ThirdAxis thirdAxis = ThirdAxis::OfInput;
  Maker makeEmpty;                                                  ///< with an input without a pixel
  std::function<std::vector<double>(itk::ProcessObject *)> results; ///< what is asked of the filter, beside the outputs
  std::map<Property, std::string> doesNotApply;                     ///< with the reason
};

/** The names in a parameter struct's list. */
template <typename TParameters>
std::vector<std::string>
NamesOf()
{
  std::vector<std::string> names;
  const TParameters parameters{};
  itk::PenCore::ForEachParameter([&names](const char * name, const auto &) { names.emplace_back(name); }, parameters);
  return names;
}

/** A maker for each pixel type, of make(pixel), which returns a filter. */
template <typename TMake>
std::vector<Maker>
OfPixelTypes(const TMake & make)
{
  const auto of = [&make](auto pixel) -> Maker
  { return [make, pixel] { return itk::ProcessObject::Pointer(make(pixel).GetPointer()); }; };
  return { of(static_cast<unsigned char>(0)), of(static_cast<short>(0)), of(static_cast<unsigned short>(0)), of(0.0F),
           of(0.0) };
}

constexpr itk::SizeValueType CitizenWidth = 48;
constexpr itk::SizeValueType CitizenHeight = 40;
constexpr itk::SizeValueType CitizenSlices = 6;

/** Turned in the plane and tilted out of it. */
inline itk::Matrix<double, 3, 3>
ObliqueDirection()
{
  itk::Matrix<double, 3, 3> direction;
  const double rows[3][3] = { { 0.8, -0.576, 0.168 }, { 0.6, 0.768, -0.224 }, { 0.0, 0.28, 0.96 } };
  for (unsigned int row = 0; row < 3; ++row)
  {
    for (unsigned int column = 0; column < 3; ++column)
    {
      direction(row, column) = rows[row][column];
    }
  }
  return direction;
}

inline itk::Point<double, 3>
SomePoint()
{
  const double coordinates[] = { 1.0, 2.0, 3.0 };
  return itk::Point<double, 3>(coordinates);
}

/** 48 x 40 x 6 voxels of 0.5 x 0.75 x 4 um from index (5, -3, 2) on: three bright discs, of which two overlap, in
 * slices 1, 2 and 4, and a little noise, in whole numbers below 128. */
template <typename TStack>
typename TStack::Pointer
ObliqueStack(itk::SizeValueType slices = CitizenSlices)
{
  auto stack = TStack::New();
  stack->SetRegions(typename TStack::RegionType({ { 5, -3, 2 } }, { { CitizenWidth, CitizenHeight, slices } }));
  const double spacing[] = { 0.5, 0.75, 4.0 };
  const double origin[] = { 30.0, -20.0, 100.0 };
  stack->SetSpacing(spacing);
  stack->SetOrigin(origin);
  stack->SetDirection(ObliqueDirection());
  stack->Allocate();
  const int discs[3][3] = { { 12, 14, 1 }, { 18, 16, 4 }, { 36, 28, 2 } };
  for (itk::SizeValueType i = 0; i < CitizenWidth * CitizenHeight * slices; ++i)
  {
    const auto x = static_cast<int>(i % CitizenWidth);
    const auto y = static_cast<int>(i / CitizenWidth % CitizenHeight);
    const auto z = static_cast<int>(i / CitizenWidth / CitizenHeight);
    auto value = static_cast<int>(4 + i * 7919 % 3);
    for (const auto & disc : discs)
    {
      const int distance = (x - disc[0]) * (x - disc[0]) + (y - disc[1]) * (y - disc[1]);
      value += distance < 49 ? (z == disc[2] ? 90 : (z == disc[2] + 1 ? 20 : 0)) : 0;
    }
    stack->GetBufferPointer()[i] = static_cast<typename TStack::PixelType>(std::min(value, 127));
  }
  return stack;
}

/** The discs of ObliqueStack() as cells of its plane: labels 2, 3 and 7, channels 0, 1 and 0. */
inline itk::CellLabelMap::Pointer
ObliqueCells()
{
  const auto stack = ObliqueStack<itk::Image<float, 3>>(1);
  auto cells = itk::CellLabelMap::New();
  cells->SetRegions(itk::CellLabelMap::RegionType({ { 5, -3 } }, { { CitizenWidth, CitizenHeight } }));
  itk::CellLabelMap::SpacingType spacing;
  itk::CellLabelMap::PointType origin;
  itk::CellLabelMap::DirectionType direction;
  itk::Image<float, 3>::PointType first;
  stack->TransformIndexToPhysicalPoint(itk::Index<3>{ { 0, 0, 2 } }, first);
  for (unsigned int row = 0; row < 2; ++row)
  {
    spacing[row] = stack->GetSpacing()[row];
    origin[row] = first[row];
    for (unsigned int column = 0; column < 2; ++column)
    {
      direction(row, column) = stack->GetDirection()(row, column);
    }
  }
  cells->SetSpacing(spacing);
  cells->SetOrigin(origin);
  cells->SetDirection(direction);
  const int discs[3][5] = { { 12, 14, 1, 2, 0 }, { 18, 16, 4, 3, 1 }, { 36, 28, 2, 7, 0 } };
  for (const auto & disc : discs)
  {
    auto cell = itk::CellLabelMap::LabelObjectType::New();
    cell->SetLabel(static_cast<itk::SizeValueType>(disc[3]));
    cell->SetChannel(static_cast<unsigned int>(disc[4]));
    cell->SetDepth(100.0 + 4.0 * (2 + disc[2]));
    cell->SetScore(0.25 * disc[3]);
    for (int y = -6; y <= 6; ++y)
    {
      int half = 0;
      while ((half + 1) * (half + 1) + y * y < 49)
      {
        ++half;
      }
      cell->AddLine({ { 5 + disc[0] - half, -3 + disc[1] + y } }, static_cast<itk::SizeValueType>(2 * half + 1));
    }
    cells->AddLabelObject(cell);
  }
  return cells;
}

/** All values of a region of an image of a type, or false where the data object is none. */
template <typename TImage, typename TRegion>
bool
AppendPixels(const itk::DataObject * data, const TRegion * region, std::vector<double> & values)
{
  const auto * image = dynamic_cast<const TImage *>(data);
  if (image == nullptr)
  {
    return false;
  }
  auto wanted = image->GetLargestPossibleRegion();
  for (unsigned int axis = 0; region != nullptr && axis < 2; ++axis)
  {
    wanted.SetIndex(axis, region->GetIndex(axis));
    wanted.SetSize(axis, region->GetSize(axis));
  }
  if (image->GetBufferedRegion().GetNumberOfPixels() == 0)
  {
    return true; // an output that is switched off
  }
  for (itk::ImageRegionConstIterator<TImage> it(image, wanted); !it.IsAtEnd(); ++it)
  {
    if constexpr (std::is_arithmetic<typename TImage::PixelType>::value)
    {
      values.push_back(static_cast<double>(it.Get()));
    }
    else
    {
      for (unsigned int i = 0; i < TImage::PixelType::Dimension; ++i)
      {
        values.push_back(static_cast<double>(it.Get()[i]));
      }
    }
  }
  return true;
}

inline void
AppendCells(const itk::CellLabelMap * cells, std::vector<double> & values)
{
  for (itk::CellLabelMap::ConstIterator it(cells); !it.IsAtEnd(); ++it)
  {
    const auto * cell = it.GetLabelObject();
    for (const double value :
         { static_cast<double>(cell->GetLabel()), static_cast<double>(cell->GetChannel()), cell->GetDepth(),
           cell->GetScore(), cell->GetFlowError(), cell->GetPhysicalSize(), cell->GetPerimeter(), cell->GetMean() })
    {
      values.push_back(value);
    }
    for (const auto & run : itk::PixelRunsFromLabelObject(cell, cells->GetLargestPossibleRegion().GetIndex()))
    {
      values.insert(values.end(), { double(run.x), double(run.y), double(run.length) });
    }
  }
}

template <typename TRegion, typename... TImages>
bool
AppendFirst(const itk::DataObject * data, const TRegion * region, std::vector<double> & values)
{
  return (AppendPixels<TImages>(data, region, values) || ...);
}

/** What an output holds, in a region of x and y where that is given. */
inline std::vector<double>
ContentsOf(const itk::DataObject * data, const itk::ImageRegion<2> * region = nullptr)
{
  std::vector<double> values;
  if (const auto * cells = dynamic_cast<const itk::CellLabelMap *>(data))
  {
    AppendCells(cells, values);
    return values;
  }
  using namespace itk;
  const bool isKnown =
    AppendFirst<ImageRegion<2>, Image<unsigned char, 3>, Image<short, 3>, Image<unsigned short, 3>, Image<float, 3>,
                Image<double, 3>, Image<unsigned int, 3>, Image<Vector<float, 4>, 3>, Image<RGBPixel<float>, 2>,
                Image<RGBPixel<unsigned char>, 2>>(data, region, values);
  EXPECT_TRUE(isKnown) << "the test does not know the type of an output: " << data->GetNameOfClass();
  return values;
}

/** What all outputs hold, and the filter's results. */
inline std::vector<std::vector<double>>
AllOf(itk::ProcessObject * filter, const Citizen & citizen)
{
  std::vector<std::vector<double>> all;
  for (const auto & output : filter->GetIndexedOutputs())
  {
    all.push_back(ContentsOf(output));
  }
  if (citizen.results)
  {
    all.push_back(citizen.results(filter));
  }
  return all;
}

/** The plane of an image or a label map, and its third axis where it has one. */
struct Grid
{
  itk::ImageRegion<2> plane;
  std::vector<double> spacing;
  std::vector<double> places; ///< x and y of three pixels of its first slice
  unsigned int dimension = 0;
  double thirdStart = 0.0;
  double thirdSpacing = 1.0;

  Grid() = default;
  explicit Grid(const itk::DataObject * data)
  {
    this->Take(dynamic_cast<const itk::ImageBase<2> *>(data));
    this->Take(dynamic_cast<const itk::ImageBase<3> *>(data));
  }

private:
  template <typename TImage>
  void
  Take(const TImage * image)
  {
    if (image == nullptr)
    {
      return;
    }
    const auto region = image->GetLargestPossibleRegion();
    dimension = TImage::ImageDimension;
    for (unsigned int axis = 0; axis < 2; ++axis)
    {
      plane.SetIndex(axis, region.GetIndex(axis));
      plane.SetSize(axis, region.GetSize(axis));
      spacing.push_back(image->GetSpacing()[axis]);
    }
    for (const auto & step : { itk::Offset<2>{ { 0, 0 } }, itk::Offset<2>{ { 9, 0 } }, itk::Offset<2>{ { 0, 7 } } })
    {
      auto index = region.GetIndex();
      index[0] += step[0];
      index[1] += step[1];
      typename TImage::PointType point;
      image->TransformIndexToPhysicalPoint(index, point);
      places.push_back(point[0]);
      places.push_back(point[1]);
    }
    if (TImage::ImageDimension == 3)
    {
      thirdStart = static_cast<double>(region.GetIndex(TImage::ImageDimension - 1));
      thirdSpacing = image->GetSpacing()[TImage::ImageDimension - 1];
    }
  }
};

inline void
ExpectGeometry(const Citizen & citizen)
{
  const auto filter = citizen.makers[0]();
  filter->Update();
  const Grid expected(filter->GetIndexedInputs()[0]);
  for (const auto & output : filter->GetIndexedOutputs())
  {
    const Grid grid(output);
    EXPECT_EQ(grid.plane, expected.plane);
    EXPECT_EQ(grid.spacing, expected.spacing);
    for (std::size_t i = 0; i < expected.places.size(); ++i)
    {
      EXPECT_NEAR(grid.places.at(i), expected.places[i], 1e-9) << "coordinate " << i;
    }
    if (grid.dimension == 3)
    {
      const bool isOfInput = citizen.thirdAxis == ThirdAxis::OfInput;
      EXPECT_EQ(grid.thirdStart, isOfInput ? expected.thirdStart : 0.0);
      EXPECT_EQ(grid.thirdSpacing, isOfInput ? expected.thirdSpacing : 1.0);
    }
  }
}

/** Asks for some rows of an output; returns how many rows it holds then. */
template <unsigned int VDimension>
itk::SizeValueType
UpdateRows(itk::ImageBase<VDimension> * image, const itk::ImageRegion<2> & rows)
{
  image->UpdateOutputInformation();
  auto region = image->GetLargestPossibleRegion();
  region.SetIndex(1, rows.GetIndex(1));
  region.SetSize(1, rows.GetSize(1));
  image->SetRequestedRegion(region);
  image->PropagateRequestedRegion();
  image->UpdateOutputData();
  return image->GetBufferedRegion().GetSize(1);
}

inline void
ExpectStreaming(const Citizen & citizen)
{
  constexpr itk::SizeValueType RowsPerBand = 13; // the last band has fewer
  const auto whole = citizen.makers[0]();
  whole->Update();
  const auto plane = Grid(whole->GetIndexedOutputs()[0]).plane;
  const auto filter = citizen.makers[0]();
  itk::DataObject * output = filter->GetIndexedOutputs()[0];
  for (itk::SizeValueType first = 0; first < plane.GetSize(1); first += RowsPerBand)
  {
    auto band = plane;
    band.SetIndex(1, plane.GetIndex(1) + static_cast<itk::IndexValueType>(first));
    band.SetSize(1, std::min(RowsPerBand, plane.GetSize(1) - first));
    auto * stack = dynamic_cast<itk::ImageBase<3> *>(output);
    const auto held = stack ? UpdateRows(stack, band) : UpdateRows(dynamic_cast<itk::ImageBase<2> *>(output), band);
    EXPECT_EQ(held, band.GetSize(1)) << "more than the band was made";
    EXPECT_EQ(ContentsOf(output, &band), ContentsOf(whole->GetIndexedOutputs()[0], &band)) << "rows from " << first;
  }
}

inline void
ExpectWorkUnits(const Citizen & citizen, const std::vector<std::vector<double>> & expected)
{
  for (const unsigned int units : { 1u, 2u, 7u })
  {
    const auto filter = citizen.makers[0]();
    filter->SetNumberOfWorkUnits(units);
    filter->Update();
    EXPECT_EQ(AllOf(filter, citizen), expected) << units << " work units";
  }
}

inline void
ExpectReruns(const Citizen & citizen)
{
  unsigned int runs = 0;
  const auto filter = citizen.makers[0]();
  filter->AddObserver(itk::StartEvent(), [&runs](const itk::EventObject &) { ++runs; });
  filter->Update();
  filter->Update();
  EXPECT_EQ(runs, 1u) << "nothing changed";
  for (const Change & change : citizen.changes)
  {
    const auto before = filter->GetMTime();
    change.set(filter);
    const auto changed = filter->GetMTime();
    EXPECT_GT(changed, before) << change.name << " was changed";
    change.set(filter);
    EXPECT_EQ(filter->GetMTime(), changed) << change.name << " was set to what it is";
    const unsigned int ran = runs;
    filter->Update();
    filter->Update();
    EXPECT_EQ(runs, ran + 1) << change.name;
  }
}

inline void
ExpectAbort(const Citizen & citizen, const std::vector<std::vector<double>> & expected)
{
  for (const float when : { 0.0F, 0.3F })
  {
    const auto filter = citizen.makers[0]();
    itk::ProcessObject * asked = filter;
    const auto tag = filter->AddObserver(itk::ProgressEvent(),
                                         [asked, when](const itk::EventObject &)
                                         {
                                           if (asked->GetProgress() >= when)
                                           {
                                             asked->SetAbortGenerateData(true);
                                           }
                                         });
    EXPECT_THROW(filter->Update(), itk::ProcessAborted) << "asked to at " << when;
    filter->RemoveObserver(tag);
    filter->Update();
    EXPECT_EQ(AllOf(filter, citizen), expected) << "after the run that was ended at " << when;
  }
}

inline void
ExpectProgress(const Citizen & citizen)
{
  std::vector<float> progress;
  const auto filter = citizen.makers[0]();
  itk::ProcessObject * asked = filter;
  filter->AddObserver(itk::ProgressEvent(),
                      [asked, &progress](const itk::EventObject &) { progress.push_back(asked->GetProgress()); });
  filter->Update();
  ASSERT_FALSE(progress.empty());
  EXPECT_GE(progress.front(), 0.0F);
  EXPECT_LT(progress.front(), 0.5F);
  EXPECT_FLOAT_EQ(progress.back(), 1.0F);
  for (std::size_t i = 1; i < progress.size(); ++i)
  {
    EXPECT_GE(progress[i], progress[i - 1]) << "event " << i;
  }
}

inline void
ExpectPrints(const Citizen & citizen)
{
  const auto filter = citizen.makers[0]();
  std::ostringstream text;
  filter->Print(text);
  std::vector<std::string> names = citizen.listed;
  for (const Change & change : citizen.changes)
  {
    names.push_back(change.name);
  }
  for (const std::string & name : names)
  {
    EXPECT_TRUE(std::regex_search(text.str(), std::regex("\\n *" + name + ":"))) << name << " is not in" << text.str();
  }
}

inline void
ExpectNoInput(const Citizen & citizen)
{
  const itk::LightObject::Pointer another = citizen.makers[0]()->CreateAnother();
  EXPECT_THROW(dynamic_cast<itk::ProcessObject &>(*another).Update(), itk::ExceptionObject);
}

inline void
ExpectEmptyInput(const Citizen & citizen)
{
  ASSERT_TRUE(citizen.makeEmpty) << "there is no case with an empty input";
  EXPECT_THROW(citizen.makeEmpty()->Update(), itk::ExceptionObject);
}

inline void
ExpectPixelTypes(const Citizen & citizen, const std::vector<std::vector<double>> & expected)
{
  ASSERT_EQ(citizen.makers.size(), 5u) << "unsigned char, short, unsigned short, float, double";
  for (std::size_t i = 1; i < citizen.makers.size(); ++i)
  {
    const auto filter = citizen.makers[i]();
    filter->Update();
    EXPECT_EQ(AllOf(filter, citizen), expected) << "pixel type " << i;
  }
}

/** Checks every property but those that are named as not applying. */
inline void
ExpectGoodCitizen(const Citizen & citizen)
{
  const auto filter = citizen.makers.at(0)();
  filter->Update();
  const std::vector<std::vector<double>> expected = AllOf(filter, citizen);
  ASSERT_FALSE(expected.at(0).empty()) << "the case has no result";
  const std::vector<std::pair<Property, std::function<void()>>> checks = {
    { Property::Geometry, [&] { ExpectGeometry(citizen); } },
    { Property::Streaming, [&] { ExpectStreaming(citizen); } },
    { Property::WorkUnits, [&] { ExpectWorkUnits(citizen, expected); } },
    { Property::Reruns, [&] { ExpectReruns(citizen); } },
    { Property::Abort, [&] { ExpectAbort(citizen, expected); } },
    { Property::Progress, [&] { ExpectProgress(citizen); } },
    { Property::Prints, [&] { ExpectPrints(citizen); } },
    { Property::NoInput, [&] { ExpectNoInput(citizen); } },
    { Property::EmptyInput, [&] { ExpectEmptyInput(citizen); } },
    { Property::PixelTypes, [&] { ExpectPixelTypes(citizen, expected); } },
  };
  for (const auto & check : checks)
  {
    const auto reason = citizen.doesNotApply.find(check.first);
    SCOPED_TRACE("property " + std::to_string(static_cast<int>(check.first)));
    if (reason == citizen.doesNotApply.end())
    {
      check.second();
    }
    else
    {
      EXPECT_FALSE(reason->second.empty());
    }
  }
}
} // namespace pen_test

#endif
