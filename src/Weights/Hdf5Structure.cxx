// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Weights/Hdf5Structure.h"

#include "Weights/Hdf5Messages.h"

#include <set>
#include <utility>
#include <vector>

namespace itk
{
namespace
{
constexpr const char * Signature = "\x89HDF\r\n\x1a\n";
constexpr std::uint64_t RootEntry = 56;
constexpr std::uint64_t SuperblockSize = 96;
constexpr std::uint64_t EntrySize = 40;
constexpr std::uint64_t NodeHeader = 24;
constexpr std::uint64_t SmallestRank = 1;
constexpr std::uint64_t LargestRank = 1024;
constexpr std::uint64_t MessageHeader = 8;
constexpr std::uint64_t FreeBlockHeader = 16;
constexpr std::uint64_t NoFreeBlock = 1;
// Keras nests a model's layers two or three deep.
constexpr int DeepestGroup = 32;
constexpr int DeepestNode = 8;

enum MessageType
{
  Nothing = 0x0,
  Extents = 0x1,
  ValueType = 0x3,
  OldFillValue = 0x4,
  FillValue = 0x5,
  Layout = 0x8,
  Attribute = 0xc,
  Continuation = 0x10,
  SymbolTable = 0x11,
  ModificationTime = 0x12
};

/** \brief Where the entries of a group and their names are. */
struct Group
{
  std::uint64_t tree = 0;
  std::uint64_t heap = 0;

  bool
  operator==(const Group & other) const
  {
    return tree == other.tree && heap == other.heap;
  }
};

// By their types; a header has each of these once.
using Messages = std::map<std::uint64_t, Hdf5Range>;

/** \brief Walks through the file from its first group. */
class Walker
{
public:
  Walker(const char * bytes, std::size_t size)
    : m_Bytes(bytes, size)
    , m_Messages(m_Bytes)
  {
  }

  Hdf5Objects
  Run()
  {
    m_Bytes.Require(m_Bytes.Holds(0, Signature), "it is no HDF5 file");
    // Versions of superblock, free space, root entry and shared messages, each with reserved bytes; sizes of addresses
    // and lengths.
    m_Bytes.Require(m_Bytes.Number(8, 1) == 0, "it has HDF5's newer format (libver \"v108\" or above)");
    m_Bytes.Require(m_Bytes.Number(9, 2) == 0 && m_Bytes.Number(12, 1) == 0 && m_Bytes.Number(13, 2) == 0x0808,
                    "it begins with numbers that Keras' files never have");
    m_LeafRank = m_Bytes.Number(16, 2);
    m_NodeRank = m_Bytes.Number(18, 2);
    const auto isRank = [](std::uint64_t rank) { return rank >= SmallestRank && rank <= LargestRank; };
    m_Bytes.Require(isRank(m_LeafRank) && isRank(m_NodeRank) && m_Bytes.Number(20, 4) == 0,
                    "it begins with numbers that Keras' files never have");
    m_Bytes.Require(m_Bytes.Number(24, 8) == 0 && m_Bytes.Number(32, 8) == Hdf5Bytes::Undefined &&
                      m_Bytes.Number(48, 8) == Hdf5Bytes::Undefined,
                    "it begins with addresses that Keras' files never have");
    m_Bytes.Shorten(m_Bytes.Number(40, 8));
    m_Bytes.Claim(0, SuperblockSize, "the file's beginning");
    this->VisitEntry(RootEntry, "", 0);
    return std::move(m_Objects);
  }

private:
  void
  VisitEntry(std::uint64_t entry, const std::string & path, int depth)
  {
    m_Bytes.SetObject(path.empty() ? "/" : path);
    m_Bytes.Require(depth <= DeepestGroup, "its groups are nested too deep");
    const std::uint64_t header = m_Bytes.Number(entry + 8, 8);
    const std::uint64_t cached = m_Bytes.Number(entry + 16, 4);
    m_Bytes.Require(cached <= 1, "it is a link");
    auto read = this->ReadObject(header);
    const Hdf5Object & object = m_Objects[path] = std::move(read.first);
    const Group & group = read.second;
    // A reader may open a group by what its entry repeats.
    m_Bytes.Require(cached == 0 || (object.isGroup && group == this->ReadGroup(entry + 24)),
                    "its entry and its header contradict each other");
    m_Bytes.Require(!path.empty() || object.isGroup, "the first object is no group");
    if (object.isGroup)
    {
      this->VisitGroup(group, path, depth);
    }
  }

  Group
  ReadGroup(std::uint64_t place) const
  {
    return { m_Bytes.Number(place, 8), m_Bytes.Number(place + 8, 8) };
  }

