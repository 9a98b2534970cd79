// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPublishedWeights.h"

#include "Base/WholeFile.h"
#include "Weights/Hdf5Structure.h"
#include "Weights/Hdf5Values.h"

#include <algorithm>
#include <cmath>
#include <set>

// Keras keeps the names of a file's layers in the attribute "layer_names" of the root (of "/model_weights" in whole
// models), and those of a layer's arrays, as paths from the layer's group, in its attribute "weight_names". Lists above
// 64 KB are cut into "layer_names0", "layer_names1" and so on.

namespace itk
{
namespace
{
// The largest published array has 590,000 values.
constexpr std::uint64_t LargestArray = 1u << 26;
constexpr std::size_t LargestTotal = 1u << 28;
constexpr std::uint64_t MostNames = 1u << 16;
constexpr std::size_t MostAxes = 5;

// Names come from the file: what is printed stays on one line.
std::string
Printable(std::string name)
{
  std::replace_if(
    name.begin(), name.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
  return name.size() > 200 ? name.substr(0, 200) + "..." : name;
}

std::vector<std::string>
PathParts(const std::string & path)
{
  std::vector<std::string> parts(1);
  for (const char c : path)
  {
    if (c == '/')
    {
      parts.emplace_back();
    }
    else
    {
      parts.back() += c;
    }
  }
  parts.erase(std::remove(parts.begin(), parts.end(), std::string()), parts.end());
  return parts;
}

// A path from the first group of one from a group.
std::string
Joined(const std::string & group, const std::string & path)
{
  std::string joined = group;
  for (const std::string & part : PathParts(path))
  {
    joined += (joined.empty() ? "" : "/") + part;
  }
  return joined;
}

// "<layer>/<weight>" of "model/<layer>/<weight>:0".
std::string
ArrayName(const std::string & layer, const std::string & path)
{
  const std::vector<std::string> parts = PathParts(path);
  if (parts.empty())
  {
    itkGenericExceptionMacro("layer \"" << Printable(layer) << "\" lists an array without a name");
  }
  const std::string weight = parts.back().substr(0, parts.back().find(':'));
  return (parts.size() > 1 ? parts[parts.size() - 2] : layer) + "/" + weight;
}

std::vector<int64_t>
ShapeOf(const Hdf5Object & object, const std::string & name)
{
  if (object.type.kind != Hdf5Type::Kind::Real)
  {
    itkGenericExceptionMacro("array \"" << name << "\" holds no floating-point numbers");
  }
  if (object.extents.size() > MostAxes)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has " << object.extents.size() << " axes, expected at most "
                                        << MostAxes);
  }
  std::vector<int64_t> shape;
  std::uint64_t count = 1;
  for (const std::uint64_t extent : object.extents)
  {
    if (extent == 0 || extent > LargestArray / count)
    {
      itkGenericExceptionMacro("array \"" << name << "\" is empty or larger than " << LargestArray << " values");
    }
    count *= extent;
    shape.push_back(static_cast<int64_t>(extent));
  }
  if (object.values.Count() != count * object.type.size)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has no values in the file");
  }
  return shape;
}

/** \brief Reads the lists and arrays of a file that was verified. */
class KerasFile
{
public:
  KerasFile(const char * bytes, std::size_t size)
    : m_Bytes(bytes)
    , m_Objects(ReadHdf5Structure(bytes, size))
  {
    const auto & attributes = m_Objects.at("").attributes;
    const bool isWholeModel = attributes.count("layer_names") == 0 && attributes.count("layer_names0") == 0 &&
                              this->FindGroup("model_weights") != nullptr;
    m_Root = isWholeModel ? "model_weights" : "";
  }

