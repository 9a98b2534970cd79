// Copyright the ITKProjectionEnhancement authors. SPDX-License-Identifier: Apache-2.0
#include "itkSegmentationNetworkTrainer.h"
#include "itkTrainingProcessGroup.h"

#include "itkMacro.h"

#include <itksys/SystemTools.hxx>

#include <gtest/gtest.h>

#ifndef _WIN32
#  include <netinet/in.h>
#  include <sys/socket.h>
#  include <unistd.h>
#endif

#include <functional>
#include <future>
#include <limits>
#include <random>

namespace
{
using Group = itk::TrainingProcessGroup;
using Trainer = itk::SegmentationNetworkTrainer;

// Two members that meet at a port below those that systems give out.
std::vector<Group::Place>
PlacesOfTwo()
{
  std::random_device device;
  std::vector<Group::Place> places(2);
  places[0].size = 2;
  places[0].port = std::uniform_int_distribution<unsigned int>(20000, 32000)(device);
  places[1] = places[0];
  places[1].rank = 1;
  return places;
}

// Runs the members' work on two threads, each in the place of a process.
void
RunTwo(const std::function<void(const std::shared_ptr<Group> &)> & work)
{
  std::vector<std::future<void>> members;
  for (const Group::Place & place : PlacesOfTwo())
  {
    members.push_back(std::async(std::launch::async, [&work, place] { work(std::make_shared<Group>(place)); }));
  }
  for (auto & member : members)
  {
    member.get();
  }
}

class TrainingProcessGroupOfTwo : public testing::Test
{
protected:
  void
  SetUp() override
  {
    if (!Group::IsAvailable())
    {
      GTEST_SKIP() << "this build has no Gloo";
    }
  }
};

class Environment
{
public:
  explicit Environment(const std::vector<std::pair<std::string, std::string>> & variables)
  {
    for (const auto & variable : variables)
    {
      itksys::SystemTools::PutEnv(variable.first + "=" + variable.second);
      m_Names.push_back(variable.first);
    }
  }
  ~Environment()
  {
    for (const std::string & name : m_Names)
    {
      itksys::SystemTools::UnPutEnv(name);
    }
  }
  Environment(const Environment &) = delete;
  Environment &
  operator=(const Environment &) = delete;

private:
  std::vector<std::string> m_Names;
};

// Noise with a target: what it shows does not matter here.
itk::TrainingBatch
MakeBatch(unsigned int seed)
{
  std::mt19937 engine(seed);
  std::uniform_real_distribution<float> uniform;
  itk::TrainingBatch batch;
  batch.size = 1;
  batch.slices = 4;
  batch.height = 16;
  batch.width = 16;
  for (unsigned int i = 0; i < 4 * 16 * 16; ++i)
  {
    batch.stacks.push_back(uniform(engine));
    batch.targets.push_back(uniform(engine) - 0.5f);
  }
  batch.weights.assign(16 * 16, 1.0f);
  return batch;
}

itk::SegmentationNetwork::Pointer
MakeNetwork()
{
  itk::SegmentationNetworkOptions options;
  options.slices = 4;
  options.kernels = { 1, 3 };
  options.features = { 4, 8 };
  options.outputChannels = 1;
  auto network = itk::SegmentationNetwork::New();
  network->SetDevice("cpu");
  network->Create(options, 2);
  return network;
}

Trainer::Pointer
MakeTrainer(itk::SegmentationNetwork * network)
{
  auto trainer = Trainer::New();
  trainer->SetNetwork(network);
  trainer->SetLearningRate(0.01);
  trainer->SetGradientClip(0.0);
  trainer->SetNumberOfThreads(1);
  return trainer;
}

std::vector<std::vector<float>>
ArraysOf(const itk::SegmentationNetwork * network)
{
  std::vector<std::vector<float>> arrays;
  for (const auto & parameter : network->GetParameters())
  {
    arrays.push_back(network->GetParameter(parameter.name));
  }
  return arrays;
}
} // namespace

TEST(TrainingProcessGroup, ThePlaceIsWhatALauncherSays)
{
  EXPECT_EQ(Group::PlaceFromEnvironment().size, 1u);
  const Environment environment({ { "WORLD_SIZE", "4" },
                                  { "RANK", "3" },
                                  { "LOCAL_RANK", "1" },
                                  { "MASTER_ADDR", "elsewhere" },
                                  { "MASTER_PORT", "1234" } });
  const auto place = Group::PlaceFromEnvironment();
  EXPECT_EQ(place.size, 4u);
  EXPECT_EQ(place.rank, 3u);
  EXPECT_EQ(place.localRank, 1u);
  EXPECT_EQ(place.address, "elsewhere");
  EXPECT_EQ(place.port, 1234u);
  EXPECT_FALSE(place.hasStore);
}