  // Section IV.A: an object header of version 1. The object, and its entries where it is a group.
  std::pair<Hdf5Object, Group>
  ReadObject(std::uint64_t place)
  {
    constexpr std::uint64_t prefix = 16;
    m_Bytes.Require(m_Bytes.Number(place, 1) == 1, "its header is damaged");
    const std::uint64_t count = m_Bytes.Number(place + 2, 2);
    const std::uint64_t size = m_Bytes.Number(place + 8, 4);
    m_Bytes.Claim(place, prefix + size, "its header");
    Messages messages;
    Hdf5Object object;
    std::uint64_t found = 0;
    std::vector<Hdf5Range> chunks{ { place + prefix, place + prefix + size } };
    for (std::size_t i = 0; i < chunks.size(); ++i)
    {
      found += this->ReadChunk(chunks[i], chunks, messages, object);
    }
    m_Bytes.Require(found == count, "its header has another number of messages than it says");
    const Group group = this->ReadContents(messages, object);
    return { std::move(object), group };
  }

  std::uint64_t
  ReadChunk(Hdf5Range chunk, std::vector<Hdf5Range> & chunks, Messages & messages, Hdf5Object & object)
  {
    std::uint64_t count = 0;
    for (std::uint64_t place = chunk.begin; place < chunk.end; ++count)
    {
      m_Bytes.Require(chunk.end - place >= MessageHeader, "its header is damaged");
      const std::uint64_t type = m_Bytes.Number(place, 2);
      const std::uint64_t size = m_Bytes.Number(place + 2, 2);
      const std::uint64_t flags = m_Bytes.Number(place + 4, 1);
      m_Bytes.Require(size % 8 == 0 && size <= chunk.end - place - MessageHeader, "its header is damaged");
      // 1: constant. All others concern messages that are shared or unknown.
      m_Bytes.Require(flags <= 1, "its header shares messages");
      const Hdf5Range message{ place + MessageHeader, place + MessageHeader + size };
      this->ReadMessage(type, message, chunks, messages, object);
      place = message.end;
    }
    return count;
  }

  void
  ReadMessage(std::uint64_t type, Hdf5Range message, std::vector<Hdf5Range> & chunks, Messages & messages,
              Hdf5Object & object)
  {
    switch (type)
    {
      case Nothing:
        return;
      case Attribute:
        m_Bytes.Require(object.attributes.insert(m_Messages.ReadAttribute(message)).second,
                        "an attribute is there twice");
        return;
      case Continuation:
      {
        m_Bytes.Require(message.Count() >= 16, "its header is damaged");
        const std::uint64_t begin = m_Bytes.Number(message.begin, 8);
        const std::uint64_t size = m_Bytes.Number(message.begin + 8, 8);
        m_Bytes.Claim(begin, size, "its header");
        m_Bytes.Require(size > 0, "its header is damaged");
        chunks.push_back({ begin, begin + size });
        return;
      }
      case Extents:
      case ValueType:
      case OldFillValue:
      case FillValue:
      case Layout:
      case SymbolTable:
      case ModificationTime:
        m_Bytes.Require(messages.insert({ type, message }).second, "its header repeats a message");
        return;
      default:
        m_Bytes.Refuse("its header has a message of type " + std::to_string(type) +
                       " (a link, a filter or another thing that Keras' files never have)");
    }
  }

  Group
  ReadContents(const Messages & messages, Hdf5Object & object)
  {
    const auto time = messages.find(ModificationTime);
    if (time != messages.end())
    {
      const Hdf5Range range = time->second;
      m_Bytes.Require(range.Count() >= 8 && m_Bytes.Number(range.begin, 1) == 1, "its time is damaged");
    }
    const auto table = messages.find(SymbolTable);
    if (table != messages.end())
    {
      m_Bytes.Require(messages.size() == 1 + (time != messages.end() ? 1 : 0), "it is a group and an array at once");
      m_Bytes.Require(table->second.Count() >= 16, "its header is damaged");
      object.isGroup = true;
      return this->ReadGroup(table->second.begin);
    }
    const auto type = messages.find(ValueType);
    const auto extents = messages.find(Extents);
    const auto layout = messages.find(Layout);
    m_Bytes.Require(type != messages.end() && extents != messages.end() && layout != messages.end(),
                    "it is neither an array nor a group of the kind that Keras writes");
    object.type = m_Messages.ReadType(type->second);
    m_Bytes.Require(object.type.kind != Hdf5Type::Kind::VariableText,
                    "it has a type that is neither numbers nor texts");
    for (const std::uint64_t fill : { OldFillValue, FillValue })
    {
      if (messages.count(fill) != 0)
      {
        m_Messages.VerifyFillValue(messages.at(fill), object.type.size, fill == OldFillValue);
      }
    }
    const Hdf5Messages::Extents read = m_Messages.ReadExtents(extents->second);
    object.extents = read.extents;
    object.values = m_Messages.ClaimValues(layout->second, read.count, object.type.size);
    return {};
  }

