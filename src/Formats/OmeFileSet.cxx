// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/OmeFileSet.h"
#include "Formats/TiffFile.h"
#include "ProjectionEnhancement/Base/FileError.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>
#include <sstream>

namespace itk
{
namespace PenCore
{
namespace
{
namespace fs = std::filesystem;

// A file in the same folder: a text may not lead anywhere else.
fs::path
Beside(const std::string & path, const std::string & name)
{
  // Texts come from Windows too.
  const std::size_t separator = name.find_last_of("/\\");
  return fs::path(path).parent_path() / (separator == std::string::npos ? name : name.substr(separator + 1));
}

std::string
NameOf(const std::string & path)
{
  return fs::path(path).filename().string();
}

std::string
ReadDescriptionOf(const fs::path & path)
{
  if (IsTiffFile(path.string()))
  {
    const auto page = ReadTiffFirstPage(path.string());
    return page ? page->description : std::string();
  }
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

OmeDocument
ReadCompanion(const OmeDocument & document, const std::string & path)
{
  const fs::path place = Beside(path, document.metadataFile);
  std::error_code ignored;
  if (!fs::is_regular_file(place, ignored))
  {
    FailWithFile("the OME-XML of this file is in " + NameOf(place.string()) + ", which is not beside it", path);
  }
  std::optional<OmeDocument> companion = ParseOme(ReadDescriptionOf(place));
  if (!companion || companion->images.empty())
  {
    const bool isDamaged = companion && !companion->problem.empty();
    FailWithFile(isDamaged ? companion->problem : std::string("the file holds no OME-XML of images"), place.string());
  }
  companion->uuid = document.uuid;
  return *companion;
}

bool
NamesAFile(const OmeTiffData & data)
{
  return !data.uuid.empty() || !data.fileName.empty();
}

template <typename TCondition>
const OmeTiffData *
FindData(const OmeDocument & document, TCondition && condition)
{
  for (const OmePixels & image : document.images)
  {
    const auto data = std::find_if(image.tiffData.begin(), image.tiffData.end(), condition);
    if (data != image.tiffData.end())
    {
      return &*data;
    }
  }
  return nullptr;
}

// How a text tells files apart: by UUID where this file is one of them by its own, else by name.
class FileKeys
{
public:
  FileKeys(const OmeDocument & document, const std::string & path)
    : m_ByUuid(!document.uuid.empty() &&
               FindData(document, [&](const OmeTiffData & data) { return data.uuid == document.uuid; }) != nullptr)
    , m_OfThisFile(m_ByUuid ? document.uuid : FindByName(document, path))
  {
  }

  std::string
  Of(const OmeTiffData & data) const
  {
    const std::string & first = m_ByUuid ? data.uuid : data.fileName;
    return first.empty() ? (m_ByUuid ? data.fileName : data.uuid) : first;
  }

  /** Empty where the text does not know this file. */
  const std::string &
  OfThisFile() const
  {
    return m_OfThisFile;
  }

private:
  std::string
  FindByName(const OmeDocument & document, const std::string & path) const
  {
    const std::string name = NameOf(path);
    const auto hasName = [&](const OmeTiffData & data)
    { return !data.fileName.empty() && NameOf(Beside(path, data.fileName).string()) == name; };
    if (const auto * data = FindData(document, hasName))
    {
      return Of(*data);
    }
    // A file that was given another name; a file with a UUID of its own is another one.
    const auto * first = FindData(document, NamesAFile);
    const bool isAnother = first && !document.uuid.empty() && !first->uuid.empty();
    const auto isOther = [&](const OmeTiffData & data) { return NamesAFile(data) && Of(data) != Of(*first); };
    return first && !isAnother && !FindData(document, isOther) ? Of(*first) : std::string();
  }

  bool m_ByUuid;
  std::string m_OfThisFile;
};

bool
HoldsPagesOf(const OmePixels & image, const FileKeys & keys)
{
  return std::any_of(image.tiffData.begin(), image.tiffData.end(),
                     [&](const OmeTiffData & data) { return !NamesAFile(data) || keys.Of(data) == keys.OfThisFile(); });
}

const OmePixels *
FindImageOf(const OmeDocument & document, const FileKeys & keys, const std::string & path)
{
  std::vector<const OmePixels *> found;
  const bool noneSaysWhere = std::all_of(document.images.begin(), document.images.end(),
                                         [](const OmePixels & image) { return image.tiffData.empty(); });
  for (const OmePixels & image : document.images)
  {
    if (noneSaysWhere || HoldsPagesOf(image, keys))
    {
      found.push_back(&image);
    }
  }
  if (found.empty())
  {
    const auto * elsewhere = FindData(document, [](const OmeTiffData & data) { return !data.fileName.empty(); });
    FailWithFile(document.images.empty() ? std::string("the OME-XML describes no image")
                 : elsewhere             ? "the OME-XML is of other files, such as " + elsewhere->fileName
                                         : std::string("the OME-XML is of other files"),
                 path);
  }
  if (found.size() > 1)
  {
    FailWithFile("the OME-XML tells of " + std::to_string(found.size()) +
                   " images (scenes or positions) in this file; one per file is needed",
                 path);
  }
  return found.front();
}

bool
SaysWherePlanesLie(const OmeImage & image)
{
  return image.files.size() > 1 || std::any_of(image.pixels->tiffData.begin(), image.pixels->tiffData.end(),
                                               [](const OmeTiffData & data) {
                                                 return data.directory || data.planes || data.firstSlice > 0 ||
                                                        data.firstChannel > 0 || data.firstFrame > 0;
                                               });
}
} // namespace

std::optional<OmeDocument>
ReadOmeDocument(const std::string & description, const std::string & path)
{
  std::optional<OmeDocument> document = ParseOme(description);
  if (!document)
  {
    return std::nullopt;
  }
  if (document->problem.empty() && document->images.empty() && !document->metadataFile.empty())
  {
    document = ReadCompanion(*document, path);
  }
  if (!document->problem.empty())
  {
    FailWithFile(document->problem, path);
  }
  if (document->slicesAreMixed)
  {
    FailWithFile("the slices that the OME-XML tells of are not only depths (ModuloAlongZ)", path);
  }
  return document;
}

OmeImage
FindOmeImage(const OmeDocument & document, const std::string & path)
{
  const FileKeys keys(document, path);
  OmeImage image{ FindImageOf(document, keys, path), { path }, {} };
  std::vector<std::string> known{ keys.OfThisFile() };
  for (const OmeTiffData & data : image.pixels->tiffData)
  {
    const std::string key = NamesAFile(data) ? keys.Of(data) : keys.OfThisFile();
    auto place = std::find(known.begin(), known.end(), key);
    if (place == known.end())
    {
      image.files.push_back(data.fileName.empty() ? std::string() : Beside(path, data.fileName).string());
      place = known.insert(known.end(), key);
    }
    image.fileOfData.push_back(static_cast<std::size_t>(place - known.begin()));
  }
  return image;
}

// As the OME-TIFF specification has it: without IFD the first page, without PlaneCount one plane where IFD is given
// and all where not.
std::vector<OmePlane>
PlanesOf(const OmeImage & image, const TiffPlanes & layout)
{
  if (!SaysWherePlanesLie(image))
  {
    return {};
  }
  struct Run
  {
    std::size_t firstPlane;
    std::size_t data;
  };
  std::vector<Run> runs;
  const std::vector<OmeTiffData> & tiffData = image.pixels->tiffData;
  for (std::size_t i = 0; i < tiffData.size(); ++i)
  {
    const OmeTiffData & data = tiffData[i];
    if (data.firstSlice < layout.slices && data.firstChannel < layout.channels && data.firstFrame < layout.frames)
    {
      runs.push_back({ layout.PlaneOf(data.firstSlice, data.firstChannel, data.firstFrame), i });
    }
  }
  // What begins later ends one that has no end of its own.
  std::stable_sort(runs.begin(), runs.end(), [](const Run & a, const Run & b) { return a.firstPlane < b.firstPlane; });
  std::vector<OmePlane> planes(layout.Count());
  for (const Run & run : runs)
  {
    const OmeTiffData & data = tiffData[run.data];
    const std::size_t count = data.planes.value_or(data.directory ? 1 : planes.size());
    const std::size_t first = data.directory.value_or(0);
    for (std::size_t i = 0; i < std::min(count, planes.size() - run.firstPlane) && first < NoIndex; ++i)
    {
      planes[run.firstPlane + i] = { image.fileOfData[run.data], first + i };
    }
  }
  return planes;
}
} // namespace PenCore
} // namespace itk
