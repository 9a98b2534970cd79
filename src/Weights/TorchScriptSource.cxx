// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "Weights/TorchScriptSource.h"

#include "Projection/Pooling.h"
#include "ProjectionEnhancement/Base/FlowFieldLayout.h"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace itk
{
namespace
{
using Options = SegmentationNetworkOptions;

// As the modules of Network/NetworkModules.cxx have them.
constexpr double SmallestStyleNorm = 1e-12;
constexpr double SmallestSampleRange = 1e-12;

/** \brief Writes lines of a program's body, each a new variable or a new value of one. */
class Script
{
public:
  explicit Script(const std::string & signature)
  {
    m_Text << std::setprecision(17);
    m_Text << "def " << signature << ":\n";
  }

  template <typename... TParts>
  void
  Line(const TParts &... parts)
  {
    m_Text << "    ";
    (m_Text << ... << parts);
    m_Text << '\n';
  }

  std::string
  Text() const
  {
    return m_Text.str();
  }

private:
  std::ostringstream m_Text;
};

std::string
Number(double value)
{
  std::ostringstream text;
  text << std::setprecision(17) << std::scientific << value;
  return text.str();
}

std::string
Normed(const std::string & x, const std::string & norm, double epsilon)
{
  const std::string self = "self." + norm + "_";
  return "torch.batch_norm(" + x + ", " + self + "weight, " + self + "bias, " + self + "running_mean, " + self +
         "running_var, False, 0.1, " + Number(epsilon) + ", False)";
}

std::string
Convolved(const std::string & x, const std::string & weight, const std::string & bias, unsigned int kernel)
{
  const std::string pad = std::to_string(kernel / 2);
  return "torch.conv2d(" + x + ", self." + weight + ", self." + bias + ", [1, 1], [" + pad + ", " + pad +
         "], [1, 1], 1)";
}

// Batch norm, ReLU where it is not a projection, convolution.
std::string
Unit(const std::string & x, const std::string & unit, unsigned int kernel, bool rectify, double epsilon)
{
  const std::string normed = Normed(x, unit + "_bn", epsilon);
  return Convolved(rectify ? "torch.relu(" + normed + ")" : normed, unit + "_conv_weight", unit + "_conv_bias", kernel);
}

// Fewer slices are centred among zeros, more are binned by maximum.
void
FitSlices(Script & script, unsigned int slices, bool binsMore)
{
  script.Line("wanted = ", slices);
  script.Line("slices = stack.size(1)");
  script.Line("if slices < wanted:");
  script.Line("    before = (wanted - slices) // 2");
  script.Line("    stack = torch.constant_pad_nd(stack, [0, 0, 0, 0, before, wanted - slices - before], 0.0)");
  if (!binsMore)
  {
    return;
  }
  script.Line("if slices > wanted:");
  script.Line("    bins = [torch.amax(stack[:, 0:slices // wanted], [1])]");
  script.Line("    for z in range(1, wanted):");
  script.Line("        bins.append(torch.amax(stack[:, z * slices // wanted:(z + 1) * slices // wanted], [1]))");
  script.Line("    stack = torch.stack(bins, 1)");
}

// Softmax over sections: ProjectionModule::Attend().
void
AddAttention(Script & script, const std::string & b, const std::string & name, double epsilon)
{
  const auto mixed = [&](const std::string & weight, const std::string & bias)
  { return "torch.conv3d(" + b + ", self." + weight + ", " + bias + ", [1, 1, 1], [0, 0, 0], [1, 1, 1], 1)"; };
  script.Line("sections = ", b, ".size(2)");
  script.Line("depth = (torch.arange(sections, dtype=stack.dtype, device=stack.device) - 0.5 * (sections - 1)) / ",
              Number(SlicesPerUnitOfDepth));
  script.Line("factors = self.", name, "_attention_depth");
  script.Line("ofDepth = factors[:, 0:1] * depth + factors[:, 1:2] * depth * depth");
  script.Line("scores = ", mixed(name + "_attention_weight", "None"), " + torch.reshape(ofDepth, [1, 3, -1, 1, 1])");
  script.Line(b, " = torch.sum(torch.softmax(scores, 2) * ",
              mixed(name + "_pool_weight", "self." + name + "_pool_bias"), ", [2], True)");
  script.Line(b, " = torch.squeeze(torch.relu(", Normed(b, name + "_pool_bn", epsilon), "), 2)");
}

// A 3-D convolution of all slices there are; fewer than the kernel's are centred among zeros.
void
AddFreeBranch(Script & script, const Options & options, unsigned int kernel)
{
  const std::string name = "projection_branch" + std::to_string(kernel);
  const std::string b = std::string(1, 'b') + std::to_string(kernel);
  const std::string pad = std::to_string(kernel / 2);
  script.Line("lacking = max(", kernel, " - stack.size(1), 0)");
  script.Line("deep = torch.constant_pad_nd(stack, [0, 0, 0, 0, lacking // 2, lacking - lacking // 2], 0.0)");
  script.Line(b, " = torch.conv3d(torch.unsqueeze(deep, 1), self.", name, "_conv_weight, self.", name,
              "_conv_bias, [1, 1, 1], [0, ", pad, ", ", pad, "], [1, 1, 1], 1)");
  script.Line(b, " = torch.relu(", Normed(b, name + "_conv_bn", options.batchNormEpsilon), ")");
  AddAttention(script, b, name, options.batchNormEpsilon);
}

void
AddBranch(Script & script, const Options & options, unsigned int kernel)
{
  const std::string name = "projection_branch" + std::to_string(kernel);
  const unsigned int sections = std::max(options.slices, kernel) - kernel + 1;
  const std::string b = std::string(1, 'b') + std::to_string(kernel); // GCC 12 warns of "b" + in C++20
  script.Line(b, " = ", Convolved("stack", name + "_bands", name + "_bands_bias", kernel));
  script.Line(b, " = torch.reshape(", b, ", [n, 3, ", sections, ", height, width])");
  script.Line(b, " = torch.relu(", Normed(b, name + "_conv_bn", options.batchNormEpsilon), ")");
  if (options.blockPool == Options::BlockPool::Maximum)
  {
    script.Line(b, " = torch.amax(", b, ", [2])");
    return;
  }
  const bool split = options.blockPool == Options::BlockPool::SplitConvolution;
  script.Line(b, " = torch.reshape(", b, ", [n, ", 3 * sections, ", height, width])");
  script.Line(b, " = ", Convolved(b, name + "_rows", name + "_rows_bias", 1));
  script.Line(b, " = torch.reshape(", b, split ? ", [n, 1, 3, height, width])" : ", [n, 3, 1, height, width])");
  script.Line(b, " = torch.relu(", Normed(b, name + "_pool_bn", options.batchNormEpsilon), ")");
  script.Line(b, " = torch.reshape(", b, ", [n, 3, height, width])");
}

std::string
PenScript(const Options & options)
{
  Script script("project(self, stack)");
  FitSlices(script, options.slices, options.HasFixedSlices());
  script.Line("n = stack.size(0)");
  script.Line("height = stack.size(2)");
  script.Line("width = stack.size(3)");
  std::string branches;
  for (const unsigned int kernel : options.kernels)
  {
    options.HasFixedSlices() ? AddBranch(script, options, kernel) : AddFreeBranch(script, options, kernel);
    branches += (branches.empty() ? "b" : ", b") + std::to_string(kernel);
  }
  if (options.maximumBranch)
  {
    script.Line("most = torch.amax(stack, [1], True)");
    branches += ", torch.cat([most, most, most], 1)";
  }
  script.Line("planes = torch.stack([", branches, "], 2)");
  if (options.collect == Options::Collect::Mean)
  {
    script.Line("planes = torch.mean(planes, [2])");
  }
  else if (options.collect == Options::Collect::Maximum)
  {
    script.Line("planes = torch.amax(planes, [2])");
  }
  else
  {
    script.Line("planes = torch.conv3d(planes, self.projection_collect_weight, self.projection_collect_bias, ",
                "[1, 1, 1], [0, 0, 0], [1, 1, 1], 1)");
    script.Line("planes = torch.relu(", Normed("planes", "projection_collect_bn", options.batchNormEpsilon), ")");
    script.Line("planes = torch.squeeze(planes, 2)");
  }
  script.Line("planes = planes - torch.amin(planes, [1, 2, 3], True)");
  script.Line("return planes / torch.clamp_min(torch.amax(planes, [1, 2, 3], True), ", Number(SmallestSampleRange),
              ")");
  return script.Text();
}

std::string
LinearScript(const Options & options)
{
  Script script("project(self, stack)");
  // Planes see Gaussian windows of the slices that meet at one half: see LinearDepthProjection().
  script.Line("step = stack.size(1) / ", options.planes + 1);
  script.Line("z = torch.reshape(torch.arange(stack.size(1), dtype=stack.dtype, device=stack.device), [1, -1, 1, 1])");
  script.Line("planes = [torch.amax(stack * torch.exp(-(z - step) * (z - step) * ", Number(4.0 * std::log(2.0)),
              " / (step * step)), [1])]");
  for (unsigned int i = 2; i <= options.planes; ++i)
  {
    script.Line("planes.append(torch.amax(stack * torch.exp(-(z - ", i, " * step) * (z - ", i, " * step) * ",
                Number(4.0 * std::log(2.0)), " / (step * step)), [1]))");
  }
  script.Line("return torch.stack(planes, 1)");
  return script.Text();
}

std::string
MaximumScript(const Options & options)
{
  Script script("project(self, stack)");
  script.Line("plane = torch.amax(stack, [1])");
  script.Line("planes = [plane]");
  for (unsigned int i = 1; i < options.planes; ++i)
  {
    script.Line("planes.append(", options.repeatPlanes ? "plane" : "torch.zeros_like(plane)", ")");
  }
  script.Line("return torch.stack(planes, 1)");
  return script.Text();
}

void
AddDownLevel(Script & script, const std::string & name, double epsilon)
{
  const auto unit = [&](const std::string & x, int i)
  { return Unit(x, name + "_convolution" + std::to_string(i), 3, true, epsilon); };
  script.Line("y = ", unit("x", 0));
  script.Line("y = ", Unit("x", name + "_projection", 1, false, epsilon), " + ", unit("y", 1));
  script.Line("x = ", unit("y", 2));
  script.Line("x = y + ", unit("x", 3));
}

void
AddUpLevel(Script & script, const std::string & name, const std::string & skip, double epsilon)
{
  const auto unit = [&](const std::string & x, int i)
  { return Unit(x, name + "_convolution" + std::to_string(i), 3, true, epsilon); };
  const auto shifted = [&](const std::string & x, int i)
  {
    const std::string styleName = "self." + name + "_style" + std::to_string(i);
    return "(" + x + " + torch.unsqueeze(torch.unsqueeze(torch.linear(style, " + styleName + "_weight, " + styleName +
           "_bias), -1), -1))";
  };
  script.Line("y = ", unit("x", 0), " + ", skip);
  script.Line("y = ", Unit("x", name + "_projection", 1, false, epsilon), " + ", unit(shifted("y", 1), 1));
  script.Line("x = ", unit(shifted("y", 2), 2));
  script.Line("x = y + ", unit(shifted("x", 3), 3));
}
} // namespace

std::string
ProjectionScript(const SegmentationNetworkOptions & options)
{
  switch (options.projection)
  {
    case Options::Projection::Maximum:
      return MaximumScript(options);
    case Options::Projection::LinearDepth:
      return LinearScript(options);
    default:
      return PenScript(options);
  }
}

std::string
NetworkScript(const SegmentationNetworkOptions & options)
{
  Script script("predict(self, planes)");
  const double epsilon = options.batchNormEpsilon;
  const std::size_t levels = options.features.size();
  script.Line("x = planes");
  for (std::size_t i = 0; i < levels; ++i)
  {
    if (i > 0)
    {
      script.Line("x = torch.max_pool2d(x, [2, 2])");
    }
    AddDownLevel(script, "network_down" + std::to_string(i), epsilon);
    script.Line("skip", i, " = x");
  }
  script.Line("mean = torch.mean(x, [2, 3])");
  script.Line("style = mean / torch.clamp_min(torch.sqrt(torch.sum(mean * mean, [1], True)), ",
              Number(SmallestStyleNorm), ")");
  for (std::size_t i = levels; i-- > 0;)
  {
    if (i + 1 < levels)
    {
      script.Line("x = torch.upsample_nearest2d(x, None, [2.0, 2.0])");
    }
    AddUpLevel(script, "network_up" + std::to_string(i), "skip" + std::to_string(i), epsilon);
  }
  script.Line("maps = ", Unit("x", "network_head", options.headKernel, true, epsilon));
  const unsigned int channels = options.outputChannels;
  script.Line("flows = maps[:, 0:", 2 * channels, "] / ", Number(options.flowFactor));
  script.Line("logits = maps[:, ", 2 * channels, ":]");
  if (options.borderOutput)
  {
    script.Line("return torch.cat([flows, logits], 1)");
  }
  else
  {
    script.Line("return torch.cat([flows, logits, torch.full_like(logits, ", Number(-PenCore::TargetLogit), ")], 1)");
  }
  return script.Text();
}

std::string
ForwardScript(ExportPart part)
{
  Script script(part == ExportPart::Network ? "forward(self, planes)" : "forward(self, stack)");
  script.Line("return ", part == ExportPart::Projection ? "self.project(stack)"
                         : part == ExportPart::Network  ? "self.predict(planes)"
                                                        : "self.predict(self.project(stack))");
  return script.Text();
}
} // namespace itk
