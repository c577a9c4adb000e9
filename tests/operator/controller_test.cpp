#include "operator/kube/controller/controller.hpp"

#include "operator/kube/apply/apply.hpp"
#include "tests/operator/api_fixture.hpp"

namespace kube {
namespace {

/// A controller of the Deployments of one namespace that own ConfigMaps.
class ControllerOnServer : public ApiTest {
 protected:
  void TearDown() override {
    runner = {};
    primary.reset();
    children.reset();
  }
  void run(Controller::Reconcile reconcile) {
    const InformerOptions here{.ns = ns};
    primary = std::make_unique<Informer>(*api, types::deployment, here, metrics);
    children = std::make_unique<Informer>(*api, types::config_map, here, metrics);
    ControllerOptions options{.name = "test"};
    options.rate_limiter.limit = 200ms;
    controller = std::make_unique<Controller>(options, std::move(reconcile), metrics);
    controller->watch(*primary);
    controller->watch_owned(*children, types::deployment);
    primary->start();
    children->start();
    runner = std::jthread([this](const std::stop_token& stop) { controller->run(stop); });
  }
  Object make(const std::string& name) {
    Object out = types::deployment.object(key(name));
    out["spec"] =
        R"({"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},
      "spec":{"containers":[{"name":"c","image":"i"}]}}})"_json;
    return api->create(types::deployment, out);
  }
  /// Waits until the count no longer changes.
  int settled(const std::atomic<int>& count) {
    int last = -1;
    int rounds = 0;
    eventually([&] {
      rounds = count == last ? rounds + 1 : 0;
      last = count;
      return rounds > 50;
    });
    return last;
  }

  std::unique_ptr<Informer> primary, children;
  std::unique_ptr<Controller> controller;
  std::jthread runner;
};

TEST_F(ControllerOnServer, Bug4AStatusWriteCausesNoReconcile) {
  std::atomic<int> reconciles{0};
  run([&](const Key& which, std::stop_token) {
    const int n = ++reconciles;
    api->merge_patch(types::deployment, which, {{"status", {{"observedGeneration", n}}}},
                     {.subresource = "status"});
    return Result{};
  });
  make("a");
  ASSERT_TRUE(eventually([&] { return reconciles > 0; }));
  EXPECT_EQ(settled(reconciles), 1);
}

TEST_F(ControllerOnServer, RecreatesADeletedChildOnceAndThenWritesNothing) {
  Applier applier(*api, {.manager = "test", .annotation = "shopkeeper.dev/applied"});
  std::atomic<int> reconciles{0};
  run([&](const Key& which, std::stop_token) {
    ++reconciles;
    const auto owner = primary->cache().get(which);
    if (!owner) return Result{};
    Object child = config_map(which.name + "-child", "1");
    child["metadata"]["ownerReferences"] = {owner_reference(*owner)};
    const auto live = children->cache().get(kube::key(child));
    applier.apply(types::config_map, child, live.get());
    return Result{};
  });
  make("a");
  ASSERT_TRUE(eventually([&] { return children->cache().get(key("a-child")) != nullptr; }));
  const auto first = uid(*children->cache().get(key("a-child")));
  api->remove(types::config_map, key("a-child"));
  ASSERT_TRUE(eventually([&] {
    const auto child = children->cache().get(key("a-child"));
    return child && uid(*child) != first;
  }));
  settled(reconciles);
  const double before = writes();
  const int so_far = reconciles;
  controller->enqueue(key("a"));
  ASSERT_TRUE(eventually([&] { return reconciles > so_far; }));
  settled(reconciles);
  EXPECT_EQ(writes(), before) << "a reconcile of what is unchanged wrote";
}

TEST_F(ControllerOnServer, Bug11AFailingObjectDoesNotAffectOthers) {
  std::atomic<int> failures{0};
  std::atomic<bool> fixed{false};
  std::mutex lock;
  std::set<std::string> reconciled;
  run([&](const Key& which, std::stop_token) -> Result {
    if (which.name == "failing" && !fixed) {
      switch (++failures % 4) {
        case 0:
          throw 7;  // NOLINT: no exception type at all
        case 1:
          throw std::out_of_range(Object::parse("{").dump());  // parse throws first
        case 2:
          throw std::bad_alloc();
        default:
          throw ApiError(422, "Invalid", "no");
      }
    }
    const std::lock_guard guard(lock);
    reconciled.insert(which.name);
    return {};
  });
  const auto is_reconciled = [&](const std::string& name) {
    return eventually([&] {
      const std::lock_guard guard(lock);
      return reconciled.contains(name);
    });
  };
  make("failing");
  ASSERT_TRUE(eventually([&] { return failures >= 8; }));
  make("a");
  EXPECT_TRUE(is_reconciled("a"));
  fixed = true;
  EXPECT_TRUE(is_reconciled("failing"));
  using testing::metric;
  EXPECT_GE(metric(metrics, R"(controller_runtime_reconcile_total{controller="test",result="error"})"), 8);
  EXPECT_EQ(metric(metrics, R"(controller_runtime_max_concurrent_reconciles{controller="test"})"), 2);
}

TEST_F(ControllerOnServer, ResyncsTheObjectsOfEveryWatchedNamespace) {
  const std::string other = ns + "-other";
  api->create(types::namespace_, types::namespace_.object({"", other}));
  Informer here(*api, types::deployment, {.ns = ns}, metrics);
  Informer there(*api, types::deployment, {.ns = other}, metrics);
  std::mutex lock;
  std::map<Key, int> reconciles;
  Controller both(
      {.name = "test", .resync = 50ms},
      [&](const Key& which, std::stop_token) {
        const std::lock_guard guard(lock);
        ++reconciles[which];
        return Result{};
      },
      metrics);
  both.watch(here);
  both.watch(there);
  here.start();
  there.start();
  {
    const std::jthread running([&](const std::stop_token& stop) { both.run(stop); });
    make("a");
    EXPECT_TRUE(eventually([&] {
      const std::lock_guard guard(lock);
      return reconciles[key("a")] >= 3;
    })) << "the namespace that is not the last one";
  }
  here.stop();
  there.stop();
}

TEST_F(ControllerOnServer, RequeuesWhenAskedAndStopsAtOnce) {
  std::atomic<int> reconciles{0};
  run([&](const Key&, std::stop_token) {
    ++reconciles;
    return Result{20ms};
  });
  make("a");
  EXPECT_TRUE(eventually([&] { return reconciles >= 5; }));
  const auto began = std::chrono::steady_clock::now();
  runner = {};
  EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
}

}  // namespace
}  // namespace kube
