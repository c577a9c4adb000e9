#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>
#include <list>
#include <random>
#include <thread>

#include <gtest/gtest.h>

// Defects 1, 2 and 3: clients that leave at the wrong moment or do not read must not be felt by others.
namespace kit::http {
namespace {

using testing::get;
using testing::Running;
using testing::Wire;
using Clock = std::chrono::steady_clock;

constexpr auto duration = std::chrono::milliseconds(2500);
constexpr auto limit = std::chrono::seconds(60);  // under a sanitizer, beside others on a busy machine
constexpr int enough_right = 200;
constexpr int enough_abandoned = 1000;

Router echo() {
  Router router;
  const auto answer = [](const Request& request) {
    // Long enough to be seen when it is mixed with another's.
    std::string body;
    for (int i = 0; i < 50; ++i) body += request.param("token") + ";";
    return Response::text(std::move(body));
  };
  const auto late = [answer](const Request& request) {
    std::this_thread::sleep_for(
        std::chrono::milliseconds(2));  // a database would take as long: time for the client to leave
    return answer(request);
  };
  router.get("/work/{token}", late).get("/direct/{token}", answer, Lane::Direct);
  router.get("/large", [](const Request&) { return Response::text(std::string(4'000'000, 'x')); });
  return router;
}

bool is_answer_to(const std::string& token, const Response& answer) {
  std::string expected;
  for (int i = 0; i < 50; ++i) expected += token + ";";
  return answer.status == 200 && answer.body == expected;
}

struct Tally {
  std::atomic<int> right{0}, wrong{0}, lost{0}, abandoned{0};
  const Clock::time_point start = Clock::now();

  /// For some time, and on a machine that has little for us until something was tried.
  bool goes_on() const {
    const auto passed = Clock::now() - start;
    return passed < duration || (passed < limit && (right < enough_right || abandoned < enough_abandoned));
  }
};

/// Asks and checks that each answer is its own; sometimes on a new connection, so that descriptors are used
/// again.
void bystander(std::uint16_t port, int number, Tally& tally) {
  for (int i = 0; tally.goes_on();) {
    Wire wire(port);
    for (int k = 0; k < 5 && tally.goes_on(); ++k, ++i) {
      const auto token = "b" + std::to_string(number) + "-" + std::to_string(i);
      const auto answer = wire.ask(get((i % 2 ? "/work/" : "/direct/") + token));
      ++(answer.status == 0 ? tally.lost : is_answer_to(token, answer) ? tally.right : tally.wrong);
    }
  }
}

/// Asks and is gone before, while or after the answer comes.
void deserter(std::uint16_t port, int number, Tally& tally) {
  std::minstd_rand random(static_cast<unsigned>(number));
  for (int i = 0; tally.goes_on(); ++i) {
    Wire wire(port);
    wire.send(get("/work/d" + std::to_string(number)) + (i % 4 ? "" : get("/direct/d")));
    if (random() % 2) std::this_thread::sleep_for(std::chrono::microseconds(random() % 4000));
    ++tally.abandoned;
    if (random() % 4) wire.reset();
  }
}

/// They ask for much and do not read it.
std::list<Wire> silent_clients(std::uint16_t port, int count) {
  std::list<Wire> out;
  for (int i = 0; i < count; ++i) EXPECT_TRUE(out.emplace_back(port, 4096).send(get("/large")));
  return out;
}

}  // namespace

TEST(Load, EveryAnswerReachesItsOwnClientOnly) {
  // The queue is never full: any answer but one's own is wrong here, a 503 as well.
  const Running running(echo(), {.workers = 4, .queue = 10000});
  Tally tally;
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) threads.emplace_back([&, i] { bystander(running.port, i, tally); });
  for (int i = 0; i < 6; ++i) threads.emplace_back([&, i] { deserter(running.port, i, tally); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(tally.wrong, 0);
  EXPECT_EQ(tally.lost, 0);
  EXPECT_GE(tally.right, enough_right);
  EXPECT_GE(tally.abandoned, enough_abandoned);
  std::printf("%d answers right, %d wrong, %d lost, beside %d abandoned requests\n", tally.right.load(),
              tally.wrong.load(), tally.lost.load(), tally.abandoned.load());
}

TEST(Load, ClientsThatDoNotReadDoNotDelayOthers) {
  const Running running(echo());
  auto silent = silent_clients(running.port, 16);
  Tally tally;
  for (int i = 0; i < 200; ++i) {
    const auto token = std::to_string(i);
    if (is_answer_to(token, running.ask(get((i % 2 ? "/work/" : "/direct/") + token)))) ++tally.right;
  }
  EXPECT_EQ(tally.right, 200);
  EXPECT_EQ(silent.front().answer().body.size(), 4'000'000u) << "who reads after all, slowly, gets the whole";
}

TEST(Load, ClientsThatDoNotReadDoNotDelayTheEnd) {
  Running running(echo());
  auto silent = silent_clients(running.port, 4);
  ASSERT_EQ(running.status(get("/direct/a")), 200);
  const auto began = Clock::now();
  running.server.drain();
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(10));
}

}  // namespace kit::http