  // Section III.D: the local heap that holds a group's names. Where its texts are.
  Hdf5Range
  ReadHeap(std::uint64_t place)
  {
    constexpr std::uint64_t header = 32;
    m_Bytes.Claim(place, header, "its heap of names");
    m_Bytes.Require(m_Bytes.Holds(place, "HEAP") && m_Bytes.Number(place + 4, 1) == 0, "its heap of names is damaged");
    const std::uint64_t size = m_Bytes.Number(place + 8, 8);
    const std::uint64_t begin = m_Bytes.Number(place + 24, 8);
    m_Bytes.Claim(begin, size, "its heap of names");
    std::set<std::uint64_t> blocks;
    for (std::uint64_t block = m_Bytes.Number(place + 16, 8); block != NoFreeBlock;)
    {
      m_Bytes.Require(block < size && size - block >= FreeBlockHeader && blocks.insert(block).second,
                      "its heap of names is damaged");
      const std::uint64_t length = m_Bytes.Number(begin + block + 8, 8);
      m_Bytes.Require(length <= size - block, "its heap of names is damaged");
      block = m_Bytes.Number(begin + block, 8);
      m_Bytes.Require(block != 0, "its heap of names is damaged");
    }
    return { begin, begin + size };
  }

  std::string
  ReadName(Hdf5Range heap, std::uint64_t offset) const
  {
    m_Bytes.Require(offset < heap.Count(), "a name lies outside its heap");
    return m_Bytes.Text(heap.begin + offset, heap.end);
  }

  void
  VisitGroup(const Group & group, const std::string & path, int depth)
  {
    const Hdf5Range heap = this->ReadHeap(group.heap);
    std::vector<std::uint64_t> entries;
    std::vector<std::uint64_t> lastOfLevel(DeepestNode + 1, Hdf5Bytes::Undefined);
    const std::uint64_t level = m_Bytes.Number(group.tree + 5, 1);
    this->ReadNode(group.tree, level, heap, lastOfLevel, entries);
    for (const std::uint64_t last : lastOfLevel)
    {
      m_Bytes.Require(last == Hdf5Bytes::Undefined || m_Bytes.Number(last + 16, 8) == Hdf5Bytes::Undefined,
                      "its list of entries is damaged");
    }
    std::set<std::string> names;
    for (const std::uint64_t entry : entries)
    {
      m_Bytes.SetObject(path.empty() ? "/" : path);
      const std::string name = this->ReadName(heap, m_Bytes.Number(entry, 8));
      m_Bytes.Require(!name.empty() && name.find('/') == std::string::npos && names.insert(name).second,
                      "an entry's name is empty, repeated or a path");
      this->VisitEntry(entry, path.empty() ? name : path + "/" + name, depth + 1);
    }
  }

  // Section III.A.1: a node of the tree of a group's entries, whose keys are names.
  void
  ReadNode(std::uint64_t place, std::uint64_t level, Hdf5Range heap, std::vector<std::uint64_t> & lastOfLevel,
           std::vector<std::uint64_t> & entries)
  {
    m_Bytes.Claim(place, NodeHeader + 2 * m_NodeRank * 16 + 8, "its list of entries");
    const std::uint64_t children = m_Bytes.Number(place + 6, 2);
    m_Bytes.Require(m_Bytes.Holds(place, "TREE") && m_Bytes.Number(place + 4, 1) == 0 && level <= DeepestNode &&
                      m_Bytes.Number(place + 5, 1) == level && children <= 2 * m_NodeRank,
                    "its list of entries is damaged");
    std::uint64_t & last = lastOfLevel[level];
    m_Bytes.Require(m_Bytes.Number(place + 8, 8) == last &&
                      (last == Hdf5Bytes::Undefined || m_Bytes.Number(last + 16, 8) == place),
                    "its list of entries is damaged");
    last = place;
    for (std::uint64_t i = 0; i < children; ++i)
    {
      const std::uint64_t key = place + NodeHeader + 16 * i;
      this->ReadName(heap, m_Bytes.Number(key, 8));
      this->ReadName(heap, m_Bytes.Number(key + 16, 8));
      const std::uint64_t child = m_Bytes.Number(key + 8, 8);
      level == 0 ? this->ReadLeaf(child, entries) : this->ReadNode(child, level - 1, heap, lastOfLevel, entries);
    }
  }

  // Section III.B: a symbol table node.
  void
  ReadLeaf(std::uint64_t place, std::vector<std::uint64_t> & entries)
  {
    constexpr std::uint64_t header = 8;
    m_Bytes.Claim(place, header + 2 * m_LeafRank * EntrySize, "its list of entries");
    const std::uint64_t count = m_Bytes.Number(place + 6, 2);
    m_Bytes.Require(m_Bytes.Holds(place, "SNOD") && m_Bytes.Number(place + 4, 1) == 1 && count <= 2 * m_LeafRank,
                    "its list of entries is damaged");
    for (std::uint64_t i = 0; i < count; ++i)
    {
      entries.push_back(place + header + i * EntrySize);
    }
  }

  Hdf5Bytes m_Bytes;
  Hdf5Messages m_Messages;
  Hdf5Objects m_Objects;
  std::uint64_t m_LeafRank = 0;
  std::uint64_t m_NodeRank = 0;
};
} // namespace

Hdf5Objects
ReadHdf5Structure(const char * bytes, std::size_t size)
{
  return Walker(bytes, size).Run();
}
} // namespace itk