  PublishedWeights
  ReadLayers() const
  {
    PublishedWeights weights;
    weights.layers = this->ReadNames(m_Objects.at(m_Root), "/", "layer_names");
    std::set<std::string> listed;
    std::set<std::string> names;
    std::size_t total = 0;
    for (const std::string & layer : weights.layers)
    {
      const std::string layerPath = Joined(m_Root, layer);
      const Hdf5Object * group = layerPath == m_Root ? nullptr : this->FindGroup(layerPath);
      if (!group)
      {
        itkGenericExceptionMacro("layer \"" << Printable(layer) << "\" is missing");
      }
      for (const std::string & path : this->ReadNames(*group, Printable(layer), "weight_names"))
      {
        const std::string name = ArrayName(layer, path);
        if (!names.insert(name).second)
        {
          itkGenericExceptionMacro("array \"" << Printable(name) << "\" is there twice");
        }
        const std::string arrayPath = Joined(layerPath, path);
        weights.arrays.push_back(this->ReadArray(arrayPath, name));
        total += weights.arrays.back().values.size();
        if (total > LargestTotal)
        {
          itkGenericExceptionMacro("array \"" << Printable(name) << "\" takes the weights above " << LargestTotal
                                              << " values");
        }
        listed.insert(arrayPath);
      }
    }
    this->VerifyAllAreListed(listed);
    return weights;
  }

private:
  const Hdf5Object *
  FindGroup(const std::string & path) const
  {
    const auto found = m_Objects.find(path);
    return found != m_Objects.end() && found->second.isGroup ? &found->second : nullptr;
  }

  std::vector<std::string>
  ReadNames(const Hdf5Attribute & attribute, const std::string & name) const
  {
    if (attribute.count == 0)
    {
      return {}; // a layer without weights has an empty list, of numbers as it happens
    }
    if (attribute.type.kind == Hdf5Type::Kind::Whole || attribute.type.kind == Hdf5Type::Kind::Real ||
        attribute.count > MostNames)
    {
      itkGenericExceptionMacro("attribute \"" << name << "\" is no list of names");
    }
    return ReadHdf5Texts(m_Bytes, attribute);
  }

  std::vector<std::string>
  ReadNames(const Hdf5Object & group, const std::string & where, const std::string & name) const
  {
    const auto whole = group.attributes.find(name);
    if (whole != group.attributes.end())
    {
      return this->ReadNames(whole->second, name);
    }
    std::vector<std::string> names;
    std::size_t chunks = 0;
    for (; names.size() < MostNames; ++chunks)
    {
      const std::string chunkName = name + std::to_string(chunks);
      const auto chunk = group.attributes.find(chunkName);
      if (chunk == group.attributes.end())
      {
        break;
      }
      const std::vector<std::string> part = this->ReadNames(chunk->second, chunkName);
      names.insert(names.end(), part.begin(), part.end());
    }
    if (chunks == 0)
    {
      itkGenericExceptionMacro("group \"" << where << "\" has no attribute \"" << name
                                          << "\": expected weights that Keras saved");
    }
    return names;
  }

  PublishedArray
  ReadArray(const std::string & path, const std::string & name) const
  {
    const std::string printable = Printable(name);
    const auto found = m_Objects.find(path);
    if (found == m_Objects.end() || found->second.isGroup)
    {
      itkGenericExceptionMacro("array \"" << printable << "\" is missing");
    }
    PublishedArray array{ name, ShapeOf(found->second, printable), ReadHdf5Values(m_Bytes, found->second) };
    if (!std::all_of(array.values.begin(), array.values.end(), [](float v) { return std::isfinite(v); }))
    {
      itkGenericExceptionMacro("array \"" << printable << "\" holds values that are not finite");
    }
    return array;
  }

  // Arrays that no list names would be lost without a word.
  void
  VerifyAllAreListed(const std::set<std::string> & listed) const
  {
    const std::string prefix = m_Root.empty() ? "" : m_Root + "/";
    for (const auto & entry : m_Objects)
    {
      const bool isInside = entry.first.compare(0, prefix.size(), prefix) == 0;
      if (isInside && !entry.second.isGroup && listed.count(entry.first) == 0)
      {
        itkGenericExceptionMacro("array \"" << Printable(entry.first.substr(prefix.size()))
                                            << "\" is in no layer's list of weights");
      }
    }
  }

  const char * m_Bytes;
  Hdf5Objects m_Objects;
  std::string m_Root;
};
} // namespace

PublishedWeights
ReadKerasWeights(const std::string & fileName)
{
  try
  {
    const std::vector<char> bytes = ReadWholeFile(fileName);
    return KerasFile(bytes.data(), bytes.size()).ReadLayers();
  }
  catch (const ExceptionObject & error)
  {
    itkGenericExceptionMacro(<< fileName << ": " << error.GetDescription());
  }
}
} // namespace itk
