// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "ProjectionEnhancement/Formats/NrrdWriter.h"
#include "ProjectionEnhancement/Base/FileError.h"
#include "ProjectionEnhancement/Base/NumberText.h"

#include <zlib.h>

#include <fstream>

namespace itk
{
namespace PenCore
{
namespace
{
constexpr unsigned int BufferSize = 1u << 18;

std::string
Text(const NrrdHeader::VectorType & vector)
{
  return '(' + NumberText(vector[0]) + ',' + NumberText(vector[1]) + ',' + NumberText(vector[2]) + ')';
}

void
WriteHeader(const NrrdHeader & header, std::ostream & file)
{
  file << "NRRD0004\n"
          "# Complete NRRD file format specification at:\n"
          "# http://teem.sourceforge.net/nrrd/format.html\n"
       << "type: " << header.type << "\ndimension: " << header.sizes.size()
       << "\nspace: left-posterior-superior\nsizes:";
  for (const std::size_t size : header.sizes)
  {
    file << ' ' << size;
  }
  const std::size_t lists = header.sizes.size() - header.directions.size();
  file << "\nspace directions:";
  for (std::size_t axis = 0; axis < header.sizes.size(); ++axis)
  {
    file << ' ' << (axis < lists ? "none" : Text(header.directions[axis - lists]));
  }
  file << "\nkinds:";
  for (std::size_t axis = 0; axis < header.sizes.size(); ++axis)
  {
    file << (axis < lists ? " list" : " domain");
  }
  file << "\nendian: little\nencoding: gzip\nspace origin: " << Text(header.origin) << '\n' << header.keyValues << '\n';
}
} // namespace

NrrdWriter::NrrdWriter(const NrrdHeader & header, const std::string & path)
  : m_Path(path)
{
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  WriteHeader(header, file);
  file.close();
  m_IsWhole = !file.fail();
  // Labels compress well at any level; 2 is among the fastest.
  m_Pixels = m_IsWhole ? gzopen(path.c_str(), "ab2") : nullptr;
  m_IsWhole = m_Pixels != nullptr && gzbuffer(static_cast<gzFile>(m_Pixels), BufferSize) == 0;
}

NrrdWriter::~NrrdWriter()
{
  if (m_Pixels)
  {
    gzclose(static_cast<gzFile>(m_Pixels));
  }
}

void
NrrdWriter::Write(const std::string & bytes)
{
  // gzwrite() takes 0 bytes for an error.
  m_IsWhole = m_IsWhole &&
              (bytes.empty() || gzfwrite(bytes.data(), 1, bytes.size(), static_cast<gzFile>(m_Pixels)) == bytes.size());
}

void
NrrdWriter::Close()
{
  if (m_Pixels)
  {
    m_IsWhole = gzclose(static_cast<gzFile>(m_Pixels)) == Z_OK && m_IsWhole;
    m_Pixels = nullptr;
  }
  if (!m_IsWhole)
  {
    FailWithFile("cannot write all of the file", m_Path);
  }
}
} // namespace PenCore
} // namespace itk
