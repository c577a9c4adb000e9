#include "operator/kube/lease/lease.hpp"
#include "services/kit/threads/pause.hpp"
#include "tests/operator/api_fixture.hpp"

namespace kube {
namespace {

class ElectorOnServer : public ApiTest {
 protected:
  LeaseOptions options(const std::string& identity) const {
    return {.ns = ns,
            .name = "operator",
            .identity = identity,
            .duration = 3s,
            .renew_deadline = 2s,
            .retry_period = 200ms};
  }
  /// An Api with the short deadline that an elector needs.
  std::unique_ptr<Client> short_lived() {
    return std::make_unique<Client>(load_config(),
                                    ClientOptions{.timeout = 300ms, .deadline = 300ms, .tries = 1}, metrics);
  }
  std::string holder() {
    const auto lease = api->get(types::lease, key("operator"));
    return lease ? text_at(*lease, "/spec/holderIdentity") : "";
  }
  std::atomic<int> leaders{0}, most{0};  ///< now, and at once so far
};

/// A process that takes part in the election, on a thread.
struct Candidate {
  Candidate(Api& api, LeaseOptions options, kit::Metrics& metrics, std::atomic<int>& leaders,
            std::atomic<int>& most)
      : elector(api, std::move(options), metrics),
        thread([this, &leaders, &most](const std::stop_token& stop) {
          result = elector.run(stop, [&](const std::stop_token& work) {
            const int now = ++leaders;
            if (now > most) most = now;
            kit::pause(1h, work);
            --leaders;
          });
          done = true;
        }) {}
  LeaderElector elector;
  std::atomic<bool> result{false}, done{false};
  std::jthread thread;
};

TEST_F(ElectorOnServer, OneOfThreeLeadsAndAReleasedLeaseIsTakenAtOnce) {
  std::vector<std::unique_ptr<Candidate>> candidates;
  for (const char* name : {"a", "b", "c"}) {
    candidates.push_back(std::make_unique<Candidate>(*api, options(name), metrics, leaders, most));
  }
  for (int left = 3; left > 0; --left) {
    const auto began = std::chrono::steady_clock::now();
    ASSERT_TRUE(eventually([&] { return leaders == 1; }));
    if (left < 3) {
      EXPECT_LT(std::chrono::steady_clock::now() - began, 2s) << "released, yet waited for";
    }
    const std::string now = holder();
    for (auto& candidate : candidates) {
      if (!candidate->elector.leading()) continue;
      candidate->thread.request_stop();
      ASSERT_TRUE(eventually([&] { return candidate->done.load(); }));
      EXPECT_TRUE(candidate->result);
      break;  // the next one may lead already
    }
    EXPECT_NE(holder(), now);
  }
  EXPECT_EQ(most, 1);
}

TEST_F(ElectorOnServer, Bug9StopsWorkWhenTheLeaseIsLost) {
  Candidate candidate(*api, options("a"), metrics, leaders, most);
  ASSERT_TRUE(eventually([&] { return leaders == 1; }));
  const auto status = [&] {
    return testing::metric(metrics, R"(leader_election_master_status{name="operator"})");
  };
  ASSERT_TRUE(eventually([&] { return status() == 1; }));
  api->merge_patch(types::lease, key("operator"), {{"spec", {{"holderIdentity", "thief"}}}}, {});
  ASSERT_TRUE(eventually([&] { return candidate.done.load(); }, 3s));
  EXPECT_FALSE(candidate.result);
  EXPECT_EQ(leaders, 0);
  EXPECT_EQ(holder(), "thief");
  EXPECT_EQ(status(), 0);
}

TEST_F(ElectorOnServer, Bug9StopsWorkBeforeTheLeaseEndsWithoutConnection) {
  const auto own = short_lived();
  Candidate disconnected(*own, options("a"), metrics, leaders, most);
  ASSERT_TRUE(eventually([&] { return leaders == 1; }));
  const auto began = std::chrono::steady_clock::now();
  own->cancel();  // no call succeeds from here on
  Candidate follower(*api, options("b"), metrics, leaders, most);
  ASSERT_TRUE(eventually([&] { return leaders == 0; }, 3s));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 2900ms);
  ASSERT_TRUE(eventually([&] { return follower.elector.leading() && leaders == 1; }, 8s));
  EXPECT_EQ(most, 1);
  ASSERT_TRUE(eventually([&] { return disconnected.done.load(); }));
  EXPECT_FALSE(disconnected.result);
}

TEST_F(ElectorOnServer, Bug9EndsTheProcessWhenWorkDoesNotStopInTime) {
  const auto own = short_lived();
  std::atomic<bool> aborted{false};
  std::atomic<bool> free{false};
  std::atomic<bool> leads{false};
  LeaderElector elector(*own, options("a"), metrics, [&] { aborted = true; });
  std::jthread thread([&](const std::stop_token& stop) {
    elector.run(stop, [&](const std::stop_token&) {
      leads = true;
      eventually([&] { return free.load(); }, 20s);  // ignores `stop`
    });
  });
  ASSERT_TRUE(eventually([&] { return leads.load(); }));
  const auto began = std::chrono::steady_clock::now();
  own->cancel();
  EXPECT_TRUE(eventually([&] { return aborted.load(); }, 5s));
  EXPECT_LT(std::chrono::steady_clock::now() - began, 3s);
  free = true;
}

TEST_F(ElectorOnServer, RethrowsExceptionsOfTheWorkAndReleasesTheLease) {
  LeaderElector elector(*api, options("a"), metrics);
  EXPECT_THROW(elector.run({}, [](const std::stop_token&) { throw std::runtime_error("no"); }),
               std::runtime_error);
  EXPECT_EQ(holder(), "");
}

}  // namespace
}  // namespace kube
