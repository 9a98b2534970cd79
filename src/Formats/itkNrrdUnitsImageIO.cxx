// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/itkNrrdUnitsImageIO.h"
#include "Formats/SpacingOfHeader.h"
#include "ProjectionEnhancement/Base/NumberText.h"
#include "Stacks/LengthUnit.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <sstream>
#include <vector>

namespace itk
{
namespace
{
// The quoted texts of a line, but for those that say that an axis has no unit.
std::vector<std::string>
Units(const std::string & line)
{
  std::vector<std::string> units;
  for (std::size_t begin = line.find('"'); begin != std::string::npos;)
  {
    const std::size_t end = line.find('"', begin + 1);
    if (end == std::string::npos)
    {
      break;
    }
    const std::string unit = line.substr(begin + 1, end - begin - 1);
    if (!unit.empty() && unit != "???" && unit != "none")
    {
      units.push_back(unit);
    }
    begin = line.find('"', end + 1);
  }
  return units;
}

std::string
SmallLetters(std::string text)
{
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

// A field's name, in small letters as the format does not tell them apart; nothing for comments and "key:=value".
std::string
FieldOf(const std::string & line)
{
  const std::size_t colon = line.find(':');
  const bool isField = colon != std::string::npos && line.front() != '#' && line.compare(colon, 2, ":=") != 0;
  return isField ? SmallLetters(line.substr(0, colon)) : std::string();
}

// "(1,2,3) none (4,5,6)" as vectors; nothing where one is none of three numbers.
using Vectors = std::vector<std::vector<double>>;

Vectors
VectorsOf(const std::string & text)
{
  Vectors vectors;
  for (std::size_t begin = text.find('('); begin != std::string::npos; begin = text.find('(', begin + 1))
  {
    std::istringstream parts(text.substr(begin + 1, text.find(')', begin) - begin - 1));
    std::vector<double> vector;
    for (std::string part; std::getline(parts, part, ',');)
    {
      vector.push_back(PenCore::NumberOfText(part).value_or(std::nan("")));
    }
    if (vector.size() != 3)
    {
      return {};
    }
    vectors.push_back(vector);
  }
  return vectors;
}

double
LengthOf(const std::vector<double> & vector)
{
  return std::sqrt(vector[0] * vector[0] + vector[1] * vector[1] + vector[2] * vector[2]);
}

// What the header says that ITK does not hand on.
struct HeaderFacts
{
  std::string unit; // "um" and the like, "unknown", or nothing where there is no line about it
  bool isLeftAnteriorSuperior = false;
  Vectors directions;
  Vectors origin;
};

// Axes that are no places in space have no spacing, "NaN".
bool
GivesSpacingOf(const std::string & line, unsigned int axes)
{
  std::istringstream words(line.substr(line.find(':') + 1));
  unsigned int numbers = 0;
  for (std::string word; words >> word;)
  {
    numbers += PenCore::NumberOfText(word).value_or(0.0) != 0.0 ? 1 : 0;
  }
  return numbers >= axes;
}

HeaderFacts
ReadHeader(const std::string & fileName, unsigned int axes)
{
  std::ifstream file(fileName, std::ios::binary);
  HeaderFacts facts;
  bool isGiven = true;
  for (std::string line; std::getline(file, line) && !line.empty() && line != "\r";)
  {
    const std::string field = FieldOf(line);
    if (field == "units" || field == "space units")
    {
      const std::vector<std::string> units = Units(line);
      const bool isOne = units.size() == axes && std::count(units.begin(), units.end(), units.front()) == axes;
      facts.unit = isOne && PenCore::MicrometresPerUnit(units.front()) ? units.front() : "unknown";
    }
    else if (field == "spacings")
    {
      isGiven = GivesSpacingOf(line, axes);
    }
    else if (field == "space")
    {
      const std::string space = SmallLetters(line);
      facts.isLeftAnteriorSuperior = space.find("left-anterior-superior") != std::string::npos ||
                                     space.find(" las") != std::string::npos || space.find(":las") != std::string::npos;
    }
    else if (field == "space directions")
    {
      facts.directions = VectorsOf(line);
    }
    else if (field == "space origin")
    {
      facts.origin = VectorsOf(line);
    }
  }
  facts.unit = isGiven ? facts.unit : "unknown";
  return facts;
}

// From left, anterior, superior to left, posterior, superior, ITK's space: y changes its sign. ITK 5.2 turns x around.
void
PlaceInSpace(const HeaderFacts & facts, ImageIOBase * imageIO)
{
  if (!facts.isLeftAnteriorSuperior || imageIO->GetNumberOfDimensions() != 3 || facts.directions.size() != 3)
  {
    return;
  }
  for (unsigned int axis = 0; axis < 3; ++axis)
  {
    const std::vector<double> & vector = facts.directions[axis];
    const double length = LengthOf(vector);
    imageIO->SetDirection(axis, { vector[0] / length, -vector[1] / length, vector[2] / length });
    if (facts.origin.size() == 1)
    {
      imageIO->SetOrigin(axis, axis == 1 ? -facts.origin[0][1] : facts.origin[0][axis]);
    }
  }
}
} // namespace

void
NrrdUnitsImageIO::ReadUnits()
{
  const HeaderFacts facts = ReadHeader(this->GetFileName(), this->GetNumberOfDimensions());
  if (!facts.unit.empty())
  {
    PenCore::TellSpacingUnit(this, facts.unit);
  }
  PlaceInSpace(facts, this);
}
} // namespace itk
