// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkTorchStateDict.h"

#include "Base/WholeFile.h"
#include "Base/Zip.h"
#include "Weights/PickleReader.h"
#include "itkMacro.h"

#include <c10/util/BFloat16.h>
#include <c10/util/Half.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <set>

// torch.save() writes a zip archive of "NAME/data.pkl" and "NAME/data/<key>", one raw entry a storage; before torch 1.6
// a file of five pickles (a magic number, the protocol, the machine, the state dict, the storages' keys) followed by
// the storages in the order of the keys, each behind its 64-bit number of values.

namespace itk
{
namespace
{
using Kind = PickleValue::Kind;

constexpr std::int64_t LargestArray = 1 << 26;
constexpr std::size_t LargestTotal = 1u << 28;
constexpr std::size_t MostAxes = 8;
// torch's magic number 0x1950a86a20f9469cfc6c, as a pickle holds it.
const std::string LegacyMagic("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10);
constexpr std::int64_t LegacyProtocol = 1001;

std::string
Printable(std::string text)
{
  std::replace_if(
    text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
  return text.size() > 200 ? text.substr(0, 200) + "..." : text;
}

/** \brief A number type of torch's. */
struct NumberType
{
  const char * name;
  std::size_t bytes;
  float (*read)(const char *);
};

template <typename T>
float
Read(const char * bytes)
{
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return static_cast<float>(value);
}

const NumberType NumberTypes[] = {
  { "FloatStorage", 4, Read<float> },        { "DoubleStorage", 8, Read<double> },
  { "HalfStorage", 2, Read<c10::Half> },     { "BFloat16Storage", 2, Read<c10::BFloat16> },
  { "LongStorage", 8, Read<std::int64_t> },  { "IntStorage", 4, Read<std::int32_t> },
  { "ShortStorage", 2, Read<std::int16_t> }, { "CharStorage", 1, Read<std::int8_t> },
  { "ByteStorage", 1, Read<std::uint8_t> },  { "BoolStorage", 1, Read<std::uint8_t> }
};

const NumberType &
TypeOf(const std::string & className)
{
  const std::string name = className.substr(className.find(' ') + 1);
  for (const NumberType & type : NumberTypes)
  {
    if (name == type.name)
    {
      return type;
    }
  }
  itkGenericExceptionMacro("the file holds numbers of the type \"" << Printable(name)
                                                                   << "\", which weights never have");
}

using Storages = std::map<std::string, ByteRange>;

std::int64_t
IntegerAt(const Pickle & pickle, std::size_t i, const std::string & name)
{
  if (pickle[i].kind != Kind::Integer || pickle[i].integer < 0)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has a description that is no number");
  }
  return pickle[i].integer;
}

std::vector<std::int64_t>
IntegersAt(const Pickle & pickle, std::size_t i, const std::string & name)
{
  if (pickle[i].kind != Kind::Sequence || pickle[i].items.size() > MostAxes)
  {
    itkGenericExceptionMacro("array \"" << name << "\" has a description that is no list of at most " << MostAxes
                                        << " numbers");
  }
  std::vector<std::int64_t> integers;
  for (const std::size_t item : pickle[i].items)
  {
    integers.push_back(IntegerAt(pickle, item, name));
  }
  return integers;
}

std::int64_t
CountOf(const std::vector<std::int64_t> & shape, const std::string & name)
{
  std::int64_t count = 1;
  for (const std::int64_t extent : shape)
  {
    if (extent == 0 || extent > LargestArray / count)
    {
      itkGenericExceptionMacro("array \"" << name << "\" is empty or larger than " << LargestArray << " values");
    }
    count *= extent;
  }
  return count;
}

TorchArray
ReadArray(const Pickle & pickle, const PickleValue & tensor, const std::string & name, const Storages & storages)
{
  const PickleValue & storage = pickle[tensor.items[0]];
  if (storage.kind != Kind::Storage)
  {
    itkGenericExceptionMacro("array \"" << name << "\" refers to no storage");
  }
  const NumberType & type = TypeOf(pickle[storage.items[1]].text);
  const auto found = storages.find(storage.text);
  if (found == storages.end())
  {
    itkGenericExceptionMacro("the values of array \"" << name << "\" are missing");
  }
  const std::int64_t offset = IntegerAt(pickle, tensor.items[1], name);
  TorchArray array{ name, IntegersAt(pickle, tensor.items[2], name), {} };
  const std::vector<std::int64_t> strides = IntegersAt(pickle, tensor.items[3], name);
  const std::int64_t count = CountOf(array.shape, name);
  const auto available = static_cast<std::int64_t>(found->second.size / type.bytes);
  std::int64_t last = offset;
  for (std::size_t i = 0; i < array.shape.size(); ++i)
  {
    const std::int64_t stride = i < strides.size() ? strides[i] : -1;
    if (stride < 0 || stride > LargestArray || last > available)
    {
      last = available;
      break;
    }
    last += (array.shape[i] - 1) * stride;
  }
  // An array that shows the same numbers many times would be larger than the file.
  if (strides.size() != array.shape.size() || last >= available || count > available)
  {
    itkGenericExceptionMacro("array \"" << name << "\" reaches beyond its " << available << " values in the file");
  }
  array.values.reserve(static_cast<std::size_t>(count));
  std::vector<std::int64_t> index(array.shape.size(), 0);
  for (std::int64_t n = 0; n < count; ++n)
  {
    std::int64_t place = offset;
    for (std::size_t i = 0; i < index.size(); ++i)
    {
      place += index[i] * strides[i];
    }
    array.values.push_back(type.read(found->second.begin + static_cast<std::size_t>(place) * type.bytes));
    for (std::size_t i = index.size(); i-- > 0 && ++index[i] == array.shape[i];)
    {
      index[i] = 0;
    }
  }
  if (!std::all_of(array.values.begin(), array.values.end(), [](float v) { return std::isfinite(v); }))
  {
    itkGenericExceptionMacro("array \"" << name << "\" holds values that are not finite");
  }
  return array;
}

std::vector<TorchArray>
ReadArrays(const Pickle & pickle, const Storages & storages)
{
  const PickleValue & dictionary = pickle[pickle.root];
  if (dictionary.kind != Kind::Dictionary)
  {
    itkGenericExceptionMacro("the file holds no state dict, a dictionary of arrays");
  }
  std::size_t stored = 0;
  for (const auto & storage : storages)
  {
    stored += storage.second.size;
  }
  std::vector<TorchArray> arrays;
  std::set<std::string> names;
  std::size_t total = 0;
  for (std::size_t i = 0; i < dictionary.items.size(); i += 2)
  {
    const PickleValue & key = pickle[dictionary.items[i]];
    const PickleValue & value = pickle[dictionary.items[i + 1]];
    if (key.kind != Kind::Text)
    {
      itkGenericExceptionMacro("the state dict has a key that is no text");
    }
    const std::string name = Printable(key.text);
    if (value.kind != Kind::Tensor)
    {
      itkGenericExceptionMacro("entry \"" << name << "\" is no array, which a state dict of Cellpose 1 to 3 never has");
    }
    if (!names.insert(name).second)
    {
      itkGenericExceptionMacro("array \"" << name << "\" is there twice");
    }
    arrays.push_back(ReadArray(pickle, value, name, storages));
    total += arrays.back().values.size();
    // Arrays that share their values would be larger together than the file.
    if (total > LargestTotal || total > stored)
    {
      itkGenericExceptionMacro("array \"" << name << "\" takes the weights above what the file holds");
    }
  }
  return arrays;
}

std::vector<TorchArray>
ReadZip(const char * bytes, std::size_t size)
{
  const std::map<std::string, ByteRange> entries = ReadZipEntries(bytes, size);
  const std::string pickleName = "data.pkl";
  std::string folder;
  const ByteRange * pickle = nullptr;
  for (const auto & entry : entries)
  {
    const std::size_t slash = entry.first.find('/');
    if (slash != std::string::npos && entry.first.substr(slash + 1) == pickleName)
    {
      folder = entry.first.substr(0, slash + 1);
      pickle = &entry.second;
    }
  }
  if (!pickle)
  {
    itkGenericExceptionMacro("the archive has no data.pkl: expected a state dict that torch.save() wrote");
  }
  const auto order = entries.find(folder + "byteorder");
  if (order != entries.end() && std::string(order->second.begin, order->second.size) != "little")
  {
    itkGenericExceptionMacro("the file was written by a big-endian machine, which is not read");
  }
  Storages storages;
  const std::string data = folder + "data/";
  for (const auto & entry : entries)
  {
    if (entry.first.compare(0, data.size(), data) == 0)
    {
      storages[entry.first.substr(data.size())] = entry.second;
    }
  }
  return ReadArrays(ReadPickle(pickle->begin, pickle->size), storages);
}

// The element sizes of the storages that a pickle describes, by key.
std::map<std::string, std::size_t>
StorageTypes(const Pickle & pickle)
{
  std::map<std::string, std::size_t> types;
  for (const PickleValue & value : pickle.values)
  {
    if (value.kind == Kind::Storage)
    {
      types[value.text] = TypeOf(pickle[value.items[1]].text).bytes;
    }
  }
  return types;
}

std::vector<TorchArray>
ReadLegacy(const char * bytes, std::size_t size)
{
  std::size_t place = 0;
  const auto next = [&]
  {
    Pickle pickle = ReadPickle(bytes + place, size - place);
    place += pickle.length;
    return pickle;
  };
  const Pickle magic = next();
  const Pickle protocol = next();
  if (magic[magic.root].text != LegacyMagic || protocol[protocol.root].integer != LegacyProtocol)
  {
    itkGenericExceptionMacro("the file is a pickle, but none that torch.save() wrote");
  }
  const Pickle machine = next();
  const auto & facts = machine[machine.root].items;
  for (std::size_t i = 0; i + 1 < facts.size(); i += 2)
  {
    if (machine[facts[i]].text == "little_endian" && machine[facts[i + 1]].integer == 0)
    {
      itkGenericExceptionMacro("the file was written by a big-endian machine, which is not read");
    }
  }
  const Pickle dictionary = next();
  const Pickle keys = next();
  const std::map<std::string, std::size_t> types = StorageTypes(dictionary);
  Storages storages;
  for (const std::size_t item : keys[keys.root].items)
  {
    const auto type = types.find(keys[item].text);
    std::uint64_t count = 0;
    if (type == types.end() || size - place < sizeof(count))
    {
      itkGenericExceptionMacro("the file is truncated or its list of storages is damaged");
    }
    std::memcpy(&count, bytes + place, sizeof(count));
    place += sizeof(count);
    if (count > (size - place) / type->second)
    {
      itkGenericExceptionMacro("the file is truncated: a storage of " << count << " values reaches beyond its end");
    }
    storages[type->first] = { bytes + place, static_cast<std::size_t>(count) * type->second };
    place += static_cast<std::size_t>(count) * type->second;
  }
  return ReadArrays(dictionary, storages);
}
} // namespace

std::vector<TorchArray>
ReadTorchStateDict(const char * bytes, std::size_t size)
{
  if (size >= 4 && std::memcmp(bytes, "PK\x03\x04", 4) == 0)
  {
    return ReadZip(bytes, size);
  }
  if (size >= 2 && bytes[0] == '\x80')
  {
    return ReadLegacy(bytes, size);
  }
  itkGenericExceptionMacro("the file is none that torch.save() wrote");
}

std::vector<TorchArray>
ReadTorchStateDict(const std::string & fileName)
{
  try
  {
    const std::vector<char> bytes = ReadWholeFile(fileName);
    return ReadTorchStateDict(bytes.data(), bytes.size());
  }
  catch (const ExceptionObject & error)
  {
    itkGenericExceptionMacro(<< fileName << ": " << error.GetDescription());
  }
}
} // namespace itk
