// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Weights/PickleReader.h"

#include "Weights/PickleStack.h"

#include <unordered_map>

namespace itk
{
namespace
{
constexpr int NewestProtocol = 5;

// What Python's pickletools calls these opcodes.
enum Opcode : unsigned char
{
  Mark = '(',
  EmptyTuple = ')',
  Stop = '.',
  BinFloat = 'G',
  BinInt = 'J',
  BinInt1 = 'K',
  BinInt2 = 'M',
  None = 'N',
  BinPersId = 'Q',
  Reduce = 'R',
  BinString = 'T',
  ShortBinString = 'U',
  BinUnicode = 'X',
  EmptyList = ']',
  Append = 'a',
  Build = 'b',
  Global = 'c',
  Dict = 'd',
  Appends = 'e',
  BinGet = 'h',
  LongBinGet = 'j',
  List = 'l',
  BinPut = 'q',
  LongBinPut = 'r',
  SetItem = 's',
  Tuple = 't',
  SetItems = 'u',
  EmptyDict = '}',
  Proto = 0x80,
  Tuple1 = 0x85,
  Tuple2 = 0x86,
  Tuple3 = 0x87,
  NewTrue = 0x88,
  NewFalse = 0x89,
  Long1 = 0x8a,
  ShortBinUnicode = 0x8c,
  StackGlobal = 0x93,
  Memoize = 0x94,
  Frame = 0x95
};

bool
IsKnownClass(const std::string & name)
{
  static const char * const functions[] = { "collections OrderedDict", "torch._utils _rebuild_tensor_v2",
                                            "torch._utils _rebuild_tensor", "torch._utils _rebuild_parameter" };
  if (std::find(std::begin(functions), std::end(functions), name) != std::end(functions))
  {
    return true;
  }
  // "torch FloatStorage" and its kin, which mean a number type only.
  const std::string ending = "Storage";
  const bool inTorch = name.compare(0, 6, "torch ") == 0 || name.compare(0, 11, "torch.cuda ") == 0;
  return inTorch && name.size() > ending.size() &&
         name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

/** \brief Pickle's stack machine over a list of values. */
class Reader : public PickleStack
{
public:
  using PickleStack::PickleStack;

  Pickle
  Run()
  {
    while (!this->Step(static_cast<unsigned char>(*this->Take(1))))
    {
    }
    m_Pickle.root = this->Pop();
    m_Pickle.length = m_Place;
    this->RefuseCycles();
    return std::move(m_Pickle);
  }

private:
  void
  AddPairs(const std::vector<std::size_t> & items)
  {
    if (items.size() % 2 != 0)
    {
      Damaged();
    }
    this->Add(this->Top(Kind::Dictionary), items);
  }

  void
  PushClass(const std::string & name)
  {
    if (!IsKnownClass(name))
    {
      std::string shown = name.substr(0, LongestName);
      std::replace_if(
        shown.begin(), shown.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
      std::replace(shown.begin(), shown.end(), ' ', '.');
      itkGenericExceptionMacro("the file asks for \"" << shown << "\", which is no part of weights: refused");
    }
    this->Push(Kind::Class).text = name;
  }

  void
  PushStackClass()
  {
    const std::string name = this->Top(Kind::Text).text;
    this->Pop();
    const std::string module = this->Top(Kind::Text).text;
    this->Pop();
    this->PushClass(module.substr(0, LongestName) + " " + name.substr(0, LongestName));
  }

  // The descriptions of torch's storages: ('storage', class, key, device, number of values[, view]).
  void
  PushStorage()
  {
    const PickleValue & description = this->Top(Kind::Sequence);
    const std::vector<std::size_t> items = description.items;
    this->Pop();
    const auto is = [&](std::size_t i, Kind kind) { return m_Pickle.values[items[i]].kind == kind; };
    if (items.size() < 5 || items.size() > 6 || !is(0, Kind::Text) || m_Pickle.values[items[0]].text != "storage" ||
        !is(1, Kind::Class) || !is(2, Kind::Text) || !is(4, Kind::Integer))
    {
      itkGenericExceptionMacro("the file refers to something outside that is no storage of numbers: refused");
    }
    const std::string key = m_Pickle.values[items[2]].text;
    PickleValue & storage = this->Push(Kind::Storage);
    storage.text = key;
    storage.items = items;
  }

  void
  Call()
  {
    const std::vector<std::size_t> arguments = this->Top(Kind::Sequence).items;
    this->Pop();
    const std::string function = this->Top(Kind::Class).text;
    this->Pop();
    if (function == "collections OrderedDict" && arguments.empty())
    {
      this->Push(Kind::Dictionary);
      return;
    }
    if (function == "torch._utils _rebuild_parameter" && !arguments.empty())
    {
      m_Stack.push_back(arguments.front());
      return;
    }
    const bool rebuilds = function.compare(0, 28, "torch._utils _rebuild_tensor") == 0;
    if (!rebuilds || arguments.size() < 4)
    {
      itkGenericExceptionMacro("the file calls \"" << function << "\" as torch.save() never does: refused");
    }
    this->Push(Kind::Tensor).items.assign(arguments.begin(), arguments.begin() + 4);
  }

  void
  Remember(std::uint64_t place)
  {
    if (m_Stack.empty() || m_Memo.size() >= MostValues)
    {
      Damaged();
    }
    m_Memo[place] = m_Stack.back();
  }

  void
  Recall(std::uint64_t place)
  {
    const auto found = m_Memo.find(place);
    if (found == m_Memo.end() || m_Stack.size() >= MostValues)
    {
      Damaged();
    }
    m_Stack.push_back(found->second);
  }

  void
  PushInteger(std::int64_t value)
  {
    this->Push(Kind::Integer).integer = value;
  }

  void
  PushLong()
  {
    const auto length = static_cast<std::size_t>(this->TakeNumber(1));
    if (length > 8)
    {
      const std::string text = this->TakeText(length);
      this->Push(Kind::Text).text = text;
      return;
    }
    const std::uint64_t value = this->TakeNumber(length);
    const bool negative = length > 0 && (value >> (8 * length - 1) & 1) != 0;
    const std::uint64_t extension = negative && length < 8 ? ~std::uint64_t{ 0 } << (8 * length) : 0;
    this->PushInteger(static_cast<std::int64_t>(value | extension));
  }

  void
  PushReal()
  {
    const char * begin = this->Take(8);
    std::uint64_t bits = 0;
    for (int i = 0; i < 8; ++i)
    {
      bits = bits << 8 | static_cast<unsigned char>(begin[i]);
    }
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    this->Push(Kind::Real).real = value;
  }

  void
  PushText(std::size_t lengthBytes)
  {
    const std::string text = this->TakeText(this->TakeNumber(lengthBytes));
    this->Push(Kind::Text).text = text;
  }

  bool
  StepOnContainers(unsigned char opcode)
  {
    switch (opcode)
    {
      case Mark:
        if (m_Marks.size() >= MostValues)
        {
          Damaged();
        }
        m_Marks.push_back(m_Stack.size());
        return true;
      case EmptyTuple:
      case EmptyList:
        this->Push(Kind::Sequence);
        return true;
      case EmptyDict:
        this->Push(Kind::Dictionary);
        return true;
      case Tuple1:
      case Tuple2:
      case Tuple3:
        this->PushTuple(opcode - Tuple1 + 1u);
        return true;
      case Tuple:
      case List:
      {
        const std::vector<std::size_t> items = this->PopToMark();
        this->Add(this->Push(Kind::Sequence), items);
        return true;
      }
      case Dict:
      {
        const std::vector<std::size_t> items = this->PopToMark();
        this->Push(Kind::Dictionary);
        this->AddPairs(items);
        return true;
      }
      case Append:
      {
        const std::size_t item = this->Pop();
        this->Add(this->Top(Kind::Sequence), { item });
        return true;
      }
      case Appends:
      {
        const std::vector<std::size_t> items = this->PopToMark();
        this->Add(this->Top(Kind::Sequence), items);
        return true;
      }
      case SetItem:
      {
        const std::size_t value = this->Pop();
        const std::size_t key = this->Pop();
        this->AddPairs({ key, value });
        return true;
      }
      case SetItems:
        this->AddPairs(this->PopToMark());
        return true;
      case Build:
        // Only the metadata of a state dict, which nothing here needs.
        this->Top(Kind::Dictionary);
        this->Pop();
        this->Top(Kind::Dictionary);
        return true;
      default:
        return false;
    }
  }

  bool
  StepOnValues(unsigned char opcode)
  {
    switch (opcode)
    {
      case None:
        this->Push(Kind::Nothing);
        return true;
      case NewTrue:
      case NewFalse:
        this->Push(Kind::Boolean).integer = opcode == NewTrue ? 1 : 0;
        return true;
      case BinInt:
        this->PushInteger(static_cast<std::int32_t>(this->TakeNumber(4)));
        return true;
      case BinInt1:
        this->PushInteger(static_cast<std::int64_t>(this->TakeNumber(1)));
        return true;
      case BinInt2:
        this->PushInteger(static_cast<std::int64_t>(this->TakeNumber(2)));
        return true;
      case Long1:
        this->PushLong();
        return true;
      case BinFloat:
        this->PushReal();
        return true;
      case BinString:
      case BinUnicode:
        this->PushText(4);
        return true;
      case ShortBinString:
      case ShortBinUnicode:
        this->PushText(1);
        return true;
      default:
        return false;
    }
  }

  // Whether the pickle ended.
  bool
  Step(unsigned char opcode)
  {
    if (this->StepOnContainers(opcode) || this->StepOnValues(opcode))
    {
      return false;
    }
    switch (opcode)
    {
      case Proto:
        if (this->TakeNumber(1) > NewestProtocol)
        {
          Damaged();
        }
        return false;
      case Frame:
        this->Take(8);
        return false;
      case Global:
      {
        const std::string module = this->TakeLine();
        this->PushClass(module + " " + this->TakeLine());
        return false;
      }
      case StackGlobal:
        this->PushStackClass();
        return false;
      case BinPersId:
        this->PushStorage();
        return false;
      case Reduce:
        this->Call();
        return false;
      case BinPut:
        this->Remember(this->TakeNumber(1));
        return false;
      case LongBinPut:
        this->Remember(this->TakeNumber(4));
        return false;
      case Memoize:
        this->Remember(m_Memo.size());
        return false;
      case BinGet:
        this->Recall(this->TakeNumber(1));
        return false;
      case LongBinGet:
        this->Recall(this->TakeNumber(4));
        return false;
      case Stop:
        return true;
      default:
        itkGenericExceptionMacro("the pickle holds the instruction " << static_cast<int>(opcode)
                                                                     << ", which weights never need: refused");
    }
  }

  void
  RefuseCycles() const
  {
    enum State : char
    {
      New,
      Open,
      Done
    };
    std::vector<char> states(m_Pickle.values.size(), New);
    std::vector<std::pair<std::size_t, std::size_t>> path{ { m_Pickle.root, 0 } };
    states[m_Pickle.root] = Open;
    while (!path.empty())
    {
      auto & step = path.back();
      const std::vector<std::size_t> & items = m_Pickle.values[step.first].items;
      if (step.second == items.size())
      {
        states[step.first] = Done;
        path.pop_back();
        continue;
      }
      const std::size_t next = items[step.second++];
      if (states[next] == Open)
      {
        itkGenericExceptionMacro("the pickle holds a value that contains itself: refused");
      }
      if (states[next] == New)
      {
        states[next] = Open;
        path.push_back({ next, 0 });
      }
    }
  }

  std::unordered_map<std::uint64_t, std::size_t> m_Memo;
};
} // namespace

Pickle
ReadPickle(const char * bytes, std::size_t size)
{
  return Reader(bytes, size).Run();
}
} // namespace itk
