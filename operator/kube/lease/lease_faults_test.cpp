// Leader election against failing servers.
#include "operator/kube/lease/lease.hpp"
#include "operator/kube/testing/expect.hpp"
#include "operator/kube/testing/scripted_server.hpp"
#include "services/kit/threads/pause.hpp"

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kube {
namespace {

using namespace std::chrono_literals;
using testing::Exchange;
using testing::ScriptedServer;
using Clock = std::chrono::steady_clock;

std::string lease(const char* holder, int version) {
  return R"({"metadata":{"namespace":"n","name":"operator","resourceVersion":")" + std::to_string(version) +
         R"("},"spec":{"leaseDurationSeconds":15,"holderIdentity":")" + holder + R"("}})";
}

class LeaseFaults : public ::testing::Test {
 protected:
  void elect(const ScriptedServer& server) {
    Config config;
    config.server = server.url();
    client.emplace(config, ClientOptions{.timeout = 100ms, .deadline = 100ms, .tries = 1}, metrics);
    elector.emplace(*client,
                    LeaseOptions{.ns = "n",
                                 .name = "operator",
                                 .identity = "me",
                                 .duration = duration,
                                 .renew_deadline = renew_deadline,
                                 .retry_period = retry_period},
                    metrics, [this] { aborted = true; });
    thread = std::jthread([this](const std::stop_token& stop) {
      kept = elector->run(stop, [this](const std::stop_token& work) {
        leads = true;
        kit::pause(1h, work);
        leads = false;
      });
      ended = true;
    });
  }
  static bool within(std::chrono::milliseconds time, const auto& check) {
    const auto until = Clock::now() + time;
    while (!check()) {
      if (Clock::now() > until) return false;
      std::this_thread::sleep_for(5ms);
    }
    return true;
  }

  std::chrono::milliseconds retry_period{50};
  // Long beside the deadline, so that a busy machine does not use it up.
  std::chrono::milliseconds duration{6000};
  std::chrono::milliseconds renew_deadline{1000};
  kit::Metrics metrics;
  std::atomic<bool> leads{false}, ended{false}, kept{false}, aborted{false};
  std::optional<Client> client;
  std::optional<LeaderElector> elector;
  std::jthread thread;
};

TEST_F(LeaseFaults, DoesNotLeadOnAnAnswerThatIsNoLease) {
  const std::vector<const char*> answers{"<html>", "{}", "[]", "null", R"({"metadata":{"name":"oper)"};
  ScriptedServer server([&](const Exchange& exchange, int number) {
    EXPECT_TRUE(exchange.head.starts_with("GET")) << exchange.head;
    return exchange.answer(200, answers[static_cast<std::size_t>(number) % answers.size()]);
  });
  elect(server);
  ASSERT_TRUE(server.await_requests(15, 10s));
  EXPECT_FALSE(leads);
}

TEST_F(LeaseFaults, TakesALeaseAsSoonAsItHasExpired) {
  retry_period = 4s;
  renew_deadline = 8s;
  duration = 10s;
  std::atomic<Clock::duration> taken{Clock::duration::zero()};
  const auto began = Clock::now();
  ScriptedServer server([&](const Exchange& exchange, int) {
    if (!exchange.head.starts_with("GET")) taken = Clock::now() - began;
    auto text = lease("other", 7);
    text.replace(text.find(":15"), 3, ":1 ");
    return exchange.answer(200, text);
  });
  elect(server);
  ASSERT_TRUE(within(5s, [&] { return leads.load(); }));
  EXPECT_GE(taken.load(), 1s);
  EXPECT_LT(taken.load(), 3s) << "not at the next period, after 3.2 s or more";
}

TEST_F(LeaseFaults, DoesNotLeadWhenAnotherWroteFirst) {
  ScriptedServer server([&](const Exchange& exchange, int) {
    if (exchange.head.starts_with("GET")) return exchange.answer(200, lease("", 7));
    return exchange.answer(409, R"({"kind":"Status","reason":"Conflict"})");
  });
  elect(server);
  ASSERT_TRUE(server.await_requests(10, 10s));
  EXPECT_FALSE(leads);
}

TEST_F(LeaseFaults, KeepsLeadingWhenTheResponsesToSomeRenewalsAreLost) {
  std::atomic<int> writes{0};
  ScriptedServer server([&](const Exchange& exchange, int) {
    if (exchange.head.starts_with("GET")) return exchange.answer(200, lease(writes > 0 ? "me" : "", writes));
    // Executed, but two of three responses never arrive, or are an error of a proxy.
    switch (++writes % 3) {
      case 1:
        return exchange.answer(200, lease("me", writes));
      case 2:
        return exchange.answer(502, "<html>");
      default:
        return false;
    }
  });
  elect(server);
  ASSERT_TRUE(within(5s, [&] { return leads.load(); }));
  ASSERT_TRUE(within(10s, [&] { return writes > 40; }));
  EXPECT_TRUE(leads);
  thread.request_stop();
  EXPECT_TRUE(within(3s, [&] { return ended.load(); }));
  EXPECT_TRUE(kept);
}

class LeaseLoss : public LeaseFaults, public ::testing::WithParamInterface<int> {};

TEST_P(LeaseLoss, StopsBeforeTheLeaseEnds) {
  std::atomic<bool> broken{false};
  ScriptedServer server([&](const Exchange& exchange, int) {
    if (broken && GetParam() == 0) return exchange.hold();
    if (broken) return exchange.answer(GetParam(), "<html>", "Retry-After: 60\r\n");
    return exchange.answer(200, lease(exchange.head.starts_with("GET") ? "" : "me", 1));
  });
  elect(server);
  ASSERT_TRUE(within(5s, [&] { return leads.load(); }));
  broken = true;
  const auto began = Clock::now();
  ASSERT_TRUE(within(10s, [&] { return ended.load(); }));
  EXPECT_LT(Clock::now() - began, duration);
  EXPECT_FALSE(kept);
  EXPECT_FALSE(aborted);
}

INSTANTIATE_TEST_SUITE_P(LeaseFaults, LeaseLoss, ::testing::Values(0, 429, 500, 503));

}  // namespace
}  // namespace kube
