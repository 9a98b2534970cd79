// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Files/NrrdWriter.h"
#include "Frame/Errors.h"
#include "Frame/NumberText.h"

namespace pen
{
namespace
{
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

NrrdWriter::NrrdWriter(const NrrdHeader & header, const OutputFile & output)
  : m_Output(output)
  , m_File(output.GetTemporaryPath(), std::ios::binary | std::ios::trunc)
  , m_Pixels(m_File)
{
  WriteHeader(header, m_File);
}

void
NrrdWriter::Write(const std::string & bytes)
{
  m_Pixels.Write(bytes);
}

void
NrrdWriter::Close()
{
  m_Pixels.Close();
  m_File.close();
  if (!m_File)
  {
    Fail("cannot write all of the file", m_Output.GetPath());
  }
}
} // namespace pen
