// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Formats/TiffErrors.h"

#include <tiffio.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>
#include <set>

namespace itk
{
namespace PenCore
{
class TiffErrors::Text
{
public:
  void
  Add(const char * module, const char * format, va_list arguments)
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    if (m_First.empty() && !IsAboutOneTag(module))
    {
      std::array<char, 512> text{};
      std::vsnprintf(text.data(), text.size(), format, arguments);
      m_First = text.data();
    }
  }

  std::string
  Get() const
  {
    const std::lock_guard<std::mutex> lock(m_Mutex);
    return m_First;
  }

#if defined(PEN_TIFF_HAS_OPEN_OPTIONS)
  static int
  OnError(TIFF *, void * text, const char * module, const char * format, va_list arguments)
  {
    static_cast<Text *>(text)->Add(module, format, arguments);
    return 1; // libtiff's own handler is not asked any more
  }

  static int
  OnWarning(TIFF *, void *, const char *, const char *, va_list)
  {
    return 1;
  }
#else
  // libtiff's handlers are functions without state, one for all files.
  static std::mutex livingMutex;
  static std::set<Text *> living;
  static TIFFErrorHandler formerErrors;
  static TIFFErrorHandler formerWarnings;

  static void
  OnError(const char * module, const char * format, va_list arguments)
  {
    const std::lock_guard<std::mutex> lock(livingMutex);
    for (Text * text : living)
    {
      va_list copy;
      va_copy(copy, arguments);
      text->Add(module, format, copy);
      va_end(copy);
    }
  }
#endif

private:
  // libtiff leaves the tag out and goes on; where a page cannot do without it, another error follows.
  static bool
  IsAboutOneTag(const char * module)
  {
    const std::string name = module ? module : "";
    return name == "_TIFFVSetField" || name == "TIFFFetchNormalTag";
  }

  mutable std::mutex m_Mutex;
  std::string m_First;
};

#if defined(PEN_TIFF_HAS_OPEN_OPTIONS)
TiffErrors::TiffErrors()
  : m_Text(std::make_unique<Text>())
{
}

TiffErrors::~TiffErrors() = default;

tiff *
TiffErrors::Open(const std::string & path, const char * mode)
{
  const std::unique_ptr<TIFFOpenOptions, decltype(&TIFFOpenOptionsFree)> options(TIFFOpenOptionsAlloc(),
                                                                                 TIFFOpenOptionsFree);
  TIFFOpenOptionsSetErrorHandlerExtR(options.get(), Text::OnError, m_Text.get());
  TIFFOpenOptionsSetWarningHandlerExtR(options.get(), Text::OnWarning, nullptr);
  return TIFFOpenExt(path.c_str(), mode, options.get());
}
#else
std::mutex TiffErrors::Text::livingMutex;
std::set<TiffErrors::Text *> TiffErrors::Text::living;
TIFFErrorHandler TiffErrors::Text::formerErrors = nullptr;
TIFFErrorHandler TiffErrors::Text::formerWarnings = nullptr;

TiffErrors::TiffErrors()
  : m_Text(std::make_unique<Text>())
{
  const std::lock_guard<std::mutex> lock(Text::livingMutex);
  if (Text::living.empty())
  {
    Text::formerWarnings = TIFFSetWarningHandler(nullptr);
    Text::formerErrors = TIFFSetErrorHandler(Text::OnError);
  }
  Text::living.insert(m_Text.get());
}

TiffErrors::~TiffErrors()
{
  const std::lock_guard<std::mutex> lock(Text::livingMutex);
  Text::living.erase(m_Text.get());
  if (Text::living.empty())
  {
    TIFFSetWarningHandler(Text::formerWarnings);
    TIFFSetErrorHandler(Text::formerErrors);
  }
}

tiff *
TiffErrors::Open(const std::string & path, const char * mode)
{
  return TIFFOpen(path.c_str(), mode);
}
#endif

std::string
TiffErrors::GetFirst() const
{
  return m_Text->Get();
}
} // namespace PenCore
} // namespace itk
