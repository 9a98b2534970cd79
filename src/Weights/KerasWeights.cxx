// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkPublishedWeights.h"

#include "Base/WholeFile.h"
#include "Weights/Hdf5Structure.h"

#include <hdf5.h>

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
constexpr hsize_t LargestArray = 1u << 26;
constexpr std::size_t LargestTotal = 1u << 28;
constexpr hsize_t MostNames = 1u << 16;
constexpr std::size_t LongestName = 4096;

/** \brief An HDF5 handle that closes itself. */
class Handle
{
public:
  Handle(hid_t id, herr_t (*close)(hid_t))
    : m_Id(id)
    , m_Close(close)
  {
  }
  ~Handle()
  {
    if (m_Id >= 0)
    {
      m_Close(m_Id);
    }
  }
  Handle(const Handle &) = delete;
  Handle &
  operator=(const Handle &) = delete;

  operator hid_t() const { return m_Id; }
  bool
  IsValid() const
  {
    return m_Id >= 0;
  }

private:
  hid_t m_Id;
  herr_t (*m_Close)(hid_t);
};

/** \brief Keeps HDF5 from printing its errors while it lives; ours say what is wrong in one line. */
class QuietHdf5
{
public:
  QuietHdf5()
  {
    // Objects that HDF5 loses in a damaged file make it complain when the process ends; nothing of ours is open then.
    H5dont_atexit();
    H5Eget_auto2(H5E_DEFAULT, &m_Function, &m_Data);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~QuietHdf5() { H5Eset_auto2(H5E_DEFAULT, m_Function, m_Data); }
  QuietHdf5(const QuietHdf5 &) = delete;
  QuietHdf5 &
  operator=(const QuietHdf5 &) = delete;

private:
  H5E_auto2_t m_Function = nullptr;
  void * m_Data = nullptr;
};

// Names come from the file: what is printed stays on one line.
std::string
Printable(std::string name)
{
  std::replace_if(
    name.begin(), name.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
  return name.size() > 200 ? name.substr(0, 200) + "..." : name;
}

hsize_t
CountOf(hid_t space)
{
  const hssize_t count = H5Sget_simple_extent_npoints(space);
  return count < 0 ? 0 : static_cast<hsize_t>(count);
}

std::vector<std::string>
FixedStrings(hid_t attribute, std::size_t length, hsize_t count)
{
  if (length == 0 || length > LongestName)
  {
    itkGenericExceptionMacro("a list of names is damaged");
  }
  const Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, length + 1);
  // Conversion between character sets fails, so the file's is taken.
  const Handle stored(H5Aget_type(attribute), H5Tclose);
  H5Tset_cset(type, H5Tget_cset(stored));
  std::vector<char> buffer((length + 1) * count, '\0');
  if (H5Aread(attribute, type, buffer.data()) < 0)
  {
    itkGenericExceptionMacro("a list of names could not be read");
  }
  std::vector<std::string> names;
  for (hsize_t i = 0; i < count; ++i)
  {
    const char * begin = buffer.data() + i * (length + 1);
    names.emplace_back(begin, std::find(begin, begin + length, '\0'));
  }
  return names;
}

std::vector<std::string>
VariableStrings(hid_t attribute, hid_t type, hid_t space, hsize_t count)
{
  std::vector<char *> pointers(count, nullptr);
  if (H5Aread(attribute, type, pointers.data()) < 0)
  {
    itkGenericExceptionMacro("a list of names could not be read");
  }
  std::vector<std::string> names;
  for (const char * pointer : pointers)
  {
    names.emplace_back(pointer ? pointer : "");
  }
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return names;
}

std::vector<std::string>
ReadStrings(hid_t group, const std::string & name)
{
  const Handle attribute(H5Aopen(group, name.c_str(), H5P_DEFAULT), H5Aclose);
  const Handle type(attribute.IsValid() ? H5Aget_type(attribute) : -1, H5Tclose);
  const Handle space(attribute.IsValid() ? H5Aget_space(attribute) : -1, H5Sclose);
  if (!type.IsValid() || !space.IsValid())
  {
    itkGenericExceptionMacro("attribute \"" << name << "\" could not be read");
  }
  const hsize_t count = CountOf(space);
  if (count == 0)
  {
    return {}; // a layer without weights has an empty list, of numbers as it happens
  }
  if (H5Tget_class(type) != H5T_STRING || count > MostNames)
  {
    itkGenericExceptionMacro("attribute \"" << name << "\" is no list of names");
  }
  return H5Tis_variable_str(type) > 0 ? VariableStrings(attribute, type, space, count)
                                      : FixedStrings(attribute, H5Tget_size(type), count);
}

std::vector<std::string>
ReadNames(hid_t group, const std::string & where, const std::string & name)
{
  if (H5Aexists(group, name.c_str()) > 0)
  {
    return ReadStrings(group, name);
  }
  std::vector<std::string> names;
  std::size_t chunk = 0;
  for (; H5Aexists(group, (name + std::to_string(chunk)).c_str()) > 0 && names.size() < MostNames; ++chunk)
  {
    const std::vector<std::string> part = ReadStrings(group, name + std::to_string(chunk));
    names.insert(names.end(), part.begin(), part.end());
  }
  if (chunk == 0)
  {
    itkGenericExceptionMacro("group \"" << where << "\" has no attribute \"" << name
                                        << "\": expected weights that Keras saved");
  }
  return names;
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

// Every link on the way lies in this file: no soft link that leads elsewhere, no external one.
bool
LeadsTo(hid_t group, const std::string & path)
{
  std::string part;
  for (const std::string & name : PathParts(path))
  {
    part += (part.empty() ? "" : "/") + name;
    H5L_info_t info;
    if (H5Lexists(group, part.c_str(), H5P_DEFAULT) <= 0 || H5Lget_info(group, part.c_str(), &info, H5P_DEFAULT) < 0 ||
        info.type != H5L_TYPE_HARD)
    {
      return false;
    }
  }
  return !part.empty();
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

// Whether the values lie in this file and are of a kind and size that weights have.
std::vector<int64_t>
ShapeOf(hid_t dataset, const std::string & name)
{
  const Handle type(H5Dget_type(dataset), H5Tclose);
  const Handle space(H5Dget_space(dataset), H5Sclose);
  const Handle creation(H5Dget_create_plist(dataset), H5Pclose);
  if (!type.IsValid() || !space.IsValid() || !creation.IsValid() || H5Tget_class(type) != H5T_FLOAT)
  {
    itkGenericExceptionMacro("array \"" << name << "\" holds no floating-point numbers");
  }
  if (H5Pget_external_count(creation) != 0 || H5Pget_layout(creation) == H5D_VIRTUAL)
  {
    itkGenericExceptionMacro("array \"" << name << "\" lies outside the file");
  }
  hsize_t extents[H5S_MAX_RANK];
  const int dimension = H5Sget_simple_extent_dims(space, extents, nullptr);
  if (dimension < 0 || dimension > 5)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has " << dimension << " axes, expected at most 5");
  }
  std::vector<int64_t> shape;
  hsize_t count = 1;
  for (int i = 0; i < dimension; ++i)
  {
    if (extents[i] == 0 || extents[i] > LargestArray / count)
    {
      itkGenericExceptionMacro("array \"" << name << "\" is empty or larger than " << LargestArray << " values");
    }
    count *= extents[i];
    shape.push_back(static_cast<int64_t>(extents[i]));
  }
  if (H5Dget_storage_size(dataset) == 0)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has no values in the file");
  }
  return shape;
}

PublishedArray
ReadArray(hid_t group, const std::string & path, const std::string & name)
{
  const std::string printable = Printable(name);
  if (!LeadsTo(group, path))
  {
    itkGenericExceptionMacro("array \"" << printable << "\" is missing");
  }
  const Handle dataset(H5Dopen2(group, path.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset.IsValid())
  {
    itkGenericExceptionMacro("array \"" << printable << "\" could not be opened");
  }
  PublishedArray array{ name, ShapeOf(dataset, printable), {} };
  std::size_t count = 1;
  for (const int64_t extent : array.shape)
  {
    count *= static_cast<std::size_t>(extent);
  }
  array.values.resize(count);
  if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
  {
    itkGenericExceptionMacro("array \"" << printable << "\" could not be read");
  }
  if (!std::all_of(array.values.begin(), array.values.end(), [](float v) { return std::isfinite(v); }))
  {
    itkGenericExceptionMacro("array \"" << printable << "\" holds values that are not finite");
  }
  return array;
}

herr_t
CollectDatasets(hid_t, const char * name, const H5O_info_t * info, void * data)
{
  if (info->type == H5O_TYPE_DATASET)
  {
    static_cast<std::vector<std::string> *>(data)->emplace_back(name);
  }
  return 0;
}

// Arrays that no list names would be lost without a word.
void
VerifyAllAreListed(hid_t root, const std::set<std::string> & listed)
{
  std::vector<std::string> datasets;
#if H5_VERSION_GE(1, 12, 0)
  const herr_t visited = H5Ovisit(root, H5_INDEX_NAME, H5_ITER_NATIVE, CollectDatasets, &datasets, H5O_INFO_BASIC);
#else
  const herr_t visited = H5Ovisit(root, H5_INDEX_NAME, H5_ITER_NATIVE, CollectDatasets, &datasets);
#endif
  if (visited < 0)
  {
    itkGenericExceptionMacro("its groups are damaged");
  }
  for (const std::string & path : datasets)
  {
    if (listed.count(path) == 0)
    {
      itkGenericExceptionMacro("array \"" << Printable(path) << "\" is in no layer's list of weights");
    }
  }
}

std::string
Joined(const std::string & group, const std::string & path)
{
  std::string joined = group;
  for (const std::string & part : PathParts(path))
  {
    joined += "/" + part;
  }
  return joined;
}

PublishedWeights
ReadLayers(hid_t root)
{
  PublishedWeights weights;
  weights.layers = ReadNames(root, "/", "layer_names");
  std::set<std::string> listed;
  std::set<std::string> names;
  std::size_t total = 0;
  for (const std::string & layer : weights.layers)
  {
    const Handle group(LeadsTo(root, layer) ? H5Gopen2(root, layer.c_str(), H5P_DEFAULT) : -1, H5Gclose);
    if (!group.IsValid())
    {
      itkGenericExceptionMacro("layer \"" << Printable(layer) << "\" is missing");
    }
    for (const std::string & path : ReadNames(group, Printable(layer), "weight_names"))
    {
      const std::string name = ArrayName(layer, path);
      if (!names.insert(name).second)
      {
        itkGenericExceptionMacro("array \"" << Printable(name) << "\" is there twice");
      }
      weights.arrays.push_back(ReadArray(group, path, name));
      total += weights.arrays.back().values.size();
      if (total > LargestTotal)
      {
        itkGenericExceptionMacro("array \"" << Printable(name) << "\" takes the weights above " << LargestTotal
                                            << " values");
      }
      listed.insert(Joined(layer, path));
    }
  }
  VerifyAllAreListed(root, listed);
  return weights;
}

// The file whole, as it was verified: nothing can change it between. The name is one that no file can have.
hid_t
OpenImage(const std::vector<char> & bytes, const std::string & fileName)
{
  constexpr std::size_t increment = 1u << 16;
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  // What HDF5 itself leaves open goes with the file.
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_fapl_core(access, increment, 0);
  H5Pset_file_image(access, const_cast<char *>(bytes.data()), bytes.size());
  return H5Fopen((fileName + "/image").c_str(), H5F_ACC_RDONLY, access);
}

PublishedWeights
ReadImage(const std::vector<char> & bytes, const std::string & fileName)
{
  const QuietHdf5 quiet;
  const Handle file(OpenImage(bytes, fileName), H5Fclose);
  if (!file.IsValid())
  {
    itkGenericExceptionMacro("it could not be opened");
  }
  const bool wholeModel =
    H5Aexists(file, "layer_names") <= 0 && H5Aexists(file, "layer_names0") <= 0 && LeadsTo(file, "model_weights");
  const Handle root(H5Gopen2(file, wholeModel ? "/model_weights" : "/", H5P_DEFAULT), H5Gclose);
  if (!root.IsValid())
  {
    itkGenericExceptionMacro("its first group could not be opened");
  }
  return ReadLayers(root);
}
} // namespace

PublishedWeights
ReadKerasWeights(const std::string & fileName)
{
  try
  {
    const std::vector<char> bytes = ReadWholeFile(fileName);
    VerifyHdf5Structure(bytes.data(), bytes.size());
    return ReadImage(bytes, fileName);
  }
  catch (const ExceptionObject & error)
  {
    itkGenericExceptionMacro(<< fileName << ": " << error.GetDescription());
  }
}
} // namespace itk