TEST(TrainingProcessGroup, AnImpossiblePlaceIsRefused)
{
  for (const auto & wrong :
       { std::make_pair("RANK", "2"), std::make_pair("RANK", "-1"), std::make_pair("WORLD_SIZE", "two"),
         std::make_pair("MASTER_PORT", "70000"), std::make_pair("RANK", "99999999999999999999") })
  {
    const Environment environment({ { "WORLD_SIZE", "2" }, { "RANK", "0" }, { wrong.first, wrong.second } });
    EXPECT_THROW(Group::PlaceFromEnvironment(), itk::ExceptionObject) << wrong.first << '=' << wrong.second;
  }
  Group::Place place;
  place.rank = 1;
  EXPECT_THROW(Group{ place }, itk::ExceptionObject);
}

#ifndef _WIN32
TEST_F(TrainingProcessGroupOfTwo, ALaunchersStoreOfAnotherLanguageIsAnErrorWithARemedy)
{
  // A store that hangs up on whoever calls.
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_GE(listener, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof(address);
  ASSERT_EQ(bind(listener, reinterpret_cast<const sockaddr *>(&address), length), 0);
  ASSERT_EQ(listen(listener, 8), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr *>(&address), &length), 0);
  const auto server = std::async(std::launch::async,
                                 [listener]
                                 {
                                   int caller = 0;
                                   while ((caller = accept(listener, nullptr, nullptr)) >= 0)
                                   {
                                     close(caller);
                                   }
                                 });
  Group::Place place;
  place.size = 2;
  place.rank = 1;
  place.port = ntohs(address.sin_port);
  place.hasStore = true;
  std::string error;
  try
  {
    const Group group(place);
  }
  catch (const itk::ExceptionObject & exception)
  {
    error = exception.GetDescription();
  }
  shutdown(listener, SHUT_RDWR);
  server.wait();
  close(listener);
  EXPECT_NE(error.find("process 1 of 2 did not meet the others"), std::string::npos) << error;
  EXPECT_NE(error.find("TORCH_DISABLE_SHARE_RDZV_TCP_STORE=1"), std::string::npos) << error;
}
#endif

TEST_F(TrainingProcessGroupOfTwo, EveryMemberGetsTheMean)
{
  RunTwo(
    [](const std::shared_ptr<Group> & group)
    {
      EXPECT_EQ(group->GetSize(), 2u);
      std::vector<float> values{ 4.0f, static_cast<float>(group->GetRank()), -1.0f };
      group->Average(values);
      EXPECT_EQ(values, (std::vector<float>{ 4.0f, 0.5f, -1.0f }));
    });
}

TEST_F(TrainingProcessGroupOfTwo, AMemberThatIsGoneIsAnErrorForTheOthers)
{
  RunTwo(
    [](const std::shared_ptr<Group> & group)
    {
      std::vector<float> values{ 1.0f };
      group->Average(values);
      if (group->GetRank() == 0)
      {
        EXPECT_THROW(group->Average(values), itk::ExceptionObject);
      }
    });
}

// Without momentum yet and without clipping, a step of gradient descent is linear in the gradient: one that two members
// take together is the mean of those that each takes alone. So are the running statistics of a first step.
TEST_F(TrainingProcessGroupOfTwo, AStepOfTwoIsTheMeanOfTheirOwn)
{
  std::vector<std::vector<std::vector<float>>> alone;
  std::vector<double> losses;
  std::vector<itk::SegmentationNetwork::Pointer> networks;
  for (const unsigned int rank : { 0u, 1u })
  {
    auto network = MakeNetwork();
    losses.push_back(MakeTrainer(network)->Step(MakeBatch(rank)).total);
    alone.push_back(ArraysOf(network));
    networks.push_back(MakeNetwork());
  }
  RunTwo(
    [&](const std::shared_ptr<Group> & group)
    {
      const auto trainer = MakeTrainer(networks[group->GetRank()]);
      trainer->SetProcessGroup(group);
      EXPECT_NEAR(trainer->Step(MakeBatch(group->GetRank())).total, (losses[0] + losses[1]) / 2.0, 1e-5);
    });
  const auto together = ArraysOf(networks[0]);
  EXPECT_EQ(together, ArraysOf(networks[1]));
  EXPECT_NE(alone[0], alone[1]);
  for (std::size_t i = 0; i < together.size(); ++i)
  {
    for (std::size_t k = 0; k < together[i].size(); ++k)
    {
      const float mean = (alone[0][i][k] + alone[1][i][k]) / 2.0f;
      ASSERT_NEAR(together[i][k], mean, 1e-5f * std::max(1.0f, std::abs(mean))) << i << ' ' << k;
    }
  }
}

TEST_F(TrainingProcessGroupOfTwo, WhereOneMembersLossIsNotFiniteAllOfThemEnd)
{
  std::vector<itk::SegmentationNetwork::Pointer> networks{ MakeNetwork(), MakeNetwork() };
  RunTwo(
    [&](const std::shared_ptr<Group> & group)
    {
      const auto trainer = MakeTrainer(networks[group->GetRank()]);
      trainer->SetProcessGroup(group);
      auto batch = MakeBatch(0);
      batch.targets[0] = group->GetRank() == 1 ? std::numeric_limits<float>::quiet_NaN() : 0.0f;
      EXPECT_THROW(trainer->Step(batch), itk::ExceptionObject);
    });
}
